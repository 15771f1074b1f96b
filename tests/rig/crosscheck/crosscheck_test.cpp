#include "rig/crosscheck/crosscheck.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/process/child.h"
#include "tests/rig/crosscheck/traffic.h"

namespace brewproof {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// RFC 1035: id 7, recursion desired, one question for api.example, type A.
const char* const query =
    "00 07 01 00 00 01 00 00 00 00 00 00 03 61 70 69 07 65 78 61 6d 70 6c 65 00 00 01 00 01";

void send_request(Traffic& traffic, std::uint16_t port) {
  traffic.tcp(true, port, {}, 0x02);
  traffic.tcp(false, port, {}, 0x12);
  traffic.tcp(true, port,
              wire::text("POST /v1/order HTTP/1.1\r\nHost: api.example\r\nContent-Type: "
                         "application/json\r\nContent-Length: 13\r\n\r\n{\"cents\":180}"));
  traffic.tcp(false, port, wire::text("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"));
}

void asks_for_another(KeptMessage& message) { set_value(message, "qname", "other.example"); }

TEST(CrossCheck, BothReadTheSameInWhatBothKnow) {
  Traffic traffic;
  traffic.udp(true, 53, wire::hex(query));
  send_request(traffic, 80);
  auto messages = traffic.decode();
  const auto check = cross_check(traffic.captures(), messages, traffic.settings());
  if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_TRUE(check->agrees());
  EXPECT_EQ(check->tool.substr(0, 7), "tshark ");
  for (const char* kind :
       {"dns queries", "http requests", "http responses", "http request bodies"}) {
    EXPECT_EQ(of_kind(*check, kind).ours, 1u) << kind;
    EXPECT_EQ(of_kind(*check, kind).theirs, 1u) << kind;
  }
  EXPECT_THAT(check->read_alone, IsEmpty());
}

// tshark knows these by their ports; it is told which.
TEST(CrossCheck, ServicesOnOtherPortsAreFoundByBoth) {
  Traffic traffic;
  traffic.udp(true, 15353, wire::hex(query));
  traffic.tcp(true, 18830, {}, 0x02);
  traffic.tcp(false, 18830, {}, 0x12);
  traffic.tcp(true, 18830,
              wire::hex("10 0d 00 04 4d 51 54 54 04 02 00 3c 00 01 78 30 06 00 01 61 7b 7d 0a"));
  auto messages = traffic.decode();
  const auto check = cross_check(traffic.captures(), messages, traffic.settings());
  if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_TRUE(check->agrees());
  EXPECT_EQ(of_kind(*check, "dns queries").theirs, 1u);
  EXPECT_EQ(of_kind(*check, "mqtt publishes").theirs, 1u);
  EXPECT_EQ(of_kind(*check, "mqtt payloads").theirs, 1u);
  EXPECT_EQ(of_kind(*check, "mqtt other packets").theirs, 1u);
}

TEST(CrossCheck, AValueThatWeReadWronglyIsShownWithBothReadings) {
  Traffic traffic;
  send_request(traffic, 80);
  auto messages = traffic.decode();
  ASSERT_EQ(messages.at(0).message(), "POST /v1/order");
  set_value(messages[0], "body|json:/cents", "18");
  const auto check = cross_check(traffic.captures(), messages, traffic.settings());
  if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_FALSE(check->agrees());
  const Opinion opinion = of_kind(*check, "http request bodies");
  EXPECT_EQ(opinion.differing, 1u);
  EXPECT_EQ(opinion.differences,
            (std::vector<Difference>{{0, 3, "body=/cents=18", "body=/cents=180"}}));
  ASSERT_EQ(check->disagreements.size(), 1u);
  EXPECT_TRUE(check->disagreements[0].ours);
  EXPECT_EQ(check->disagreements[0].first, 3u);
}

TEST(CrossCheck, AMessageThatWeOverlookedIsShown) {
  Traffic traffic;
  send_request(traffic, 80);
  auto messages = traffic.decode();
  messages.erase(messages.begin());
  const auto check = cross_check(traffic.captures(), messages, traffic.settings());
  if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_EQ(of_kind(*check, "http requests").differences,
            (std::vector<Difference>{
                {0, 3, "", "method=POST path=/v1/order host=api.example type=application/json"}}));
  ASSERT_FALSE(check->disagreements.empty());
  EXPECT_FALSE(check->disagreements[0].ours);
  EXPECT_EQ(check->disagreements[0].peers, "10.77.0.50 203.0.113.10");
  EXPECT_EQ(check->disagreements[0].port, 80);
}

TEST(CrossCheck, WhatOtherHostsSayToEachOtherIsNotCompared) {
  Traffic traffic({"02:c0:ff:ee:00:99"});
  send_request(traffic, 80);
  auto messages = traffic.decode();
  ASSERT_THAT(messages, IsEmpty());
  const auto check = cross_check(traffic.captures(), messages, traffic.settings());
  if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_THAT(check->opinions, IsEmpty());
}

TEST(CrossCheck, DatagramsOfEveryKindAreReadAlike) {
  Traffic traffic;
  const auto zeros = [](std::size_t count) { return Bytes(count, 0); };
  using wire::hex, wire::operator+;
  // RFC 826: who has 10.77.0.1?
  traffic.frame(wire::ethernet(true, 0x0806,
                               hex("0001 0800 06 04 0001 02c0ffee0001 0a4d0032 000000000000 "
                                   "0a4d0001")));
  traffic.frame(wire::ipv4(true, 1, hex("08 00 4d 41 00 07 00 01 61 62")));          // RFC 792
  traffic.frame(wire::ipv4(true, 2, hex("16 00 09 04 e0 00 00 fb")));                // RFC 2236
  traffic.udp(true, 123, hex("e3 00 06 ec") + zeros(36) + hex("dbaa3f2877c40000"));  // RFC 5905
  traffic.udp(true, 67,
              hex("01 01 06 00 00 00 3d 1d 00 00 00 00") + zeros(16) + hex("02c0ffee0001") +
                  zeros(10 + 64 + 128) + hex("63825363 350101 0c0462726577 ff"));        // RFC 2131
  traffic.udp(true, 547, hex("01 10 08 2d 00 01 00 0a 00 03 00 01 02 c0 ff ee 00 01"));  // RFC 8415
  traffic.udp(true, 5353,
              hex("0000 0000 0001 0000 0000 0000 04 62726577 05 6c6f63616c 00 000c 0001"));
  auto messages = traffic.decode();
  const auto check = cross_check(traffic.captures(), messages, traffic.settings());
  if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_TRUE(check->agrees());
  for (const char* kind : {"arp packets", "icmp packets", "igmp packets", "ntp packets",
                           "dhcp packets", "dhcpv6 packets", "mdns queries"}) {
    EXPECT_EQ(of_kind(*check, kind).ours, 1u) << kind;
    EXPECT_EQ(of_kind(*check, kind).theirs, 1u) << kind;
  }
}

// RFC 6455 section 5.7: "Hello" masked, in two fragments, and a close.
TEST(CrossCheck, WebsocketMessagesAreReadAlikeInOneFrameAndInSeveral) {
  Traffic traffic;
  traffic.tcp(true, 80, {}, 0x02);
  traffic.tcp(false, 80, {}, 0x12);
  traffic.tcp(true, 80,
              wire::text("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: "
                         "Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                         "Sec-WebSocket-Version: 13\r\n\r\n"));
  traffic.tcp(false, 80,
              wire::text("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
                         "Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"));
  traffic.tcp(true, 80, wire::hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"));
  traffic.tcp(false, 80, wire::hex("01 03 48 65 6c"));
  traffic.tcp(false, 80, wire::hex("80 02 6c 6f"));
  traffic.tcp(false, 80, wire::hex("88 02 03 e8"));
  auto messages = traffic.decode();
  const auto check = cross_check(traffic.captures(), messages, traffic.settings());
  if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_TRUE(check->agrees());
  EXPECT_EQ(of_kind(*check, "websocket texts").ours, 2u);
  EXPECT_EQ(of_kind(*check, "websocket texts").theirs, 2u);
  EXPECT_EQ(of_kind(*check, "websocket closes").theirs, 1u);
}

// Told to put segments in order, tshark waits for the hole to be filled; as they come it reads on.
TEST(CrossCheck, BehindASegmentThatWasNeverCapturedBothReadOn) {
  Traffic traffic;
  traffic.tcp(true, 80, {}, 0x02);
  traffic.tcp(false, 80, {}, 0x12);
  traffic.tcp(true, 80, wire::text("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"));
  traffic.lose(true, 40);
  traffic.tcp(true, 80, wire::text("GET /b HTTP/1.1\r\nHost: x\r\n\r\n"));
  traffic.tcp(true, 80, wire::text("GET /c HTTP/1.1\r\nHost: x\r\n\r\n"));
  auto messages = traffic.decode();
  const auto check = cross_check(traffic.captures(), messages, traffic.settings());
  if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_TRUE(check->agrees());
  EXPECT_EQ(of_kind(*check, "http requests").ours, 3u);
  EXPECT_EQ(of_kind(*check, "http requests").theirs, 3u);
}

TEST(CrossCheck, ALongCaptureIsReadInPieces) {
  Traffic traffic;
  for (int i = 0; i < 25; ++i) traffic.udp(true, 53, wire::hex(query));
  send_request(traffic, 80);  // frames 26 to 29
  auto messages = traffic.decode();
  CrossCheckSettings settings = traffic.settings();
  settings.most_packets = 10;
  const auto check = cross_check(traffic.captures(), messages, settings);
  if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_TRUE(check->agrees()) << (check->unheard.empty() ? "" : check->unheard[0].why);
  EXPECT_EQ(of_kind(*check, "dns queries").ours, 25u);
  EXPECT_EQ(of_kind(*check, "dns queries").theirs, 25u);
  EXPECT_EQ(of_kind(*check, "http requests").theirs, 1u);
}

TEST(CrossCheck, DifferencesBehindACutHaveTheFramesOfTheWholeFile) {
  Traffic traffic;
  for (int i = 0; i < 25; ++i) traffic.udp(true, 53, wire::hex(query));
  auto messages = traffic.decode();
  asks_for_another(messages.at(22));
  CrossCheckSettings settings = traffic.settings();
  settings.most_packets = 10;
  const auto check = cross_check(traffic.captures(), messages, settings);
  if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
  ASSERT_TRUE(check) << check.error().message;
  ASSERT_EQ(of_kind(*check, "dns queries").differing, 1u);
  EXPECT_EQ(of_kind(*check, "dns queries").differences.at(0).frame, 23u);
}

TEST(CrossCheck, OnlyTheFirstDifferencesAreListedAndAllAreCounted) {
  Traffic traffic;
  for (int i = 0; i < 5; ++i) traffic.udp(true, 53, wire::hex(query));
  auto messages = traffic.decode();
  for (KeptMessage& message : messages) asks_for_another(message);
  CrossCheckSettings settings = traffic.settings();
  settings.most_listed = 2;
  const auto check = cross_check(traffic.captures(), messages, settings);
  if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_EQ(of_kind(*check, "dns queries").differing, 5u);
  EXPECT_EQ(of_kind(*check, "dns queries").differences.size(), 2u);
  EXPECT_EQ(check->disagreements.size(), 5u);
}

TEST(CrossCheck, AMissingTsharkIsAHostErrorWithTheMend) {
  CrossCheckSettings settings;
  settings.programs.tshark = "no-such-tshark";
  std::vector<KeptMessage> messages;
  const auto check = cross_check({}, messages, settings);
  ASSERT_FALSE(check);
  EXPECT_EQ(check.error().code, ErrorCode::host);
  EXPECT_THAT(check.error().message, HasSubstr("no-such-tshark"));
  EXPECT_THAT(check.error().message, HasSubstr("install"));
}

TEST(CrossCheck, AProgramThatTellsNoVersionIsNoTshark) {
  CrossCheckSettings settings;
  settings.programs.tshark = "true";
  std::vector<KeptMessage> messages;
  const auto check = cross_check({}, messages, settings);
  ASSERT_FALSE(check);
  EXPECT_EQ(check.error().code, ErrorCode::host);
  EXPECT_THAT(check.error().message, HasSubstr("did not tell its version"));
}

// One capture that tshark cannot take does not cost the others their opinion.
TEST(CrossCheck, ACaptureThatCannotBeReadHasNoOpinionAndTheOthersHave) {
  Traffic traffic;
  traffic.udp(true, 53, wire::hex(query));
  auto messages = traffic.decode();
  std::vector<CheckedCapture> captures = traffic.captures();
  captures.push_back({traffic.scratch().path("gone.pcapng"), 1});
  const auto check = cross_check(captures, messages, traffic.settings());
  if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_EQ(of_kind(*check, "dns queries").theirs, 1u);
  ASSERT_EQ(check->unheard.size(), 1u);
  EXPECT_EQ(check->unheard[0].file, 1u);
  EXPECT_THAT(check->unheard[0].why, HasSubstr("tshark could not read it"));
  EXPECT_EQ(check->unheard[0].why.find(traffic.scratch().folder()), std::string::npos)
      << "the same findings come from any folder: " << check->unheard[0].why;
}

TEST(CrossCheck, ATsharkThatCrashesIsNoOpinionAndNoFailure) {
  Traffic traffic;
  traffic.udp(true, 53, wire::hex(query));
  auto messages = traffic.decode();
  const auto check =
      cross_check(traffic.captures(), messages, traffic.with_script("kill -SEGV $$"));
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_EQ(check->tool, "tshark 9.9.9");
  EXPECT_EQ(check->unheard, (std::vector<Unheard>{{0, "tshark was ended by signal 11"}}));
  EXPECT_THAT(check->opinions, IsEmpty());
}

TEST(CrossCheck, ATsharkThatHangsIsEnded) {
  Traffic traffic;
  traffic.udp(true, 53, wire::hex(query));
  auto messages = traffic.decode();
  CrossCheckSettings settings = traffic.with_script("exec sleep 60");
  settings.programs.within = std::chrono::seconds(1);
  const auto check = cross_check(traffic.captures(), messages, settings);
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_EQ(check->unheard, (std::vector<Unheard>{{0, "tshark did not finish it within 1 s"}}));
}

TEST(CrossCheck, OutputThatIsNoJsonIsNoOpinion) {
  Traffic traffic;
  traffic.udp(true, 53, wire::hex(query));
  auto messages = traffic.decode();
  const auto check = cross_check(traffic.captures(), messages,
                                 traffic.with_script("printf '  {\\n  \\033[2J\\n  }\\n'"));
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_EQ(check->unheard,
            (std::vector<Unheard>{{0, "what tshark showed of 1 packets could not be read"}}));
}

// The second cannot be cut and fails before the first one's last pieces do; the third lacks pieces.
TEST(CrossCheck, WhatIsUnheardIsTheSameWithAnyNumberAtOnce) {
  Traffic traffic;
  for (int i = 0; i < 25; ++i) traffic.udp(true, 53, wire::hex(query));
  const auto messages = traffic.decode();
  const std::string path = traffic.captures()[0].path;
  const std::vector<CheckedCapture> captures = {
      {path, 25}, {traffic.scratch().path("gone.pcap"), 25}, {path, 45}};
  CrossCheckSettings settings = traffic.with_script("kill -SEGV $$");
  settings.most_packets = 10;
  const auto unheard_with = [&](std::size_t at_once) {
    settings.at_once = at_once;
    auto own = messages;
    const auto check = cross_check(captures, own, settings);
    if (!check) throw std::runtime_error(check.error().message);
    return check->unheard;
  };
  const std::vector<Unheard> alone = unheard_with(1);
  ASSERT_EQ(alone.size(), 3u);
  for (std::uint32_t file = 0; file < 3; ++file) EXPECT_EQ(alone[file].file, file);
  for (const std::size_t at_once : {2, 3, 8}) EXPECT_EQ(unheard_with(at_once), alone) << at_once;
  if (!find_program("editcap")) GTEST_SKIP() << "without editcap no file is cut";
  EXPECT_EQ(alone[0].why, "tshark was ended by signal 11");
  EXPECT_EQ(alone[2].why, "editcap made 3 pieces of 5");
}

TEST(CrossCheck, ADamagedCaptureIsReadUpToTheDamage) {
  Traffic traffic;
  for (int i = 0; i < 3; ++i) traffic.udp(true, 53, wire::hex(query));
  auto messages = traffic.decode();
  const std::string path = traffic.captures()[0].path;
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 5);
  messages.pop_back();  // our reader does not deliver it either
  const auto check = cross_check({{path, 2}}, messages, traffic.settings());
  if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_TRUE(check->agrees());
  EXPECT_EQ(of_kind(*check, "dns queries").theirs, 2u);
}

}  // namespace
}  // namespace brewproof
