// A machine that changes its address: named by MAC everything counts, named by an IP address what
// does not count is told.
#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

const Bytes machine = hex("02 c0 ff ee 00 01"), router = hex("02 00 00 00 00 fe"),
            kettle = hex("02 00 00 00 00 07");

/// A datagram "hi" to 203.0.113.10, sent by this card from this address.
Bytes from4(const Bytes& card, const Bytes& address, const Bytes& to_card = router) {
  return to_card + card + hex("0800 4500001e 00010000 40110000") + address + hex("cb00710a") +
         hex("9c40 0009 000a 0000") + text("hi");
}
Bytes from6(const Bytes& card, const Bytes& address) {
  return router + card + hex("86dd 60000000 000a 11 40") + address +
         hex("20010db8000000000000000000000010") + hex("9c40 0009 000a 0000") + text("hi");
}
Bytes arp(const Bytes& card, const Bytes& address) {
  return hex("ffffffffffff") + card + hex("0806 0001 0800 06 04 0001") + card + address +
         Bytes(6, 0) + hex("0a4d0001");
}
const Bytes first4 = hex("0a4d0032"), second4 = hex("0a4d0033"), unset4 = Bytes(4, 0);
const Bytes privacy6 = hex("20010db8000100000102030405060708"),
            later6 = hex("20010db8000100000807060504030201");

/// The machine asks for an address and gets another one, and speaks IPv6 from two more.
const std::vector<Bytes> day = {
    from4(machine, unset4), from4(machine, first4),  arp(machine, first4),
    from4(machine, first4), from4(machine, second4), from6(machine, privacy6),
    from6(machine, later6), from4(machine, second4), from4(kettle, hex("0a4d0007"))};

DecodeTotals totals_of(const std::vector<Bytes>& frames, std::vector<std::string> dut,
                       std::size_t* up_messages = nullptr) {
  Tap tap({std::move(dut)});
  for (const Bytes& frame : frames) tap.packet(frame);
  const auto& messages = tap.finish();
  if (up_messages != nullptr)
    *up_messages = static_cast<std::size_t>(std::count_if(
        messages.begin(), messages.end(),
        [](const Message& m) { return m.from_dut && m.message.starts_with("datagram"); }));
  return tap.totals();
}

std::string others(const DecodeTotals& totals) {
  std::string all;
  for (const OtherAddress& other : totals.other_addresses)
    all += other.mac + " " + other.address + (other.counted ? " counted " : " ") +
           std::to_string(other.packets) + " " + std::to_string(other.bytes) + " from packet " +
           std::to_string(other.first.frame) + "\n";
  return all;
}

TEST(OtherAddresses, NamedByItsMacEachOfItsAddressesCounts) {
  std::size_t up_messages = 0;
  const DecodeTotals totals = totals_of(day, {machine_mac}, &up_messages);
  EXPECT_EQ(up_messages, 7u);
  EXPECT_EQ(totals.up_packets, 8u);
  EXPECT_EQ(totals.lost_bytes, 0);
  EXPECT_EQ(others(totals), "");
}

TEST(OtherAddresses, NamedByAnAddressWhatItSentFromOthersIsTold) {
  std::size_t up_messages = 0;
  const DecodeTotals totals = totals_of(day, {"10.77.0.50"}, &up_messages);
  EXPECT_EQ(up_messages, 2u);
  EXPECT_EQ(others(totals),
            "02:c0:ff:ee:00:01 0.0.0.0 1 44 from packet 1\n"
            "02:c0:ff:ee:00:01  1 42 from packet 3\n"
            "02:c0:ff:ee:00:01 10.77.0.51 2 88 from packet 5\n"
            "02:c0:ff:ee:00:01 2001:db8:1:0:102:304:506:708 1 64 from packet 6\n"
            "02:c0:ff:ee:00:01 2001:db8:1:0:807:605:403:201 1 64 from packet 7\n");
  EXPECT_EQ(totals.other_addresses[2].first_ns, totals.first_ns + 4'000'000);
  EXPECT_EQ(others(totals_of(day, {"10.77.0.50", "10.77.0.51"})),
            "02:c0:ff:ee:00:01 0.0.0.0 1 44 from packet 1\n"
            "02:c0:ff:ee:00:01  1 42 from packet 3\n"
            "02:c0:ff:ee:00:01 2001:db8:1:0:102:304:506:708 1 64 from packet 6\n"
            "02:c0:ff:ee:00:01 2001:db8:1:0:807:605:403:201 1 64 from packet 7\n");
  EXPECT_EQ(others(totals_of(day, {})), "");
}

TEST(OtherAddresses, AnotherCardThatGetsTheAddressIsTold) {
  EXPECT_EQ(others(totals_of({from4(machine, first4), from4(kettle, first4)}, {"10.77.0.50"})),
            "02:00:00:00:00:07 10.77.0.50 counted 1 44 from packet 2\n");
}

TEST(OtherAddresses, ARouterIsTakenForOne) {
  std::vector<Bytes> frames = {from4(router, first4)};
  for (std::uint8_t host = 1; host <= 33; ++host)
    frames.push_back(from4(router, hex("c63364") + Bytes{host}, machine));
  const DecodeTotals totals = totals_of(frames, {"10.77.0.50"});
  EXPECT_EQ(others(totals), "02:00:00:00:00:fe * 33 1452 from packet 2\n");
  EXPECT_FALSE(in_doubt(totals.other_addresses[0]));
}

}  // namespace
}  // namespace brewproof::wire
