#include "rig/crosscheck/crosscheck.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

Message of(std::string protocol, std::string label, std::uint16_t port = 1883) {
  Message m;
  m.protocol = std::move(protocol);
  m.message = std::move(label);
  m.peer.port = port;
  return m;
}

TEST(CountKinds, CountsWhatBothDecodersKnowAndRepeatsToo) {
  Message dup = of("mqtt", "PUBLISH a");
  dup.repeats = 2;
  const OwnCounts counts = count_kinds(
      {dup, of("mqtt", "PINGREQ"), of("http", "GET /x", 80), of("http", "response 200 GET /x", 80),
       of("dns", "query A x", 53), of("dns", "response A x", 53), of("mdns", "query A x", 5353),
       of("tls", "client hello", 443), of("tls", "record 0..9 B", 443),
       of("http", "malformed", 80)});
  EXPECT_EQ(counts.kinds, (KindCounts{{"mqtt publishes", 3},
                                      {"http requests", 1},
                                      {"http responses", 1},
                                      {"dns queries", 1},
                                      {"dns responses", 1},
                                      {"tls client hellos", 1}}));
  EXPECT_TRUE(counts.decode_as.empty());
}

TEST(CountKinds, NamesPortsThatTsharkWouldNotLookAt) {
  const OwnCounts counts =
      count_kinds({of("mqtt", "PUBLISH a", 18830), of("dns", "query A x", 15353)});
  EXPECT_EQ(counts.decode_as,
            (std::set<std::string>{"tcp.port==18830,mqtt", "udp.port==15353,dns"}));
}

TEST(TsharkLine, SeveralMessagesInOnePacketAreCountedSingly) {
  KindCounts counts;
  add_tshark_line("eth:ethertype:ip:tcp:mqtt:mqtt\t\t\t\t3,3,12\t", counts);
  add_tshark_line("eth:ethertype:ip:udp:dns\t0\t\t\t\t", counts);
  add_tshark_line("eth:ethertype:ip:udp:dns\tTrue\t\t\t\t", counts);
  add_tshark_line("eth:ethertype:ip:tcp:http\t\t1,1\t\t\t", counts);
  add_tshark_line("eth:ethertype:ip:tcp:tls\t\t\t\t\t1,2", counts);
  EXPECT_EQ(counts["mqtt publishes"], 2u);
  EXPECT_EQ(counts["dns queries"], 1u);
  EXPECT_EQ(counts["dns responses"], 1u);
  EXPECT_EQ(counts["http requests"], 2u);
  EXPECT_EQ(counts["http responses"], 0u);
  EXPECT_EQ(counts["tls client hellos"], 1u);
}

TEST(TsharkLine, PacketsQuotedByIcmpAndMulticastDnsAreNotCounted) {
  KindCounts counts;
  add_tshark_line("eth:ethertype:ip:icmp:ip:udp:dns\t0\t\t\t\t", counts);
  add_tshark_line("eth:ethertype:ip:udp:mdns\t0\t\t\t\t", counts);
  EXPECT_EQ(counts["dns queries"], 0u);
}

TEST(TsharkLine, HostileLinesAreSurvived) {
  KindCounts counts;
  for (const std::string_view line : {"", "\t\t\t\t\t\t\t\t\t", ",,,,", "\x1b[31m", "a\tb"})
    add_tshark_line(line, counts);
  SUCCEED();
}

TEST(CrossCheck, AMissingTsharkIsAHostErrorWithTheMend) {
  CrossCheckSettings settings;
  settings.program = "no-such-tshark";
  const auto check = cross_check({}, {}, settings);
  ASSERT_FALSE(check);
  EXPECT_EQ(check.error().code, ErrorCode::host);
  EXPECT_NE(check.error().message.find("no-such-tshark"), std::string::npos);
  EXPECT_NE(check.error().message.find("--no-cross-check"), std::string::npos);
}

TEST(CrossCheck, AFileThatCannotBeReadIsABadFile) {
  const auto check = cross_check({"no-such-capture.pcapng"}, {});
  if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
  ASSERT_FALSE(check);
  EXPECT_EQ(check.error().code, ErrorCode::bad_file);
  EXPECT_EQ(check.error().message.find("no-such-capture.pcapng: tshark"), 0u);
}

TEST(CrossCheck, DifferencesAreNamed) {
  OwnCounts ours;
  ours.kinds["http requests"] = 3;
  const auto check = cross_check({}, ours);
  if (!check) GTEST_SKIP() << check.error().message;
  EXPECT_EQ(check->tool.substr(0, 7), "tshark ");
  EXPECT_FALSE(check->agrees());
  for (const KindComparison& k : check->kinds) {
    if (k.kind == "http requests") {
      EXPECT_EQ(k.explanation,
                "tshark counts 3 http requests fewer: look at both before relying on this kind");
    } else {
      EXPECT_EQ(k.explanation, "");
    }
  }
}

}  // namespace
}  // namespace brewproof
