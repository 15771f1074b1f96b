// What the rooms read, read by a real tshark too: every kind's line is made by both sides alike.
#include <gtest/gtest.h>

#include "tests/rig/crosscheck/traffic.h"
#include "tests/rig/decode/http/http2_frames.h"
#include "tests/rig/decode/tls/peers.h"

namespace brewproof {
namespace {

using wire::hex;
using wire::text;
using wire::operator+;

/// Decodes, checks that nothing differs, and that both saw so many messages of each kind.
void expect_alike(Traffic& traffic, const std::map<std::string, std::uint64_t>& counts) {
  auto messages = traffic.decode();
  const auto check = cross_check(traffic.captures(), messages, traffic.settings());
  if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
  ASSERT_TRUE(check) << check.error().message;
  for (const Opinion& opinion : check->opinions)
    for (const Difference& d : opinion.differences)
      ADD_FAILURE() << opinion.kind << " in frame " << d.frame << "\n  ours   " << d.ours
                    << "\n  theirs " << d.theirs;
  for (const auto& [kind, count] : counts) {
    EXPECT_EQ(of_kind(*check, kind).ours, count) << kind;
    EXPECT_EQ(of_kind(*check, kind).theirs, count) << kind;
  }
}

void shake_hands(Traffic& traffic, std::uint16_t port) {
  traffic.tcp(true, port, {}, 0x02);
  traffic.tcp(false, port, {}, 0x12);
}

TEST(RoomsBothRead, AFormIsItsKeysAndValues) {
  Traffic traffic;
  shake_hands(traffic, 80);
  traffic.tcp(true, 80,
              text("POST /f HTTP/1.1\r\nHost: a\r\nContent-Length: 16\r\nContent-Type: "
                   "application/x-www-form-urlencoded\r\n\r\ncup=1&b=x+y%21&c"));
  expect_alike(traffic, {{"http requests", 1}, {"http forms", 1}});
}

TEST(RoomsBothRead, AQueryThatIsOpenedFurtherIsSetAside) {
  Traffic traffic;
  shake_hands(traffic, 80);
  traffic.tcp(true, 80, text("GET /a?d=eyJjdXAiOiJsYXR0ZSIsIm4iOjE4MH0 HTTP/1.1\r\n\r\n"));
  expect_alike(traffic, {{"http requests", 0}});
}

TEST(RoomsBothRead, Http2IsItsRequestsResponsesAndBodies) {
  const Bytes order = hex("8387 0411") + text("/v1/order?shop=12") + hex("0f1010") +
                      text("application/json") + hex("0108") + text("kiosk.io");
  Traffic traffic;
  shake_hands(traffic, 80);
  traffic.tcp(true, 80, wire::preface());
  traffic.tcp(false, 80, wire::server_preface());
  traffic.tcp(true, 80, wire::headers(1, order) + wire::data(1, text("{\"cents\":")));
  traffic.tcp(true, 80, wire::data(1, text("180}"), wire::end_stream));
  traffic.tcp(false, 80, wire::headers(1, hex("88")) + wire::data(1, text("ok")));
  traffic.tcp(false, 80, wire::data(1, {}, wire::end_stream));
  expect_alike(traffic, {{"http2 requests", 1}, {"http2 responses", 1}, {"http2 bodies", 2}});
}

TEST(RoomsBothRead, Mqtt5IsComparedWithItsProperties) {
  Traffic traffic;
  shake_hands(traffic, 1883);
  traffic.tcp(true, 1883, hex("10 19 0004 4d515454 05 02 003c 05 11 0000000a 0007 4b443030343132"));
  traffic.tcp(false, 1883, hex("20 09 00 00 06 22 000a 21 0014"));
  traffic.tcp(true, 1883, hex("30 12 0003 612f62 05 23 0005 01 01") + text("{\"n\":2}"));
  traffic.tcp(true, 1883, hex("30 0d 0000 03 23 0005") + text("{\"n\":3}"));
  traffic.tcp(true, 1883,
              hex("30 18 0003 612f62 10 26 0001 6b 0003 766965 03 0004 74657874") + text("hi"));
  expect_alike(traffic, {{"mqtt publishes", 3}, {"mqtt payloads", 3}, {"mqtt other packets", 2}});
}

TEST(RoomsBothRead, CoapIsItsCodesTokensAndPaths) {
  Traffic traffic;
  traffic.udp(true, 5683,
              hex("44020011 0badcafe b6") + text("status") + hex("03") + text("cup") + hex("44") +
                  text("n=12") + hex("ff") + text("{\"n\":1}"));
  traffic.udp(false, 5683, hex("64450011 0badcafe c0 ff") + text("ok"));
  // In blocks: one message to us, several to tshark.
  traffic.udp(true, 5683, hex("4402001a 0badcafe b161 d10308 ff") + text("0123456789abcdef"));
  traffic.udp(false, 5683, hex("645f001a 0badcafe d10e08"));
  traffic.udp(true, 5683, hex("4402001b 0badcafe b161 d10310 ff 7b7d"));
  traffic.udp(false, 5683, hex("6444001b 0badcafe d10e10"));
  expect_alike(traffic, {{"coap requests", 1}, {"coap responses", 1}});
}

/// As github.com/softScheck/tplink-smartplug says: the key is 171 and then each byte that was made.
Bytes veiled(std::string_view text) {
  Bytes bytes;
  std::uint8_t key = 171;
  for (const char c : text) bytes.push_back(key = static_cast<std::uint8_t>(c) ^ key);
  return bytes;
}

TEST(RoomsBothRead, TpLinkIsTheJsonUnderItsVeil) {
  const std::string answer =
      R"({"system":{"get_sysinfo":{"alias":"a/b","power":1.50,"list":[1,{}],"err_code":0}}})";
  Traffic traffic;
  shake_hands(traffic, 9999);
  traffic.tcp(true, 9999, hex("00000020") + veiled(R"({"system":{"get_sysinfo":null}} )"));
  traffic.tcp(false, 9999,
              hex("000000") + Bytes{static_cast<std::uint8_t>(answer.size())} + veiled(answer));
  traffic.udp(true, 9999, veiled(R"({"emeter":{"get_realtime":{}}})"));
  expect_alike(traffic, {{"tplink messages", 3}});
}

TEST(RoomsBothRead, DatagramsOfDiscoveryAndHellos) {
  Traffic traffic;
  traffic.udp(true, 1900,
              text("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\n"
                   "ST: upnp:rootdevice\r\nMX: 2\r\n\r\n"));
  traffic.udp(true, 3478,
              hex("0001000c 2112a442 b7e7a701bc34d686fa87dfae 80220005 6b696f736b 000000"));
  traffic.udp(false, 3478,
              hex("0101000c 2112a442 b7e7a701bc34d686fa87dfae 00200008 0001a147e112a643"));
  traffic.udp(true, 5684,
              hex("16 fefd 0000 000000000000 0036 01 00002a 0000 000000 00002a fefd") +
                  Bytes(32, 0xaa) + hex("00 00 0002 c02b 01 00"));
  traffic.udp(true, 123,
              hex("23 02 06 ec 00000100 00000200 cb007101 ec5a3f1080000000 ec5a3f1040000000"
                  "ec5a3f1050000000 ec5a3f1180000000"));
  expect_alike(
      traffic,
      {{"ssdp requests", 1}, {"stun messages", 2}, {"dtls client hellos", 1}, {"ntp packets", 1}});
}

TEST(RoomsBothRead, WhatAKeyLogOpensIsComparedToo) {
  wire::PeerPair pair({});
  wire::Peers peers(pair);
  ASSERT_TRUE(peers.shake_hands());
  peers.up("POST /v1/order HTTP/1.1\r\nHost: a\r\nContent-Length: 13\r\n\r\n{\"cents\":180}");
  peers.down("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
  peers.close();
  Traffic traffic;
  shake_hands(traffic, 443);
  for (const wire::Flight& flight : peers.flights()) traffic.tcp(flight.up, 443, flight.bytes);
  traffic.knows(pair.key_log);
  expect_alike(traffic, {{"http requests", 1}, {"http responses", 1}, {"http request bodies", 1}});
}

TEST(RoomsBothRead, PiecesSideBySideGiveWhatTheyGiveOneByOne) {
  Traffic traffic;
  for (int i = 0; i < 24; ++i)
    traffic.udp(true, static_cast<std::uint16_t>(i % 3 == 0 ? 161 : 53),
                i % 3 == 0 ? hex("300c 020100 0406 7075626c6963")
                           : hex("0007 0100 0001 0000 0000 0000 03617069 00 0001 0001"));
  std::vector<std::vector<std::vector<Field>>> outcomes;
  std::vector<CrossCheck> checks;
  for (const std::size_t at_once : {1u, 3u}) {
    auto messages = traffic.decode();
    set_value(messages.at(1), "qname", "other.example");
    CrossCheckSettings settings = traffic.settings();
    settings.most_packets = 10;
    settings.at_once = at_once;
    auto check = cross_check(traffic.captures(), messages, settings);
    if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
    ASSERT_TRUE(check) << check.error().message;
    outcomes.emplace_back();
    for (const KeptMessage& message : messages) outcomes.back().push_back(message.whole().fields);
    checks.push_back(std::move(*check));
  }
  EXPECT_EQ(outcomes[0], outcomes[1]);
  EXPECT_EQ(checks[0].opinions, checks[1].opinions);
  EXPECT_FALSE(checks[0].disagreements.empty());
  EXPECT_EQ(checks[0].disagreements.size(), checks[1].disagreements.size());
}

}  // namespace
}  // namespace brewproof
