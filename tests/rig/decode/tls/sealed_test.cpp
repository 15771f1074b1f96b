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
    EXPECT_EQ(tally(decoded), "kiosk.example:443 0 of 1, not-in-key-log 1 (0 in part)\n");
    const auto& some = decoded.totals.tls.begin()->second.sealed.begin()->second.some;
    ASSERT_EQ(some.size(), 1u);
    EXPECT_EQ(some[0].client_random, hello_random);
    EXPECT_GT(some[0].first.frame, decoded.messages[1].first.frame - 1);
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
    EXPECT_EQ(tally(decoded), "kiosk.example:443 0 of 1, wrong-secret 1 (0 in part)\n");
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
  EXPECT_EQ(tally(decoded), "kiosk.example:443 1 of 1, secret-missing 1 (1 in part)\n");
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

// OpenSSL speaks none any more: the server's hello names another suite than the one in use.
TEST(TlsSealed, BySomethingThatIsNotSupported) {
  PeerPair pair({.version = TLS1_2_VERSION, .suites = "ECDHE-RSA-AES128-SHA"});
  Peers peers(pair);
  ASSERT_TRUE(peers.shake_hands());
  peers.up(request);
  std::vector<Flight> flights = peers.flights();
  Bytes& hello = flights.at(1).bytes;
  const std::size_t suite = 5 + 4 + 2 + 32 + 1 + std::size_t{hello.at(43)};  // behind the session
  ASSERT_EQ(hello.at(suite), 0xc0);
  hello.at(suite) = 0;
  hello.at(suite + 1) = 5;
  const Decoded decoded = decode(flights, pair.key_log);
  EXPECT_EQ(why_sealed(decoded.messages),
            "stays sealed: what it is sealed with is not supported: cipher suite 0x0005 "
            "TLS_RSA_WITH_RC4_128_SHA of version 1.2\n");
  EXPECT_EQ(tally(decoded), "kiosk.example:443 0 of 1, unsupported-suite 1 (0 in part)\n");
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
  EXPECT_EQ(tap.totals().tls.begin()->second.sealed.begin()->first, "handshake-missing");
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

// A session counts once, whatever becomes of its later records; each with its own peer.
TEST(TlsSealed, SessionsAreCountedByPeer) {
  DecodeOptions options{{machine_mac}};
  const Session with({}), without({});
  options.tls_secrets = secrets_of(with.pair.key_log);
  Tap tap(options);
  std::uint16_t port = 41000;
  for (const std::uint8_t server : {10, 11, 11})
    for (const Session* session : {&with, &without}) {
      Connection connection(tap, 443, port++, server);
      connection.open();
      for (const Flight& flight : session->peers.flights())
        flight.up ? connection.up(flight.bytes) : connection.down(flight.bytes);
      connection.close();
    }
  tap.finish();
  Decoded decoded{tap.messages, tap.totals(), 0, 0};
  EXPECT_EQ(tally(decoded),
            "kiosk.example:443 1 of 2, not-in-key-log 1 (0 in part)\n"
            "kiosk.example:443 2 of 4, not-in-key-log 2 (0 in part)\n");
}

TEST(TlsSealed, PeersAreBounded) {
  Tap tap;
  for (std::uint16_t i = 0; i < 300; ++i) {
    Connection connection(tap, static_cast<std::uint16_t>(20000 + i), 41000, 10);
    connection.open();
    connection.up(record(22, handshake(1, client_hello_body("0303", {}, "1301", {}))));
    connection.up(record(23, Bytes(40, 0x5a)));
    connection.close();
  }
  tap.finish();
  EXPECT_EQ(tap.totals().tls.size(), 257u);
  EXPECT_EQ(tap.totals().tls.at({"others", "", 0}).seen, 44u);
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
  EXPECT_EQ(tally(decoded), "kiosk.example:443 1 of 2, inside-tls 1 (0 in part)\n");
  EXPECT_EQ(decoded.up, peers.sent(true).size());
}

}  // namespace
}  // namespace brewproof::wire
