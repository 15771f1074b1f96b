// Real records of two OpenSSL peers, opened from the key log that they write.
#include "rig/decode/tls/suite.h"
#include "tests/rig/decode/tls/hellos.h"
#include "tests/rig/decode/tls/peers.h"

namespace brewproof::wire {
namespace {

constexpr std::string_view request = "GET /status HTTP/1.1\r\nHost: kiosk.example\r\n\r\n";
constexpr std::string_view response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
constexpr std::string_view both = "> GET /status\n< response 200 GET /status\n";

void talk(Peers& peers) {
  peers.up(request);
  peers.down(response);
}

void expect_whole(const Peers& peers, const Decoded& decoded) {
  EXPECT_EQ(decoded.up, peers.sent(true).size());
  EXPECT_EQ(decoded.down, peers.sent(false).size());
  EXPECT_EQ(why_sealed(decoded.messages), "");
  EXPECT_EQ(tally(decoded), "kiosk.example:443 1 of 1\n");
}

TEST(TlsOpened, ARequestInsideIsReadAsOneOutside) {
  PeerPair pair({});
  Peers peers(pair);
  ASSERT_TRUE(peers.shake_hands());
  talk(peers);
  peers.close();
  const Decoded decoded = decode(peers.flights(), pair.key_log);
  EXPECT_EQ(labels(decoded.messages),
            "> client hello\n< server hello\n< change cipher spec\n< encrypted extensions\n"
            "< certificate\n< certificate verify\n< finished\n> change cipher spec\n> finished\n"
            "< new session ticket\n< new session ticket\n> GET /status\n"
            "< response 200 GET /status\n> alert close_notify\n< alert close_notify\n");
  for (const Message& m : decoded.messages) {
    if (m.message != "GET /status") continue;
    EXPECT_EQ(m.protocol, "http");
    EXPECT_TRUE(m.tls);
    EXPECT_EQ(m.peer.name, "kiosk.example");
    EXPECT_EQ(m.size, request.size());
    EXPECT_EQ(m.sealed_bytes, 0u);
    EXPECT_EQ(value(m, "header:host"), "kiosk.example");
  }
  expect_whole(peers, decoded);
  // Each of the two: a header of 5, the type, a tag of 16.
  EXPECT_EQ(decoded.totals.up_tls_overhead, 22u);
  EXPECT_EQ(decoded.totals.down_tls_overhead, 22u);
}

TEST(TlsOpened, WithoutSecretsNothingChanges) {
  PeerPair pair({});
  Peers peers(pair);
  ASSERT_TRUE(peers.shake_hands());
  talk(peers);
  const Decoded decoded = decode(peers.flights(), "");
  EXPECT_EQ(inside(decoded.messages), "");
  EXPECT_EQ(why_sealed(decoded.messages), "");
  EXPECT_EQ(tally(decoded), "kiosk.example:443 0 of 1, no-key-log 1 (0 in part)\n");
  EXPECT_EQ(decoded.up, peers.sent(true).size());
}

/// Every suite that this OpenSSL can negotiate without a certificate authority or SRP.
std::vector<std::pair<int, std::string>> suites() {
  std::vector<std::pair<int, std::string>> all;
  for (const char* suite :
       {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"})
    all.emplace_back(TLS1_3_VERSION, suite);
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_method()), SSL_CTX_free);
  SSL_CTX_set_cipher_list(context.get(), "ALL:eNULL:@SECLEVEL=0");
  const STACK_OF(SSL_CIPHER)* ciphers = SSL_CTX_get_ciphers(context.get());
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(ciphers, i);
    const std::string name = SSL_CIPHER_get_name(cipher);
    const int auth = SSL_CIPHER_get_auth_nid(cipher);
    if (auth == NID_auth_srp || auth == NID_auth_dss || name.find("SRP") != std::string::npos)
      continue;
    const std::string_view since = SSL_CIPHER_get_version(cipher);
    if (since == "TLSv1.3") continue;
    all.emplace_back(TLS1_2_VERSION, name);
    if (since == "TLSv1.2") continue;
    all.emplace_back(TLS1_1_VERSION, name);
    all.emplace_back(TLS1_VERSION, name);
  }
  return all;
}

TEST(TlsOpened, EverySuiteOfEveryVersion) {
  std::size_t tried = 0;
  for (const auto& [version, suite] : suites()) {
    SCOPED_TRACE(testing::Message() << suite << " in version 3." << (version & 0xff));
    PeerPair pair({.version = version, .suites = suite});
    Peers peers(pair);
    if (!peers.shake_hands()) {
      ADD_FAILURE() << "the peers do not agree";
      continue;
    }
    ++tried;
    talk(peers);
    talk(peers);
    const Decoded decoded = decode(peers.flights(), pair.key_log);
    EXPECT_EQ(inside(decoded.messages), std::string(both) + std::string(both));
    expect_whole(peers, decoded);
    const std::uint16_t number = SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(peers.client()));
    EXPECT_EQ(decode::tls_suite_name(number),
              SSL_CIPHER_standard_name(SSL_get_current_cipher(peers.client())));
  }
  EXPECT_GT(tried, 100u);
}

