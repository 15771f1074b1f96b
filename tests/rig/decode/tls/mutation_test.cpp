// Real sessions with bytes changed and left out, from a fixed seed: nothing may crash or hang, and
// every byte is still told exactly once.
#include <random>

#include "tests/rig/decode/tls/hellos.h"
#include "tests/rig/decode/tls/peers.h"

namespace brewproof::wire {
namespace {

struct Session {
  std::vector<Flight> flights;
  std::string key_log;
};

Session session(const PeerSetup& setup) {
  PeerPair pair(setup);
  Peers peers(pair);
  EXPECT_TRUE(peers.shake_hands());
  for (int i = 0; i < 4; ++i) {
    peers.up("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n{\"n\":1}\n");
    peers.down("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
    if (i == 1 && setup.version == TLS1_3_VERSION) peers.update_keys(true);
  }
  peers.close();
  return {peers.flights(), pair.key_log};
}

struct Sums {
  std::uint64_t up = 0, down = 0;
};

/// Feeds a session, broken; `seed` 0: as it is. Returns what was captured, `told` what was told.
Sums feed(const Session& session, std::uint32_t seed, Sums& told) {
  std::mt19937 random(seed);
  const auto one_in = [&](unsigned n) { return seed != 0 && random() % n == 0; };
  DecodeOptions options{{machine_mac}};
  options.tls_secrets = secrets_of(session.key_log);
  Tap tap(options);
  Connection connection(tap, 443);
  connection.open();
  Sums captured;
  for (const Flight& flight : session.flights) {
    for (std::size_t at = 0; at < flight.bytes.size();) {
      const std::size_t size = std::min<std::size_t>(1 + random() % 900, flight.bytes.size() - at);
      const auto begin = flight.bytes.begin() + static_cast<std::ptrdiff_t>(at);
      Bytes piece(begin, begin + static_cast<std::ptrdiff_t>(size));
      at += size;
      if (one_in(12)) {
        connection.skip(flight.up, static_cast<std::uint32_t>(size));
        continue;
      }
      if (one_in(6)) piece[random() % size] ^= static_cast<std::uint8_t>(1u << random() % 8);
      (flight.up ? captured.up : captured.down) += size;
      flight.up ? connection.up(piece) : connection.down(piece);
    }
  }
  connection.close();
  told = {bytes_told(tap.finish(), true) + tap.totals().up_tls_overhead,
          bytes_told(tap.messages, false) + tap.totals().down_tls_overhead};
  return captured;
}

TEST(TlsMutation, BrokenSessionsAreSurvivedAndTheirBytesAddUp) {
  for (const PeerSetup& setup :
       {PeerSetup{}, PeerSetup{.version = TLS1_2_VERSION},
        PeerSetup{.version = TLS1_2_VERSION, .suites = "ECDHE-RSA-AES128-SHA256"},
        PeerSetup{.version = TLS1_VERSION, .suites = "AES128-SHA"}}) {
    const Session whole = session(setup);
    for (std::uint32_t seed = 0; seed < 500; ++seed) {
      Sums told;
      const Sums captured = feed(whole, seed, told);
      ASSERT_EQ(told.up, captured.up) << "seed " << seed << " version " << setup.version;
      ASSERT_EQ(told.down, captured.down) << "seed " << seed << " version " << setup.version;
    }
  }
}

}  // namespace
}  // namespace brewproof::wire
