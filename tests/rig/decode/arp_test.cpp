#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

const Bytes who_has_10_77_0_1 =
    hex("0001 0800 06 04 0001 02c0ffee0001 0a4d0032 000000000000 0a4d0001");

TEST(Arp, ARequestNamesWhoAsksForWhom) {
  Tap tap;
  tap.packet(ethernet(true, 0x0806, who_has_10_77_0_1));
  ASSERT_EQ(tap.finish().size(), 1u);
  const Message& m = tap.messages[0];
  EXPECT_EQ(m.protocol, "arp");
  EXPECT_EQ(m.message, "request");
  EXPECT_TRUE(m.from_dut);
  EXPECT_EQ(m.peer.address, "02:c0:ff:ee:00:fe");
  EXPECT_EQ(value(m, "sender_mac"), "02:c0:ff:ee:00:01");
  EXPECT_EQ(value(m, "sender_ip"), "10.77.0.50");
  EXPECT_EQ(value(m, "target_ip"), "10.77.0.1");
}

TEST(Arp, ARequestCutAtAnyByteIsMalformed) {
  for (std::size_t keep = 0; keep < who_has_10_77_0_1.size(); ++keep) {
    Tap tap;
    Bytes cut = who_has_10_77_0_1;
    cut.resize(keep);
    tap.packet(ethernet(true, 0x0806, cut));
    ASSERT_EQ(tap.finish().size(), 1u);
    EXPECT_TRUE(tap.messages[0].malformed) << keep;
    EXPECT_EQ(tap.totals().malformed, 1u);
  }
}

}  // namespace
}  // namespace brewproof::wire
