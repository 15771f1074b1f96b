// The link layers of captures made elsewhere: VLAN tags, cooked captures, bare IP, BSD loopback.
#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

const Bytes payload = hex("00010203");

/// An IPv4 packet without its Ethernet header.
Bytes packet(bool up) {
  const Bytes frame = udp(up, 9999, payload);
  return {frame.begin() + 14, frame.end()};
}

const Bytes packet_6 =
    hex("60000000 000c 11 40 20010db8000000000000000000000050 20010db8000000000000000000000001"
        "9c40 270f 000c 0000 00010203");

/// The one message of a frame.
Message decode(const Bytes& frame, std::uint16_t link_type, DecodeOptions options = {}) {
  Tap tap(std::move(options));
  tap.packet(frame, {}, link_type);
  const auto& messages = tap.finish();
  return messages.size() == 1 ? messages[0] : Message{};
}

void insert_tags(Bytes& frame, std::string_view tags) {
  const Bytes bytes = hex(tags);
  frame.insert(frame.begin() + 12, bytes.begin(), bytes.end());
}

TEST(Link, VlanTagsArePassedOneOrStacked) {
  for (const char* tags : {"8100 0064", "88a8 0064 8100 0065", "8100 0064 8100 0065",
                           "9100 0064 8100 0065", "88a8 0001 88a8 0002 8100 0003 8100 0004"}) {
    Bytes frame = udp(true, 9999, payload);
    insert_tags(frame, tags);
    const Message m = decode(frame, 1, {{machine_mac}});
    EXPECT_EQ(m.protocol, "udp") << tags;
    EXPECT_TRUE(m.from_dut) << tags;
    EXPECT_EQ(value(m, "payload"), "00010203") << tags;
  }
}

TEST(Link, MoreThanFourTagsAreNotRead) {
  Bytes frame = udp(true, 9999, payload);
  insert_tags(frame, "8100 0001 8100 0002 8100 0003 8100 0004 8100 0005");
  EXPECT_EQ(decode(frame, 1).protocol, "ethernet");
}

TEST(Link, BareIpIsToldByItsVersion) {
  for (const std::uint16_t link_type : {101, 12, 14}) {
    EXPECT_EQ(decode(packet(true), link_type).peer.address, "203.0.113.10") << link_type;
    EXPECT_EQ(decode(packet_6, link_type).peer.address, "2001:db8::1") << link_type;
  }
  EXPECT_EQ(decode(packet(true), 228).peer.address, "203.0.113.10");
  EXPECT_EQ(decode(packet_6, 229).peer.address, "2001:db8::1");
}

TEST(Link, BareIpOfTheOtherVersionThanItsLinkTypeSaysIsMalformed) {
  const Message m = decode(packet_6, 228);
  EXPECT_TRUE(m.malformed);
  EXPECT_EQ(m.notes.at(0), "IP version is not 4, at byte 0 of the frame");
}

TEST(Link, OnBareIpTheAddressTellsTheDirection) {
  Tap tap({{"10.77.0.50"}});
  tap.packet(packet(true), {}, 101);
  tap.packet(packet(false), {}, 101);
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_TRUE(tap.messages[0].from_dut);
  EXPECT_FALSE(tap.messages[1].from_dut);
  EXPECT_EQ(tap.totals().up_packets, 1u);
  EXPECT_EQ(tap.totals().up_bytes, 32u);
}

TEST(Link, OnBareIpAGroupIsToldByItsAddress) {
  Bytes to_group = packet(true);
  to_group[16] = 224;  // 224.0.113.10
  EXPECT_EQ(decode(to_group, 101, {{"192.0.2.1"}}).protocol, "udp");
  Bytes to_group_6 = packet_6;
  to_group_6[24] = 0xff;
  EXPECT_EQ(decode(to_group_6, 101, {{"192.0.2.1"}}).protocol, "udp");
  EXPECT_EQ(decode(packet(true), 101, {{"192.0.2.1"}}).protocol, "");  // others' traffic
}

