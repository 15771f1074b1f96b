#include "rig/model/kept_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using testing::ElementsAre;

Message order(std::int64_t time_ns, const std::string& cents) {
  Message message;
  message.time_ns = time_ns;
  message.last_time_ns = time_ns + 5;
  message.from_dut = true;
  message.peer = {"api.kiosk.example", "203.0.113.10", 443};
  message.dut_port = 41000;
  message.flow = 7;
  message.protocol = "http";
  message.tls = true;
  message.message = "POST /v1/order";
  message.fields = {{"body|json:/cents", cents, FieldType::integer},
                    {"body|json:/note", "", FieldType::text},
                    {"body|json:/raw", std::string(300, 'f'), FieldType::bytes, true}};
  message.size = 400;
  message.value_bytes = 310;
  message.sealed_bytes = 1;
  message.unexplained_bytes = 2;
  message.repeats = 3;
  message.repeat_bytes = 1200;
  message.malformed = true;
  message.gap = true;
  message.notes = {"cut by the snap length"};
  message.first = {1, 24, 3};
  message.last = {1, 900, 9};
  return message;
}

void expect_same(const Message& a, const Message& b) {
  const auto& [time_ns, last_time_ns, from_dut, peer, dut_port, flow, protocol, tls, message,
               fields, size, value_bytes, sealed_bytes, unexplained_bytes, repeats, repeat_bytes,
               malformed, gap, notes, first, last] = a;
  EXPECT_EQ(
      std::tie(time_ns, last_time_ns, from_dut, peer, dut_port, flow, protocol, tls, message,
               fields, size, value_bytes, sealed_bytes, unexplained_bytes),
      std::tie(b.time_ns, b.last_time_ns, b.from_dut, b.peer, b.dut_port, b.flow, b.protocol, b.tls,
               b.message, b.fields, b.size, b.value_bytes, b.sealed_bytes, b.unexplained_bytes));
  EXPECT_EQ(std::tie(repeats, repeat_bytes, malformed, gap, notes, first, last),
            std::tie(b.repeats, b.repeat_bytes, b.malformed, b.gap, b.notes, b.first, b.last));
}

std::vector<FieldView> fields_of(const KeptMessage& message) {
  return {message.fields().begin(), message.fields().end()};
}

TEST(KeptMessage, IsAllOfTheMessage) {
  const Message message = order(1'760'000'000'000'000'000, "180");
  expect_same(KeptMessage(message).whole(), message);
  MessageKeeper keeper;
  expect_same(keeper.keep(message).whole(), message);
  expect_same(KeptMessage().whole(), Message());
}

TEST(KeptMessage, TellsItsFieldsInTheirOrder) {
  const KeptMessage message = order(1, "180");
  EXPECT_THAT(
      fields_of(message),
      ElementsAre(FieldView{"body|json:/cents", "180", FieldType::integer},
                  FieldView{"body|json:/note", "", FieldType::text},
                  FieldView{"body|json:/raw", std::string(300, 'f'), FieldType::bytes, true}));
  EXPECT_EQ(message.fields().size(), 3u);
  EXPECT_EQ(message.field("body|json:/cents")->value, "180");
  EXPECT_FALSE(message.field("body|json:/price"));
  EXPECT_TRUE(KeptMessage().fields().empty());
}

TEST(MessageKeeper, ValuesDifferWhereHeadingsAreShared) {
  MessageKeeper keeper;
  const KeptMessage one = keeper.keep(order(1, "180")), other = keeper.keep(order(2, "90"));
  EXPECT_EQ(&one.message(), &other.message());
  EXPECT_EQ(one.field("body|json:/cents")->path.data(),
            other.field("body|json:/cents")->path.data());
  EXPECT_EQ(one.field("body|json:/cents")->value, "180");
  EXPECT_EQ(other.field("body|json:/cents")->value, "90");
}

// Whatever differs in what is shared makes another heading.
TEST(MessageKeeper, MessagesOfOtherKindsShareNothing) {
  using Change = void (*)(Message&);
  const std::vector<Change> changes = {
      [](Message& m) { m.peer.name = "b.example"; },
      [](Message& m) { m.peer.address = "203.0.113.1"; }, [](Message& m) { m.peer.port = 444; },
      [](Message& m) { m.protocol = "http2"; }, [](Message& m) { m.message = "POST /v1/orders"; },
      [](Message& m) { m.notes.clear(); }, [](Message& m) { m.fields.pop_back(); },
      [](Message& m) { m.fields[0].path += "s"; },
      [](Message& m) { m.fields[0].type = FieldType::text; },
      [](Message& m) { m.fields[2].cut = false; },
      // The same letters, divided otherwise.
      [](Message& m) { m.peer.name = "api.kiosk.example203", m.peer.address = ".0.113.10"; },
      [](Message& m) { m.notes = {"cut by the", " snap length"}; }};
  MessageKeeper keeper;
  std::vector<KeptMessage> kept = {keeper.keep(order(1, "180"))};
  for (const Change change : changes) {
    Message message = order(1, "180");
    change(message);
    kept.push_back(keeper.keep(message));
    expect_same(kept.back().whole(), message);
  }
  for (std::size_t a = 0; a < kept.size(); ++a)
    for (std::size_t b = 0; b < a; ++b) EXPECT_NE(&kept[a].message(), &kept[b].message());
}

// A machine that names every message anew may not make the table of headings grow for ever.
TEST(MessageKeeper, HeadingsThatNobodyNeedsAreForgotten) {
  MessageKeeper keeper;
  Message message = order(1, "180");
  const KeptMessage first = keeper.keep(message);
  for (int i = 0; i < 40; ++i) {
    message.message = std::string(1u << 20, static_cast<char>('a' + i % 20)) + std::to_string(i);
    (void)keeper.keep(message);
  }
  const KeptMessage again = keeper.keep(order(1, "180"));
  EXPECT_NE(&first.message(), &again.message());
  expect_same(first.whole(), order(1, "180"));
}

}  // namespace
}  // namespace brewproof
