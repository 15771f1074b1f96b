// A tap with two ports may write neighbours the wrong way round: the server's hello before the
// client's.
#include "tests/rig/decode/tls/hellos.h"
#include "tests/rig/decode/tls/peers.h"

namespace brewproof::wire {
namespace {

struct Kind {
  int version;
  const char* suites;
};
constexpr Kind kinds[] = {{TLS1_3_VERSION, ""}, {TLS1_2_VERSION, "ECDHE-RSA-AES128-GCM-SHA256"}};

struct Swapped {
  explicit Swapped(const Kind& kind, bool resume = false)
      : pair({.version = kind.version, .suites = kind.suites}) {
    if (resume) {
      Peers before(pair);
      EXPECT_TRUE(before.shake_hands());
      before.up("GET /before HTTP/1.1\r\n\r\n");
      before.down("HTTP/1.1 204 No\r\n\r\n");
    }
    Peers peers(pair, resume);
    EXPECT_TRUE(peers.shake_hands());
    peers.up("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
    peers.down("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    sent_up = peers.sent(true).size();
    flights = peers.flights();
    EXPECT_TRUE(flights[0].up);
    EXPECT_FALSE(flights[1].up);
    std::swap(flights[0], flights[1]);
  }
  PeerPair pair;
  std::vector<Flight> flights;
  std::size_t sent_up = 0;
};

TEST(TlsSwapped, WhatTheServerSaysWaitsForTheClientsHello) {
  for (const Kind& kind : kinds)
    for (const bool resume : {false, true}) {
      const Swapped swapped(kind, resume);
      const Decoded decoded = decode(swapped.flights, swapped.pair.key_log);
      EXPECT_EQ(inside(decoded.messages), "> GET /a\n< response 200 GET /a\n");
      EXPECT_EQ(why_sealed(decoded.messages), "");
      EXPECT_EQ(decoded.messages.at(0).message, "client hello");
      EXPECT_EQ(decoded.messages.at(1).message, "server hello");
      EXPECT_LT(decoded.messages.at(1).time_ns, decoded.messages.at(0).time_ns);
      EXPECT_EQ(decoded.up, swapped.sent_up);
    }
}

TEST(TlsSwapped, AHelloInPiecesIsWaitedFor) {
  const Swapped swapped(kinds[0]);
  const Bytes hello = swapped.flights[1].bytes;
  std::vector<Flight> flights = {swapped.flights[0],
                                 {true, Bytes(hello.begin(), hello.begin() + 50)},
                                 {true, Bytes(hello.begin() + 50, hello.end())}};
  flights.insert(flights.end(), swapped.flights.begin() + 2, swapped.flights.end());
  EXPECT_EQ(inside(decode(flights, swapped.pair.key_log).messages),
            "> GET /a\n< response 200 GET /a\n");
}

// All the server's messages come out, and nothing of them is lost.
TEST(TlsSwapped, AServerAloneIsToldAllTheSame) {
  const Swapped swapped(kinds[0]);
  std::vector<Flight> flights;
  std::size_t down = 0;
  for (const Flight& flight : swapped.flights)
    if (!flight.up) {
      flights.push_back(flight);
      down += flight.bytes.size();
    }
  const Decoded decoded = decode(flights, swapped.pair.key_log);
  EXPECT_EQ(decoded.messages.at(0).message, "server hello");
  EXPECT_EQ(decoded.down, down);
  EXPECT_EQ(inside(decoded.messages), "");
}

TEST(TlsSwapped, AServerThatSaysMuchIsNotWaitedWithForEver) {
  const Swapped swapped(kinds[0]);
  std::vector<Flight> flights = {swapped.flights[0]};
  Bytes record = hex("17 0303 4000") + Bytes(0x4000, 0xa5);
  for (int i = 0; i < 8; ++i) flights.push_back({false, record});
  DecodeOptions options{{machine_mac}};
  options.tls_secrets = secrets_of(swapped.pair.key_log);
  Tap tap(options);
  Connection connection(tap, 443);
  connection.open();
  for (const Flight& flight : flights)
    for (std::size_t at = 0; at < flight.bytes.size(); at += 1000)
      connection.down(Bytes(flight.bytes.begin() + static_cast<std::ptrdiff_t>(at),
                            flight.bytes.begin() + static_cast<std::ptrdiff_t>(
                                                       std::min(at + 1000, flight.bytes.size()))));
  EXPECT_GT(tap.messages.size(), 4u);
  tap.finish();
}

// A hole before the client's hello came: what was kept goes out before what is behind the hole.
TEST(TlsSwapped, AGapEndsTheWaiting) {
  const Swapped swapped(kinds[1]);
  DecodeOptions options{{machine_mac}};
  options.tls_secrets = secrets_of(swapped.pair.key_log);
  Tap tap(options);
  Connection connection(tap, 443);
  connection.open();
  connection.down(swapped.flights[0].bytes);
  connection.skip(false, 100);
  connection.down(hex("15 0303 0002 0100"));
  connection.close();
  std::string told;
  for (const Message& m : tap.finish()) told += m.message + "\n";
  EXPECT_EQ(told.substr(0, 13), "server hello\n");
  EXPECT_NE(told.find("alert"), std::string::npos);
}

}  // namespace
}  // namespace brewproof::wire