TEST(Link, LoopbackHoldsItsFamilyInEitherByteOrder) {
  EXPECT_EQ(decode(hex("02000000") + packet(true), 0).peer.address, "203.0.113.10");
  EXPECT_EQ(decode(hex("00000002") + packet(true), 0).peer.address, "203.0.113.10");
  EXPECT_EQ(decode(hex("00000002") + packet(true), 108).peer.address, "203.0.113.10");
  for (const char* family : {"0a000000", "18000000", "1c000000", "1e000000", "0000001e"})
    EXPECT_EQ(decode(hex(family) + packet_6, 0).peer.address, "2001:db8::1") << family;
  const Message other = decode(hex("07000000 45000102"), 0);  // DECnet, not IP
  EXPECT_EQ(other.protocol, "link");
  EXPECT_FALSE(other.malformed);
  EXPECT_EQ(value(other, "payload"), "45000102");
}

TEST(Link, PointToPointCarriesMoreThanIp) {
  EXPECT_EQ(decode(hex("ff03 0021") + packet(true), 9).peer.address, "203.0.113.10");
  EXPECT_EQ(decode(hex("0057") + packet_6, 9).peer.address, "2001:db8::1");
  const Message other = decode(hex("c021 01010004"), 9);  // link control
  EXPECT_EQ(other.protocol, "link");
  EXPECT_FALSE(other.malformed);
}

// to: 0 us, 1 broadcast, 2 multicast, 3 another host, 4 sent by us; ARPHRD 1; address of 6 bytes
Bytes cooked(std::string_view to, std::string_view mac, const Bytes& packet) {
  return hex(to) + hex("0001 0006") + hex(mac) + hex("0000 0800") + packet;
}
Bytes cooked_2(std::string_view to, std::string_view mac, const Bytes& packet) {
  return hex("0800 0000 00000003 0001") + hex(to) + hex("06") + hex(mac) + hex("0000") + packet;
}

TEST(Link, CookedFramesAreReadInBothVersions) {
  for (const auto& [frame, link_type] :
       {std::pair{cooked("0000", "02c0ffee0001", packet(true)), 113},
        std::pair{cooked_2("00", "02c0ffee0001", packet(true)), 276}}) {
    const Message m = decode(frame, static_cast<std::uint16_t>(link_type), {{machine_mac}});
    EXPECT_EQ(m.protocol, "udp") << link_type;
    EXPECT_TRUE(m.from_dut) << link_type;
    EXPECT_EQ(m.peer.address, "203.0.113.10") << link_type;
    EXPECT_EQ(value(m, "payload"), "00010203") << link_type;
  }
}

TEST(Link, ACookedFrameMayHoldAVlanTag) {
  Bytes frame = hex("0000 0001 0006 02c0ffee0001 0000 8100 0064 0800");
  EXPECT_EQ(decode(frame + packet(true), 113, {{machine_mac}}).protocol, "udp");
}

TEST(Link, CookedFramesToTheMachineAreKnownByTheAddressItSentFrom) {
  Tap tap;
  const Bytes down = cooked("0004", "02c0ffee00fe", packet(false));
  tap.packet(down, {}, 113);  // nobody can know yet
  EXPECT_EQ(tap.messages.size(), 0u);
  tap.packet(cooked("0000", "02c0ffee0001", packet(true)), {}, 113);
  tap.packet(down, {}, 113);
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_TRUE(tap.messages[0].from_dut);
  EXPECT_FALSE(tap.messages[1].from_dut);
  EXPECT_EQ(tap.totals().up_packets, 1u);
}

TEST(Link, BareIpOfTheMachineIsKnownByTheAddressesThatItsMacSentFrom) {
  Tap tap;
  tap.packet(packet(true), {}, 101);  // nobody can know yet
  EXPECT_EQ(tap.messages.size(), 0u);
  tap.packet(udp(true, 9999, payload));
  tap.packet(packet(true), {}, 101);
  tap.packet(packet(false), {}, 101);
  ASSERT_EQ(tap.finish().size(), 3u);
  EXPECT_TRUE(tap.messages[1].from_dut);
  EXPECT_FALSE(tap.messages[2].from_dut);
  EXPECT_EQ(tap.totals().up_packets, 2u);
}

TEST(Link, CookedBroadcastsAreHeardByTheMachine) {
  for (const char* to : {"0001", "0002"}) {
    Tap tap;
    tap.packet(cooked(to, "02c0ffee00fe", packet(false)), {}, 113);
    EXPECT_EQ(tap.finish().size(), 1u) << to;
  }
}

