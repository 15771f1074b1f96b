// Sessions that stay sealed say why, once.
#include "tests/rig/decode/tls/hellos.h"
#include "tests/rig/decode/tls/peers.h"

namespace brewproof::wire {
namespace {

constexpr std::string_view request = "GET /status HTTP/1.1\r\nHost: kiosk.example\r\n\r\n";

/// A session in which the client asked twice.
struct Session {
  explicit Session(const PeerSetup& setup) : pair(setup), peers(pair) {
    EXPECT_TRUE(peers.shake_hands());
    peers.up(request);
    peers.up(request);
  }
  PeerPair pair;
  Peers peers;
};

std::string other_log() {
  PeerPair pair({});
  Peers peers(pair);
  EXPECT_TRUE(peers.shake_hands());
  return pair.key_log;
}

/// The lines of `log` without those that have `word`.
std::string without(std::string_view log, std::string_view word) {
  std::string kept;
  for (std::size_t at = 0; at < log.size();) {
    const std::size_t end = log.find('\n', at) + 1;
    const std::string_view line = log.substr(at, end - at);
    if (line.find(word) == std::string_view::npos) kept += line;
    at = end;
  }
  return kept;
}

TEST(TlsSealed, ByAKeyLogOfOtherSessions) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const Session session({.version = version});
    const Decoded decoded = decode(session.peers.flights(), other_log());
    EXPECT_EQ(inside(decoded.messages), "");
    const std::string hello_random = value(decoded.messages[0], "random");
    EXPECT_EQ(why_sealed(decoded.messages),
              "stays sealed: the key log has no secret of this session: client random " +
                  hello_random + "\n");
    EXPECT_EQ(decoded.totals.tls_opened, 0u);
    ASSERT_EQ(decoded.totals.tls_sealed.size(), 1u);
    const auto& [whom, count] = *decoded.totals.tls_sealed.begin();
    EXPECT_EQ(whom.first, "kiosk.example");
    EXPECT_EQ(whom.second, "the key log has no secret of this session");
    EXPECT_EQ(count, 1u);
    EXPECT_EQ(decoded.up, session.peers.sent(true).size());
  }
}

TEST(TlsSealed, ByAnotherSessionsSecretUnderThisRandom) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const Session session({.version = version});
    std::string log = session.pair.key_log;
    for (std::size_t end = log.find('\n'); end != std::string::npos; end = log.find('\n', end + 1))
      log[end - 1] = log[end - 1] == '0' ? '1' : '0';  // the last digit of each secret
    const Decoded decoded = decode(session.peers.flights(), log);
    EXPECT_EQ(inside(decoded.messages), "");
    EXPECT_EQ(why_sealed(decoded.messages),
              std::string("stays sealed: a record failed authentication: record 0 of the ") +
                  (version == TLS1_3_VERSION ? "server" : "client") +
                  ": the secret is another session's, or the record is damaged\n");
    EXPECT_EQ(decoded.up, session.peers.sent(true).size());
    EXPECT_EQ(decoded.down, session.peers.sent(false).size());
  }
}

TEST(TlsSealed, WithoutTheHandshakeSecretsTheApplicationIsOpened) {
  const Session session({});
  const Decoded decoded =
      decode(session.peers.flights(), without(session.pair.key_log, "HANDSHAKE"));
  EXPECT_EQ(inside(decoded.messages), "> GET /status\n> GET /status\n");
  EXPECT_EQ(why_sealed(decoded.messages),
            "stays sealed: the key log lacks the handshake traffic secrets of this session\n");
  EXPECT_EQ(decoded.totals.tls_opened, 1u);
  EXPECT_EQ(decoded.up, session.peers.sent(true).size());
}

TEST(TlsSealed, WithoutTheApplicationSecretsTheHandshakeIsOpened) {
  const Session session({});
  const Decoded decoded =
      decode(session.peers.flights(), without(session.pair.key_log, "_SECRET_0"));
  EXPECT_EQ(inside(decoded.messages), "");
  EXPECT_NE(labels(decoded.messages).find("< certificate\n"), std::string::npos);
  EXPECT_EQ(why_sealed(decoded.messages),
            "stays sealed: the key log lacks the application traffic secrets of this session\n");
}

TEST(TlsSealed, WhereNothingIsSealed) {
  PeerPair pair({.version = TLS1_2_VERSION, .suites = "ECDHE-RSA-NULL-SHA"});
  Peers peers(pair);
  ASSERT_TRUE(peers.shake_hands());
  peers.up(request);
  const Decoded decoded = decode(peers.flights(), pair.key_log);
  EXPECT_EQ(why_sealed(decoded.messages),
            "stays sealed: what it is sealed with is not supported: cipher suite 0xc010 "
            "TLS_ECDHE_RSA_WITH_NULL_SHA of version 1.2\n");
}

TEST(TlsSealed, CapturedFromItsMiddle) {
  const Session session({});
  std::vector<Flight> flights = session.peers.flights();
  flights.erase(flights.begin(), flights.end() - 2);
  DecodeOptions options{{machine_mac}};
  options.tls_secrets = secrets_of(session.pair.key_log);
  Tap tap(options);
  Connection connection(tap, 443);
  for (const Flight& flight : flights)
    flight.up ? connection.up(flight.bytes) : connection.down(flight.bytes);
  tap.finish();
  EXPECT_EQ(why_sealed(tap.messages), "stays sealed: its beginning was not captured\n");
}

TEST(TlsSealed, ADamagedRecordSealsWhatFollows) {
  const Session session({});
  std::vector<Flight> flights = session.peers.flights();
  Flight& asked = flights[flights.size() - 2];
  ASSERT_TRUE(asked.up);
  asked.bytes.back() ^= 1;
  const Decoded decoded = decode(flights, session.pair.key_log);
  EXPECT_EQ(inside(decoded.messages), "");
  EXPECT_EQ(why_sealed(decoded.messages),
            "stays sealed: a record failed authentication: record 0 of the client: the secret is "
            "another session's, or the record is damaged\n");
}

TEST(TlsSealed, ATlsSessionInsideAnotherOneIsNotOpened) {
  const Session inner({});
  PeerPair pair({});
  Peers peers(pair);
  ASSERT_TRUE(peers.shake_hands());
  const Bytes sent = inner.peers.sent(true);
  peers.up({reinterpret_cast<const char*>(sent.data()), sent.size()});
  const Decoded decoded = decode(peers.flights(), pair.key_log + inner.pair.key_log);
  EXPECT_TRUE(inside(decoded.messages).starts_with("> client hello\n"));
  EXPECT_EQ(inside(decoded.messages).find("GET"), std::string::npos);
  EXPECT_EQ(decoded.up, peers.sent(true).size());
}

}  // namespace
}  // namespace brewproof::wire
