#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

/// `type`, three zeros, then `head`, filled up to `size` with 0xaa.
Bytes packet(std::string_view type, std::string_view head, std::size_t size) {
  Bytes bytes = hex(type) + hex("000000") + hex(head);
  bytes.resize(size, 0xaa);
  return bytes;
}
const Bytes initiation = packet("01",
                                "07000000"
                                "0101010101010101",
                                148);
const Bytes response = packet("02", "08000000 07000000", 92);
const Bytes data = packet("04", "08000000 0500000000000000", 96);

TEST(Wireguard, AHandshakeIsKnownByItsExactSizeOnAnyPort) {
  const Message first = decode_one(udp(true, 5000, initiation));
  EXPECT_EQ(first.protocol, "wireguard");
  EXPECT_EQ(first.message, "handshake initiation");
  EXPECT_EQ(value(first, "sender"), "7");
  EXPECT_EQ(value(first, "ephemeral").substr(0, 16), "0101010101010101");
  EXPECT_EQ(first.sealed_bytes, 76u);  // 48 of the key and 28 of the time
  const Message second = decode_one(udp(false, 5000, response));
  EXPECT_EQ(second.message, "handshake response");
  EXPECT_EQ(value(second, "receiver"), "7");
  EXPECT_EQ(second.sealed_bytes, 16u);
  const Message third = decode_one(udp(false, 5000, packet("03", "08000000", 64)));
  EXPECT_EQ(third.message, "cookie reply");
  EXPECT_EQ(third.sealed_bytes, 32u);
}

TEST(Wireguard, DataBehindAHandshakeIsSealedByItsSize) {
  Tap tap;
  tap.packet(udp(true, 5000, initiation));
  tap.pass(100'000'000'000);  // silence does not end the tunnel
  tap.packet(udp(true, 5000, data));
  ASSERT_EQ(tap.finish().size(), 2u);
  const Message& m = tap.messages[1];
  EXPECT_EQ(m.protocol, "wireguard");
  EXPECT_EQ(m.message, "data 90..99 B");
  EXPECT_EQ(value(m, "counter"), "5");
  EXPECT_EQ(m.sealed_bytes, 80u);
  EXPECT_EQ(m.flow, 1u);
}

TEST(Wireguard, DataWithoutAHandshakeIsReadOnItsPortAlone) {
  EXPECT_EQ(decode_one(udp(true, 51820, data)).protocol, "wireguard");
  EXPECT_EQ(decode_one(udp(true, 5000, data)).protocol, "udp");
}

TEST(Wireguard, OtherSizesAreDatagrams) {
  Bytes longer = initiation;
  longer.push_back(0);
  EXPECT_EQ(decode_one(udp(true, 51820, longer)).protocol, "udp");
  EXPECT_EQ(decode_one(udp(true, 51820, packet("04", "", 41))).protocol, "udp");
  EXPECT_EQ(decode_one(udp(true, 51820, packet("05", "", 64))).protocol, "udp");
}

TEST(Wireguard, EveryCutIsToldAsSomething) {
  check_every_cut(initiation, 51820);
  check_every_cut(data, 51820);
}

}  // namespace
}  // namespace brewproof::wire