TEST(Link, ACookedFrameWithoutAMacHasNone) {
  Tap tap(DecodeOptions{});
  tap.packet(hex("0000 0304 0000 0000000000000000 0800") + packet(true), {}, 113);
  EXPECT_EQ(tap.finish().at(0).protocol, "udp");
  EXPECT_TRUE(tap.totals().macs_seen.empty());
}

TEST(Link, NetlinkMessagesInACookedCaptureAreNoIp) {
  const Message m = decode(hex("0004 0338 0000 0000000000000000 0000 45000000"), 113);
  EXPECT_EQ(m.protocol, "link");
  EXPECT_FALSE(m.malformed);
}

TEST(Link, InterfacesOfOneCaptureMayHaveDifferentLinkTypes) {
  Tap tap({{machine_mac, "10.77.0.50"}});
  tap.packet(udp(true, 9999, payload));
  tap.packet(packet(false), {}, 101);
  tap.packet(cooked_2("00", "02c0ffee0001", packet(true)), {}, 276);
  ASSERT_EQ(tap.finish().size(), 3u);
  for (const Message& m : tap.messages) EXPECT_EQ(m.flow, 1u);
  EXPECT_TRUE(tap.messages[2].from_dut);
}

TEST(Link, AHeaderCutAnywhereIsMalformedWithItsOffset) {
  const std::pair<Bytes, std::uint16_t> headers[] = {
      {hex("02c0ffee00fe 02c0ffee0001 88a8 0064 8100 0065 0800"), 1},
      {hex("0000 0001 0006 02c0ffee0001 0000 0800"), 113},
      {hex("0800 0000 00000003 0001 00 06 02c0ffee0001 0000"), 276},
      {hex("02000000"), 0},
      {hex("ff03 0021"), 9}};
  for (const auto& [header, link_type] : headers)
    for (std::size_t keep = 0; keep < header.size(); ++keep) {
      const auto end = header.begin() + static_cast<std::ptrdiff_t>(keep);
      const Message m = decode(Bytes(header.begin(), end), link_type);
      ASSERT_TRUE(m.malformed) << link_type << " cut after " << keep;
      EXPECT_EQ(m.protocol, link_type == 1 ? "ethernet" : "link");
      EXPECT_EQ(m.notes.at(0), "frame ends inside the link header, at byte " +
                                   std::to_string(keep) + " of the frame");
    }
}

// They may be the machine's; nobody can tell.
TEST(Link, FramesOfAnUnknownLinkTypeAreCountedWhereTheMachineIsKnownByItsMac) {
  Tap tap;
  tap.packet(udp(true, 9999, payload));
  for (int i = 0; i < 3; ++i) tap.packet(hex("0000 0c00 0480 0000 0002 1800"), {}, 127);
  tap.packet(hex("01"), {}, 220);
  EXPECT_EQ(tap.finish().size(), 1u);
  const auto& unread = tap.totals().unread_links;
  ASSERT_EQ(unread.size(), 2u);
  EXPECT_EQ(unread.at(127).packets, 3u);
  EXPECT_EQ(unread.at(127).first.frame, 2u);
  EXPECT_EQ(unread.at(220).packets, 1u);
  EXPECT_EQ(unread.at(220).first.frame, 5u);
}

TEST(Link, UnknownLinkTypesBeyondABoundAreCountedTogether) {
  Tap tap;
  for (std::uint16_t type = 300; type < 400; ++type) tap.packet(hex("01"), {}, type);
  tap.finish();
  const auto& unread = tap.totals().unread_links;
  ASSERT_EQ(unread.size(), 65u);
  EXPECT_EQ(unread.at(65535).packets, 36u);
}

TEST(Link, AnUnknownLinkTypeIsToldAndItsBytesAreKept) {
  const Message m = decode(hex("0102"), 147);
  EXPECT_TRUE(m.malformed);
  EXPECT_EQ(m.notes.at(0), "link type is not supported, at byte 0 of the frame");
  EXPECT_EQ(value(m, "frame"), "0102");
}

}  // namespace
}  // namespace brewproof::wire
