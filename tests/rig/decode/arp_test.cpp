#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

const Bytes who_has_10_77_0_1 =
    hex("0001 0800 06 04 0001 02c0ffee0001 0a4d0032 000000000000 0a4d0001");

Message arp(const Bytes& payload, std::uint16_t ethertype = 0x0806) {
  return decode_one(ethernet(true, ethertype, payload));
}

TEST(Arp, ARequestNamesWhoAsksForWhom) {
  const Message m = arp(who_has_10_77_0_1);
  EXPECT_EQ(m.protocol, "arp");
  EXPECT_EQ(m.message, "request");
  EXPECT_TRUE(m.from_dut);
  EXPECT_EQ(m.peer.address, "02:c0:ff:ee:00:fe");
  EXPECT_EQ(value(m, "sender_mac"), "02:c0:ff:ee:00:01");
  EXPECT_EQ(value(m, "sender_ip"), "10.77.0.50");
  EXPECT_EQ(value(m, "target_ip"), "10.77.0.1");
  EXPECT_EQ(m.size, 28u);
  EXPECT_EQ(m.value_bytes, 20u);
}

TEST(Arp, AProbeAsksForAnAddressThatItDoesNotUseYet) {
  EXPECT_EQ(arp(hex("0001 0800 06 04 0001 02c0ffee0001 00000000 000000000000 0a4d0032")).message,
            "probe");
}

TEST(Arp, AnAnnouncementAsksForItsOwnAddress) {
  EXPECT_EQ(arp(hex("0001 0800 06 04 0001 02c0ffee0001 0a4d0032 000000000000 0a4d0032")).message,
            "announcement");
}

TEST(Arp, OtherOperationsAreToldByNameOrNumber) {
  EXPECT_EQ(arp(hex("0001 0800 06 04 0002 02c0ffee0001 0a4d0032 02c0ffee00fe 0a4d0001")).message,
            "reply");
  EXPECT_EQ(
      arp(hex("0001 0800 06 04 0003 02c0ffee0001 00000000 02c0ffee0001 00000000"), 0x8035).message,
      "reverse request");
  EXPECT_EQ(arp(hex("0001 0800 06 04 0019 02c0ffee0001 0a4d0032 02c0ffee00fe 0a4d0001")).message,
            "operation 25");
}

TEST(Arp, ARequestCutAtAnyByteIsMalformed) {
  for (std::size_t keep = 0; keep < who_has_10_77_0_1.size(); ++keep) {
    Tap tap;
    Bytes cut = who_has_10_77_0_1;
    cut.resize(keep);
    tap.packet(ethernet(true, 0x0806, cut));
    ASSERT_EQ(tap.finish().size(), 1u);
    EXPECT_TRUE(tap.messages[0].malformed) << keep;
    EXPECT_EQ(tap.messages[0].unexplained_bytes, keep);
    EXPECT_EQ(tap.totals().malformed, 1u);
  }
}

TEST(Arp, ARequestCutByTheSnapLengthIsNotMalformed) {
  Bytes cut = who_has_10_77_0_1;
  cut.resize(20);
  Tap tap;
  tap.packet(ethernet(true, 0x0806, cut), 60);
  const Message& m = tap.finish().at(0);
  EXPECT_TRUE(m.gap);
  EXPECT_FALSE(m.malformed);
  EXPECT_EQ(m.notes,
            std::vector<std::string>{"cut by the snap length: 20 of 46 bytes were captured"});
}

}  // namespace
}  // namespace brewproof::wire
