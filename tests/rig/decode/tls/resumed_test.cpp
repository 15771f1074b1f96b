// Sessions that are taken up again, and early data, between real peers.
#include "tests/rig/decode/tls/hellos.h"
#include "tests/rig/decode/tls/peers.h"

namespace brewproof::wire {
namespace {

constexpr std::string_view request = "GET /status HTTP/1.1\r\nHost: kiosk.example\r\n\r\n";
constexpr std::string_view response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
constexpr std::string_view both = "> GET /status\n< response 200 GET /status\n";

const Message& first(const Decoded& decoded, std::string_view label) {
  static const Message none;
  for (const Message& m : decoded.messages)
    if (m.message == label) return m;
  ADD_FAILURE() << "no " << label << " in\n" << labels(decoded.messages);
  return none;
}

/// All lines of the log that hold this word.
std::string lines_with(std::string_view log, std::string_view word) {
  std::string kept;
  for (std::size_t at = 0; at < log.size();) {
    const std::size_t end = log.find('\n', at) + 1;
    const std::string_view line = log.substr(at, end - at);
    if (line.find(word) != std::string_view::npos) kept += line;
    at = end;
  }
  return kept;
}

/// Two connections of one pair after the other, on one tap.
std::string two_connections(const Peers& one, const Peers& two, std::string_view key_log) {
  DecodeOptions options{{machine_mac}};
  options.tls_secrets = secrets_of(key_log);
  Tap tap(options);
  std::uint16_t port = 41000;
  for (const Peers* peers : {&one, &two}) {
    Connection connection(tap, 443, port++);
    connection.open();
    for (const Flight& flight : peers->flights())
      flight.up ? connection.up(flight.bytes) : connection.down(flight.bytes);
    connection.close();
  }
  tap.finish();
  return inside(tap.messages) + why_sealed(tap.messages);
}

TEST(TlsResumed, Tls13ByAPsk) {
  PeerPair pair({});
  Peers before(pair);
  ASSERT_TRUE(before.shake_hands());
  before.down(response);
  ASSERT_NE(pair.session, nullptr);
  Peers peers(pair, true);
  ASSERT_TRUE(peers.shake_hands());
  peers.up(request);
  peers.down(response);
  const Decoded decoded = decode(peers.flights(), pair.key_log);
  EXPECT_EQ(value(first(decoded, "client hello"), "resumption"), "psk");
  EXPECT_EQ(value(first(decoded, "server hello"), "resumed"), "true");
  EXPECT_EQ(labels(decoded.messages).find("certificate"), std::string::npos);
  EXPECT_EQ(inside(decoded.messages), both);
  EXPECT_EQ(decoded.up, peers.sent(true).size());
}

TEST(TlsResumed, Tls12ByTicketAndBySessionId) {
  for (const bool tickets : {true, false}) {
    PeerPair pair({.version = TLS1_2_VERSION, .tickets = tickets});
    Peers before(pair);
    ASSERT_TRUE(before.shake_hands());
    ASSERT_NE(pair.session, nullptr);
    Peers peers(pair, true);
    ASSERT_TRUE(peers.shake_hands());
    peers.up(request);
    peers.down(response);
    const Decoded decoded = decode(peers.flights(), pair.key_log);
    EXPECT_EQ(value(first(decoded, "client hello"), "resumption"),
              tickets ? "ticket" : "session id");
    EXPECT_EQ(value(first(decoded, "server hello"), "resumed"), "true");
    EXPECT_EQ(inside(decoded.messages), both);
    EXPECT_EQ(decoded.down, peers.sent(false).size());
  }
}

// The key log holds the first session alone: its master secret is the second one's too.
TEST(TlsResumed, ASecretIsRememberedForTheSessionThatTakesItUp) {
  for (const bool tickets : {true, false}) {
    PeerPair pair({.version = TLS1_2_VERSION, .tickets = tickets});
    Peers before(pair);
    ASSERT_TRUE(before.shake_hands());
    before.up(request);
    const std::string first_log = pair.key_log;
    Peers peers(pair, true);
    ASSERT_TRUE(peers.shake_hands());
    peers.up(request);
    ASSERT_NE(first_log, pair.key_log);
    EXPECT_EQ(two_connections(before, peers, first_log), "> GET /status\n> GET /status\n")
        << (tickets ? "ticket" : "session id");
  }
}

TEST(TlsResumed, EarlyDataIsOpenedBeforeTheServerSaidAnything) {
  PeerPair pair({.early_data = true});
  Peers before(pair);
  ASSERT_TRUE(before.shake_hands());
  before.down(response);
  Peers peers(pair, true);
  peers.early(request);
  ASSERT_TRUE(peers.shake_hands());
  peers.down(response);
  peers.up(request);
  const Decoded decoded = decode(peers.flights(), pair.key_log);
  EXPECT_EQ(value(first(decoded, "client hello"), "early_data"), "offered");
  EXPECT_EQ(value(first(decoded, "encrypted extensions"), "early_data"), "accepted");
  EXPECT_EQ(inside(decoded.messages), std::string(both) + "> GET /status\n");
  EXPECT_NE(labels(decoded.messages).find("> end of early data\n"), std::string::npos);
  EXPECT_EQ(why_sealed(decoded.messages), "");
  EXPECT_EQ(decoded.up, peers.sent(true).size());
  EXPECT_EQ(decoded.down, peers.sent(false).size());
}

TEST(TlsResumed, EarlyDataWithoutTheirSecretStaySealedAndTheRestIsOpened) {
  PeerPair pair({.early_data = true});
  Peers before(pair);
  ASSERT_TRUE(before.shake_hands());
  before.down(response);
  Peers peers(pair, true);
  peers.early(request);
  ASSERT_TRUE(peers.shake_hands());
  peers.down(response);
  peers.up(request);
  const std::string log =
      lines_with(pair.key_log, "HANDSHAKE_TRAFFIC") + lines_with(pair.key_log, "_SECRET_0");
  const Decoded decoded = decode(peers.flights(), log);
  EXPECT_EQ(inside(decoded.messages), "< response 200\n> GET /status\n");
  EXPECT_EQ(why_sealed(decoded.messages),
            "stays sealed: the key log lacks the early traffic secret of this session\n");
  EXPECT_EQ(decoded.up, peers.sent(true).size());
}

TEST(TlsResumed, EarlyDataThatTheServerRefusesAreReadAllTheSame) {
  PeerPair pair({.early_data = true});
  Peers before(pair);
  ASSERT_TRUE(before.shake_hands());
  before.down(response);
  PeerPair other({});  // a server that knows nothing of that session
  other.session = pair.session;
  SSL_SESSION_up_ref(pair.session);
  Peers peers(other, true);
  peers.early(request);
  ASSERT_TRUE(peers.shake_hands());
  peers.up(request);
  const Decoded decoded = decode(peers.flights(), other.key_log);
  EXPECT_EQ(value(first(decoded, "server hello"), "resumed"), "false");
  EXPECT_EQ(inside(decoded.messages), "> GET /status\n> GET /status\n");
  EXPECT_EQ(decoded.up, peers.sent(true).size());
}

}  // namespace
}  // namespace brewproof::wire