// Such suites authenticate and hide nothing: no key is needed to read on.
TEST(TlsOpened, WhatANullSuiteLeavesOpenIsReadWithoutSecrets) {
  for (const char* suite : {"NULL-MD5", "NULL-SHA", "NULL-SHA256", "ECDHE-RSA-NULL-SHA"}) {
    PeerPair pair({.version = TLS1_2_VERSION, .suites = suite});
    Peers peers(pair);
    ASSERT_TRUE(peers.shake_hands()) << suite;
    talk(peers);
    const Decoded decoded = decode(peers.flights(), "");
    EXPECT_EQ(inside(decoded.messages), both) << suite;
    for (const Message& m : decoded.messages) EXPECT_EQ(m.sealed_bytes, 0u) << m.message;
    expect_whole(peers, decoded);
  }
}

TEST(TlsOpened, ANullSuitesRecordThatIsDamagedDoesNotAuthenticate) {
  PeerPair pair({.version = TLS1_2_VERSION, .suites = "NULL-SHA256"});
  Peers peers(pair);
  ASSERT_TRUE(peers.shake_hands());
  talk(peers);
  auto flights = peers.flights();
  flights.back().bytes.back() ^= 1;
  EXPECT_EQ(inside(decode(flights, pair.key_log).messages), "> GET /status\n");
}

TEST(TlsOpened, CbcWithoutEncryptThenMac) {
  for (const char* suite : {"ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA384"})
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION}) {
      if (version != TLS1_2_VERSION && std::string_view(suite).ends_with("384")) continue;
      PeerPair pair(
          {.version = version, .suites = suite, .client_options = SSL_OP_NO_ENCRYPT_THEN_MAC});
      Peers peers(pair);
      ASSERT_TRUE(peers.shake_hands());
      talk(peers);
      const Decoded decoded = decode(peers.flights(), pair.key_log);
      EXPECT_EQ(inside(decoded.messages), both) << suite << version;
      expect_whole(peers, decoded);
    }
}

TEST(TlsOpened, ABodyOverManyRecordsAndSegments) {
  const std::string body(70000, 'b');
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    PeerPair pair({.version = version});
    Peers peers(pair);
    ASSERT_TRUE(peers.shake_hands());
    peers.up("PUT /log HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n" + body);
    peers.down("HTTP/1.1 204 No Content\r\n\r\n");
    std::vector<Flight> segments;
    for (const Flight& flight : peers.flights())
      for (std::size_t at = 0; at < flight.bytes.size(); at += 1400)
        segments.push_back(
            {flight.up, Bytes(flight.bytes.begin() + static_cast<std::ptrdiff_t>(at),
                              flight.bytes.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                         at + 1400, flight.bytes.size())))});
    const Decoded decoded = decode(segments, pair.key_log);
    EXPECT_EQ(inside(decoded.messages), "> PUT /log\n< response 204 PUT /log\n");
    expect_whole(peers, decoded);
  }
}

