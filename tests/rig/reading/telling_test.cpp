// What the decoder tells comes back as it was, and nothing else does.

#include "rig/reading/telling.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/rig/reading/same_message.h"

namespace brewproof {
namespace {

Message every_member_set() {
  Message m;
  m.time_ns = 1'760'000'000'123'456'789;
  m.last_time_ns = m.time_ns + 5'000;
  m.from_dut = m.tls = m.malformed = m.gap = true;
  m.peer = {"api.x.example", "203.0.113.10", 443};
  m.dut_port = 40123;
  m.flow = 7;
  m.protocol = "http";
  m.message = "POST /v1/order";
  m.fields = {{"body|json:/cents", "180", FieldType::integer},
              {"body|json:/note", std::string("a\0b", 3), FieldType::text},
              {"payload", "00ff", FieldType::bytes}};
  m.size = 400;
  m.value_bytes = 12;
  m.sealed_bytes = 3;
  m.unexplained_bytes = 2;
  m.repeats = 1;
  m.repeat_bytes = 40;
  m.notes = {"malformed, at byte 3", ""};
  m.first = {1, 18244, 112};
  m.last = {1, 19000, 114};
  return m;
}

DecodeTotals some_totals() {
  DecodeTotals totals;
  totals.packets = 300;
  totals.malformed = 1;
  totals.up_packets = 150;
  totals.up_bytes = 81234;
  totals.sentinels = 2;
  totals.first_ns = -5;
  totals.last_ns = 1'760'000'000'000'000'000;
  totals.gap_bytes = 9;
  totals.up_tls_overhead = 29;
  totals.down_tls_overhead = 58;
  TlsTally& tally = totals.tls[{"api.x.example", "203.0.113.10", 443}];
  tally = {3, 2, {{"gap", {1, 1, {{{0, 800, 40}, "5f3a"}}}}, {"wrong-secret", {1, 0, {}}}}};
  totals.macs_seen = {"02:c0:ff:ee:00:01", "02:c0:ff:ee:00:02"};
  totals.up_layers = {1, 2, 3, 4, 5, 6, 7};
  totals.lost_bytes = -3;
  totals.unread_links = {{127, {5, {0, 24, 1}}}, {65535, {1, {1, 900, 7}}}};
  totals.folded_messages = 11;
  totals.other_addresses = {{"02:c0:ff:ee:00:01", "10.77.0.51", true, 3, 300, -7, {1, 20, 2}},
                            {"02:c0:ff:ee:00:01", "", false, 1, 60, 9, {0, 24, 1}}};
  return totals;
}

template <class T>
Bytes form_of(const T& value) {
  FormWriter to;
  write(value, to);
  return {to.view().begin(), to.view().end()};
}

/// A prefix of it is refused; so are no bytes of any other kind read beyond their end (the
/// sanitizers watch: each prefix is memory of its own).
void expect_whole_or_nothing(const Bytes& form, const std::function<void(FormReader&)>& read) {
  for (std::size_t length = 0; length < form.size(); ++length) {
    const Bytes part(form.begin(), form.begin() + static_cast<std::ptrdiff_t>(length));
    FormReader from(part);
    read(from);
    EXPECT_FALSE(from.ok()) << length << " of " << form.size() << " bytes";
  }
  for (std::size_t place = 0; place < form.size(); ++place)
    for (const int value : {0x00, 0x7f, 0x80, 0xff}) {
      Bytes changed = form;
      changed[place] = static_cast<std::uint8_t>(value);
      FormReader from(changed);
      read(from);
    }
}

TEST(Telling, AMessageComesBackAsItWas) {
  const Bytes form = form_of(every_member_set());
  FormReader from(form);
  EXPECT_EQ(read_message(from), every_member_set());
  EXPECT_TRUE(from.ok());
  EXPECT_EQ(from.remaining(), 0u);
}

TEST(Telling, AnEmptyMessageComesBackAsItWas) {
  const Bytes form = form_of(Message{});
  FormReader from(form);
  EXPECT_EQ(read_message(from), Message{});
  EXPECT_TRUE(from.ok());
}

TEST(Telling, TimesFarApartComeBackAsTheyWere) {
  Message message;
  message.time_ns = std::numeric_limits<std::int64_t>::min();
  message.last_time_ns = std::numeric_limits<std::int64_t>::max();
  const Bytes form = form_of(message);
  FormReader from(form);
  EXPECT_EQ(read_message(from), message);
}

TEST(Telling, AMessageIsReadWholeOrNotAtAll) {
  expect_whole_or_nothing(form_of(every_member_set()),
                          [](FormReader& from) { (void)read_message(from); });
}

TEST(Telling, AFieldOfAKindThatThereIsNotIsRefused) {
  Message message;
  message.fields = {{"p", "v", static_cast<FieldType>(6)}};
  const Bytes form = form_of(message);
  FormReader from(form);
  (void)read_message(from);
  EXPECT_FALSE(from.ok());
}

TEST(Telling, TotalsComeBackAsTheyWere) {
  const Bytes form = form_of(some_totals());
  FormReader from(form);
  const DecodeTotals totals = read_totals(from);
  EXPECT_TRUE(from.ok());
  EXPECT_EQ(form_of(totals), form);
  EXPECT_EQ(totals.up_bytes, 81234u);
  EXPECT_EQ(totals.up_layers, some_totals().up_layers);
  EXPECT_EQ(totals.lost_bytes, -3);
  EXPECT_EQ(totals.unread_links, some_totals().unread_links);
  EXPECT_EQ(totals.folded_messages, 11u);
  EXPECT_EQ(totals.tls, some_totals().tls);
  EXPECT_EQ(totals.macs_seen, some_totals().macs_seen);
  EXPECT_EQ(totals.other_addresses, some_totals().other_addresses);
  expect_whole_or_nothing(form, [](FormReader& reader) { (void)read_totals(reader); });
}

TEST(Telling, AFileComesBackAsItWas) {
  const FileRead file{
      9120, -1, 5, 3, true, "capture/0001.pcapng:18244: cut off", {"", 2, 1, 1, "3:15: bad"}};
  const Bytes form = form_of(file);
  FormReader from(form);
  EXPECT_EQ(read_file(from), file);
  expect_whole_or_nothing(form, [](FormReader& reader) { (void)read_file(reader); });
}

TEST(Telling, AnOrderComesBackAsItWas) {
  DecodeOrder order;
  order.files = {{"/tmp/run/capture/0001.pcapng", "capture/0001.pcapng"}, {"b.pcap", "b.pcap"}};
  order.key_log = "CLIENT_RANDOM 00 11\n";
  order.protos = {{"shop.proto", "shop.Sale", "/v1/order"}, {"b.proto", "", ""}};
  order.options.dut = {"02:c0:ff:ee:00:01"};
  order.options.max_flows = 17;
  order.options.max_flow_messages = 19;
  order.follows = true;
  const Bytes form = form_of(order);
  FormReader from(form);
  const DecodeOrder back = read_order(from);
  EXPECT_TRUE(from.ok());
  EXPECT_EQ(back.files, order.files);
  EXPECT_EQ(back.key_log, order.key_log);
  EXPECT_EQ(back.protos, order.protos);
  EXPECT_EQ(back.options.dut, order.options.dut);
  EXPECT_TRUE(back.follows);
  EXPECT_EQ(form_of(back), form);
  expect_whole_or_nothing(form, [](FormReader& reader) { (void)read_order(reader); });
}

TEST(Telling, AnOrderOfAnotherVersionIsRefused) {
  Bytes form = form_of(DecodeOrder{});
  form[0] = telling_version + 1;
  FormReader from(form);
  (void)read_order(from);
  EXPECT_FALSE(from.ok());
}

TEST(Telling, AnErrorComesBackAsItWas) {
  const Bytes form = form_of(Error{ErrorCode::bad_file, "x.pcap:0: the file is empty"});
  FormReader from(form);
  const Error error = read_error(from);
  EXPECT_EQ(error.code, ErrorCode::bad_file);
  EXPECT_EQ(error.message, "x.pcap:0: the file is empty");
  expect_whole_or_nothing(form, [](FormReader& reader) { (void)read_error(reader); });
}

}  // namespace
}  // namespace brewproof
