#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

/// From fe80::50 of the machine to ff02::1.
Bytes frame(const Bytes& body) {
  Bytes header = hex("60000000");
  header.push_back(static_cast<std::uint8_t>(body.size() >> 8));
  header.push_back(static_cast<std::uint8_t>(body.size()));
  header = header + hex("3a ff fe800000000000000000000000000050 ff020000000000000000000000000001");
  return ethernet(true, 0x86dd, header + body);
}
Message icmp(std::string_view body) { return decode_one(frame(hex(body))); }

TEST(Icmpv6, ANeighborSolicitationNamesItsTarget) {
  const Message m = icmp("87 00 0000 00000000 fe800000000000000000000000000001 01 01 02c0ffee0001");
  EXPECT_EQ(m.protocol, "icmp");
  EXPECT_EQ(m.message, "neighbor solicitation");
  EXPECT_EQ(value(m, "target"), "fe80::1");
  EXPECT_EQ(value(m, "source_mac"), "02:c0:ff:ee:00:01");
  EXPECT_EQ(m.size, 32u);
  EXPECT_EQ(m.value_bytes, 24u);
}

TEST(Icmpv6, ANeighborAdvertisementHasItsFlags) {
  const Message m = icmp("88 00 0000 60000000 fe800000000000000000000000000001 02 01 02c0ffee0001");
  EXPECT_EQ(value(m, "router"), "false");
  EXPECT_EQ(value(m, "solicited"), "true");
  EXPECT_EQ(value(m, "override"), "true");
  EXPECT_EQ(value(m, "target_mac"), "02:c0:ff:ee:00:01");
}

TEST(Icmpv6, ARouterAdvertisementTellsPrefixMtuServersAndDomains) {
  const Message m = icmp(
      "86 00 0000 40 c0 0708 00000000 000003e8"
      "01 01 02c0ffee00fe"
      "05 01 0000 000005dc"
      "03 04 40 c0 00015180 00003840 00000000 20010db8000000000000000000000000"
      "19 03 0000 00000708 20010db8000000000000000000000001"
      "1f 02 0000 00000708 03 6c616e 00 000000"
      "2a 01 616263646566");
  EXPECT_EQ(m.message, "router advertisement");
  EXPECT_EQ(value(m, "hop_limit"), "64");
  EXPECT_EQ(value(m, "managed"), "true");
  EXPECT_EQ(value(m, "other_configuration"), "true");
  EXPECT_EQ(value(m, "lifetime"), "1800");
  EXPECT_EQ(value(m, "retransmit_ms"), "1000");
  EXPECT_EQ(value(m, "mtu"), "1500");
  EXPECT_EQ(value(m, "prefix"), "2001:db8::/64");
  EXPECT_EQ(value(m, "valid_lifetime"), "86400");
  EXPECT_EQ(value(m, "preferred_lifetime"), "14400");
  EXPECT_EQ(value(m, "dns_server"), "2001:db8::1");
  EXPECT_EQ(value(m, "domain_search"), "lan");
  EXPECT_EQ(value(m, "option:42"), "abcdef");
  EXPECT_FALSE(m.malformed);
}

TEST(Icmpv6, ARouterSolicitationHasOptionsAlone) {
  const Message m = icmp("85 00 0000 00000000 01 01 02c0ffee0001");
  EXPECT_EQ(m.message, "router solicitation");
  EXPECT_EQ(value(m, "source_mac"), "02:c0:ff:ee:00:01");
}

TEST(Icmpv6, ListenersNameTheirGroups) {
  const Message report = icmp(
      "8f 00 0000 0000 0002"
      "04 00 0000 ff0200000000000000000000000000fb"
      "03 01 0001 ff0200000000000000000001ff000050 20010db8000000000000000000000001 00000000");
  EXPECT_EQ(report.message, "multicast listener report");
  EXPECT_EQ(value(report, "record"), "4 & 3");
  EXPECT_EQ(value(report, "group"), "ff02::fb & ff02::1:ff00:50");
  EXPECT_EQ(value(report, "source"), "2001:db8::1");
  EXPECT_FALSE(report.malformed);
  const Message old = icmp("83 00 0000 0000 0000 ff0200000000000000000000000000fb");
  EXPECT_EQ(value(old, "group"), "ff02::fb");
  const Message query = icmp(
      "82 00 0000 2710 0000 00000000000000000000000000000000 02 7d 0001"
      "20010db8000000000000000000000001");
  EXPECT_EQ(query.message, "multicast listener query");
  EXPECT_EQ(value(query, "max_response_ms"), "10000");
  EXPECT_EQ(value(query, "interval"), "125");
  EXPECT_EQ(value(query, "source"), "2001:db8::1");
}

TEST(Icmpv6, AnErrorTellsWhichPacketItIsAbout) {
  const Message m = icmp(
      "02 00 0000 00000500 60000000 000c 11 40 20010db8000000000000000000000050"
      "20010db8000000000000000000000001 9c40 007b 000c 0000 01020304");
  EXPECT_EQ(m.message, "packet too big");
  EXPECT_EQ(value(m, "mtu"), "1280");
  EXPECT_EQ(value(m, "about:destination"), "2001:db8::1");
  EXPECT_EQ(value(m, "about:destination_port"), "123");
}

TEST(Icmpv6, APingHasIdAndPayload) {
  const Message m = icmp("80 00 0000 0007 0001 62726577");
  EXPECT_EQ(m.message, "echo request");
  EXPECT_EQ(value(m, "seq"), "1");
  EXPECT_EQ(value(m, "payload"), "brew");
}

TEST(Icmpv6, AnOptionWithoutLengthIsMalformedAndEndsThere) {
  const Message m = icmp("85 00 0000 00000000 01 00 02c0ffee0001");
  EXPECT_TRUE(m.malformed);
  EXPECT_EQ(m.notes.at(0), "option 1 is cut off at byte 8");
}

TEST(Icmpv6, EveryCutIsMalformedUnlessNothingIsMissed) {
  const Bytes whole =
      hex("87 00 0000 00000000 fe800000000000000000000000000001 01 01 02c0ffee0001");
  for (std::size_t keep = 0; keep < whole.size(); ++keep) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(keep));
    EXPECT_EQ(decode_one(frame(cut)).malformed, keep != 24) << keep;  // 24: before the option
  }
}

}  // namespace
}  // namespace brewproof::wire