TEST(TlsOpened, KeysMayBeUpdatedAtAnyTime) {
  PeerPair pair({});
  Peers peers(pair);
  ASSERT_TRUE(peers.shake_hands());
  std::string expected;
  for (int i = 0; i < 3; ++i) {
    talk(peers);
    peers.update_keys(true);
    if (i == 1) peers.update_keys(false);
    expected += both;
  }
  const Decoded decoded = decode(peers.flights(), pair.key_log);
  EXPECT_EQ(inside(decoded.messages), expected);
  EXPECT_NE(labels(decoded.messages).find("> key update\n"), std::string::npos);
  EXPECT_NE(labels(decoded.messages).find("< key update\n"), std::string::npos);
  expect_whole(peers, decoded);
}

TEST(TlsOpened, PaddingIsNoContent) {
  PeerPair pair({.padding = 512});
  Peers peers(pair);
  ASSERT_TRUE(peers.shake_hands());
  talk(peers);
  const Decoded decoded = decode(peers.flights(), pair.key_log);
  EXPECT_EQ(inside(decoded.messages), both);
  expect_whole(peers, decoded);
  EXPECT_EQ(decoded.totals.up_tls_overhead, 5 + 512 + 16 - request.size());
}

TEST(TlsOpened, AServerThatAsksAgain) {
  PeerPair pair({.groups = "P-384"});
  Peers peers(pair);
  ASSERT_TRUE(peers.shake_hands());
  talk(peers);
  const Decoded decoded = decode(peers.flights(), pair.key_log);
  EXPECT_NE(labels(decoded.messages).find("< hello retry request\n"), std::string::npos);
  EXPECT_EQ(inside(decoded.messages), both);
  expect_whole(peers, decoded);
}

TEST(TlsOpened, RenegotiationTakesNewKeys) {
  PeerPair pair({.version = TLS1_2_VERSION, .server_options = SSL_OP_ALLOW_CLIENT_RENEGOTIATION});
  Peers peers(pair);
  ASSERT_TRUE(peers.shake_hands());
  talk(peers);
  peers.renegotiate();
  talk(peers);
  const Decoded decoded = decode(peers.flights(), pair.key_log);
  EXPECT_EQ(inside(decoded.messages), std::string(both) + std::string(both));
  const std::string all = labels(decoded.messages);
  EXPECT_NE(all.find("> client hello\n", all.find("GET")), std::string::npos);
  expect_whole(peers, decoded);
}

TEST(TlsOpened, SecretsMayComeWithThePackets) {
  PeerPair pair({});
  Peers peers(pair);
  ASSERT_TRUE(peers.shake_hands());
  talk(peers);
  Tap tap;
  EXPECT_EQ(tap.learn(pair.key_log).sessions, 1u);
  Connection connection(tap, 443);
  connection.open();
  for (const Flight& flight : peers.flights())
    flight.up ? connection.up(flight.bytes) : connection.down(flight.bytes);
  EXPECT_EQ(inside(tap.finish()), both);
}

TEST(TlsOpened, MqttInsideIsRead) {
  PeerPair pair({});
  Peers peers(pair);
  ASSERT_TRUE(peers.shake_hands());
  const Bytes connect = hex("10 0e 0004 4d515454 04 02 003c 0002 6b64");
  peers.up({reinterpret_cast<const char*>(connect.data()), connect.size()});
  const Decoded decoded = decode(peers.flights(), pair.key_log);
  EXPECT_EQ(inside(decoded.messages), "> CONNECT\n");
  expect_whole(peers, decoded);
}

}  // namespace
}  // namespace brewproof::wire
