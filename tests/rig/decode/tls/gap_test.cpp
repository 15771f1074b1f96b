// Opened sessions of which records are missing: the number of the next one is found again, and what
// is inside knows how much it missed.
#include "tests/rig/decode/tls/hellos.h"
#include "tests/rig/decode/tls/peers.h"

namespace brewproof::wire {
namespace {

std::string request(int number) {
  return "GET /" + std::to_string(number) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

/// A session with `count` requests, each in a flight of its own; where the first one stands.
struct Asked {
  Asked(const PeerSetup& setup, int count) : pair(setup), peers(pair) {
    EXPECT_TRUE(peers.shake_hands());
    first = peers.flights().size();
    for (int i = 0; i < count; ++i) peers.up(request(i));
    flights = peers.flights();
  }
  PeerPair pair;
  Peers peers;
  std::vector<Flight> flights;
  std::size_t first = 0;
};

/// Leaves out the bytes [from, to) of one flight's segment.
struct Hole {
  std::size_t flight, from, to;
};

Decoded decode_with(const std::vector<Flight>& flights, std::string_view key_log,
                    const std::vector<Hole>& holes) {
  DecodeOptions options{{machine_mac}};
  options.tls_secrets = secrets_of(key_log);
  Tap tap(options);
  Connection connection(tap, 443);
  connection.open();
  for (std::size_t i = 0; i < flights.size(); ++i) {
    const Flight& flight = flights[i];
    const auto send = [&](std::size_t from, std::size_t to) {
      if (from == to) return;
      const Bytes part(flight.bytes.begin() + static_cast<std::ptrdiff_t>(from),
                       flight.bytes.begin() + static_cast<std::ptrdiff_t>(to));
      flight.up ? connection.up(part) : connection.down(part);
    };
    std::size_t at = 0;
    for (const Hole& hole : holes) {
      if (hole.flight != i) continue;
      send(at, hole.from);
      connection.skip(flight.up, static_cast<std::uint32_t>(hole.to - hole.from));
      at = hole.to;
    }
    send(at, flight.bytes.size());
  }
  connection.close();
  Decoded decoded{tap.finish(), tap.totals(), 0, 0};
  for (const Message& m : decoded.messages) (m.from_dut ? decoded.up : decoded.down) += m.size;
  decoded.up += decoded.totals.up_tls_overhead;
  decoded.down += decoded.totals.down_tls_overhead;
  return decoded;
}

struct Kind {
  int version;
  const char* suites;
};
constexpr Kind kinds[] = {{TLS1_3_VERSION, ""},
                          {TLS1_2_VERSION, "ECDHE-RSA-AES128-GCM-SHA256"},
                          {TLS1_2_VERSION, "ECDHE-RSA-CHACHA20-POLY1305"},
                          {TLS1_2_VERSION, "ECDHE-RSA-AES128-SHA"},
                          {TLS1_1_VERSION, "ECDHE-RSA-AES128-SHA"}};

TEST(TlsGap, AWholeRecordIsMissing) {
  for (const Kind& kind : kinds) {
    const Asked asked({.version = kind.version, .suites = kind.suites}, 4);
    const std::size_t hole = asked.first + 1, size = asked.flights[hole].bytes.size();
    const Decoded decoded = decode_with(asked.flights, asked.pair.key_log, {{hole, 0, size}});
    EXPECT_EQ(inside(decoded.messages), "> GET /0\n> GET /2\n> GET /3\n") << kind.suites;
    EXPECT_EQ(why_sealed(decoded.messages), "");
    EXPECT_EQ(decoded.up, asked.peers.sent(true).size() - size);
  }
}

TEST(TlsGap, ManyWholeRecordsAreMissing) {
  for (const Kind& kind : kinds) {
    const Asked asked({.version = kind.version, .suites = kind.suites}, 60);
    std::vector<Hole> holes;
    std::size_t missing = 0;
    for (std::size_t i = asked.first + 1; i < asked.flights.size() - 2; ++i) {
      holes.push_back({i, 0, asked.flights[i].bytes.size()});
      missing += asked.flights[i].bytes.size();
    }
    const Decoded decoded = decode_with(asked.flights, asked.pair.key_log, holes);
    EXPECT_EQ(inside(decoded.messages), "> GET /0\n> GET /58\n> GET /59\n") << kind.suites;
    EXPECT_EQ(decoded.up, asked.peers.sent(true).size() - missing);
  }
}

// In TLS 1.0 a record is chained to the one before: it costs the next one too.
TEST(TlsGap, AChainedRecordIsMissing) {
  const Asked asked({.version = TLS1_VERSION, .suites = "ECDHE-RSA-AES128-SHA"}, 5);
  const std::size_t hole = asked.first + 1, size = asked.flights[hole].bytes.size();
  const Decoded decoded = decode_with(asked.flights, asked.pair.key_log, {{hole, 0, size}});
  // OpenSSL sends an empty record before each (the answer to BEAST): that one is lost, not the
  // next.
  EXPECT_EQ(inside(decoded.messages), "> GET /0\n> GET /2\n> GET /3\n> GET /4\n");
  EXPECT_EQ(decoded.up, asked.peers.sent(true).size() - size);
}

TEST(TlsGap, WhereverInARecordBytesAreMissing) {
  for (const Kind& kind : kinds) {
    const Asked asked({.version = kind.version, .suites = kind.suites}, 5);
    const std::size_t flight = asked.first + 1, size = asked.flights[flight].bytes.size();
    for (std::size_t from = 0; from < size; from += 3)
      for (const std::size_t count : {std::size_t{1}, std::size_t{9}, size}) {
        const std::size_t to = std::min(from + count, size);
        const Decoded decoded =
            decode_with(asked.flights, asked.pair.key_log, {{flight, from, to}});
        ASSERT_EQ(inside(decoded.messages), "> GET /0\n> GET /2\n> GET /3\n> GET /4\n")
            << kind.suites << " without the bytes " << from << " to " << to << "\n"
            << labels(decoded.messages);
        ASSERT_EQ(decoded.up, asked.peers.sent(true).size() - (to - from));
      }
  }
}

// The record after the hole begins in the middle of a segment.
TEST(TlsGap, TheNextRecordIsFoundWhereverItBegins) {
  Asked asked({}, 5);
  std::vector<Flight> flights(asked.flights.begin(),
                              asked.flights.begin() + static_cast<std::ptrdiff_t>(asked.first));
  Bytes all;
  for (std::size_t i = asked.first; i < asked.flights.size(); ++i)
    all = all + asked.flights[i].bytes;
  const std::size_t one = asked.flights[asked.first].bytes.size();
  flights.push_back({true, all});
  const Decoded decoded =
      decode_with(flights, asked.pair.key_log, {{asked.first, one + 2, 2 * one + 20}});
  EXPECT_EQ(inside(decoded.messages), "> GET /0\n> GET /3\n> GET /4\n");
  EXPECT_NE(labels(decoded.messages).find("> part of a record\n"), std::string::npos);
  EXPECT_EQ(decoded.up, asked.peers.sent(true).size() - one - 18);
}

TEST(TlsGap, ABodyWithAHoleKeepsItsLength) {
  for (const Kind& kind : {kinds[0], kinds[1], kinds[2]}) {
    PeerPair pair({.version = kind.version, .suites = kind.suites});
    Peers peers(pair);
    ASSERT_TRUE(peers.shake_hands());
    peers.up("PUT /log HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\n" +
             std::string(1000, 'a'));
    const std::size_t hole = peers.flights().size();
    peers.up(std::string(700, 'b'));
    peers.up(std::string(300, 'b'));
    peers.up(std::string(1000, 'c') + request(7));
    const std::vector<Flight> flights = peers.flights();
    const Decoded decoded = decode_with(
        flights, pair.key_log,
        {{hole, 0, flights[hole].bytes.size()}, {hole + 1, 0, flights[hole + 1].bytes.size()}});
    EXPECT_EQ(inside(decoded.messages), "> PUT /log\n> GET /7\n") << kind.suites;
    for (const Message& m : decoded.messages)
      if (m.message == "PUT /log") {
        EXPECT_TRUE(m.gap);
        EXPECT_EQ(m.size, 52u + 2000);
      }
  }
}

TEST(TlsGap, AKeyUpdateIsMissing) {
  PeerPair pair({});
  Peers peers(pair);
  ASSERT_TRUE(peers.shake_hands());
  peers.up(request(0));
  peers.update_keys(true);
  peers.up(request(1));  // the update goes out before it, in one flight
  peers.up(request(2));
  peers.up(request(3));
  const std::vector<Flight> flights = peers.flights();
  const std::size_t hole = flights.size() - 3;
  const Decoded decoded =
      decode_with(flights, pair.key_log, {{hole, 0, flights[hole].bytes.size()}});
  EXPECT_EQ(inside(decoded.messages), "> GET /0\n> GET /2\n> GET /3\n");
}

TEST(TlsGap, APartOfTheHandshakeIsMissing) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const Asked asked({.version = version}, 2);
    for (std::size_t flight = 1; flight < asked.first; ++flight) {
      // The server hello stays: without it no key can be made.
      const std::size_t from = flight == 1 ? 200 : 0;
      const std::size_t to = asked.flights[flight].bytes.size();
      const Decoded decoded = decode_with(asked.flights, asked.pair.key_log, {{flight, from, to}});
      EXPECT_EQ(inside(decoded.messages), "> GET /0\n> GET /1\n")
          << "version " << version << " without flight " << flight << "\n"
          << labels(decoded.messages) << why_sealed(decoded.messages);
    }
  }
}

TEST(TlsGap, WithoutTheServerHelloItSaysSo) {
  const Asked asked({}, 2);
  const Decoded decoded =
      decode_with(asked.flights, asked.pair.key_log, {{1, 0, asked.flights[1].bytes.size()}});
  EXPECT_EQ(inside(decoded.messages), "");
  EXPECT_EQ(why_sealed(decoded.messages), "stays sealed: its server hello was not captured\n");
}

TEST(TlsGap, MoreMissingRecordsThanAreTriedSealTheRest) {
  const Asked asked({}, 1100);
  std::vector<Hole> holes;
  for (std::size_t i = asked.first + 1; i < asked.flights.size() - 20; ++i)
    holes.push_back({i, 0, asked.flights[i].bytes.size()});
  const Decoded decoded = decode_with(asked.flights, asked.pair.key_log, holes);
  EXPECT_EQ(inside(decoded.messages), "> GET /0\n");
  EXPECT_EQ(why_sealed(decoded.messages),
            "stays sealed: bytes were never captured, and no record behind them authenticates\n");
  EXPECT_EQ(tally(decoded), "kiosk.example:443 1 of 1, gap 1 (1 in part)\n");
}

// What can be opened around holes is, and what lies in them is told as sealed for that reason.
TEST(TlsGap, ALossySessionIsOpenedAroundItsHolesAndSaysThatItHasSome) {
  for (const Kind& kind : kinds) {
    const Asked asked({.version = kind.version, .suites = kind.suites}, 12);
    std::vector<Hole> holes;
    for (const std::size_t i : {2, 5, 6}) holes.push_back({asked.first + i, 3, 20});
    const Decoded decoded = decode_with(asked.flights, asked.pair.key_log, holes);
    EXPECT_EQ(inside(decoded.messages),
              "> GET /0\n> GET /1\n> GET /3\n> GET /4\n> GET /7\n> GET /8\n> GET /9\n"
              "> GET /10\n> GET /11\n")
        << kind.suites;
    EXPECT_EQ(tally(decoded), "kiosk.example:443 1 of 1, gap 1 (1 in part)\n");
    EXPECT_EQ(decoded.up, asked.peers.sent(true).size() - 3 * 17);
  }
}

TEST(TlsGap, SegmentsOutOfOrderAreNoGap) {
  const Asked asked({}, 3);
  DecodeOptions options{{machine_mac}};
  options.tls_secrets = secrets_of(asked.pair.key_log);
  Tap tap(options);
  Connection connection(tap, 443);
  connection.open();
  for (std::size_t i = 0; i < asked.first; ++i)
    asked.flights[i].up ? connection.up(asked.flights[i].bytes)
                        : connection.down(asked.flights[i].bytes);
  const Bytes &a = asked.flights[asked.first].bytes, &b = asked.flights[asked.first + 1].bytes,
              &c = asked.flights[asked.first + 2].bytes;
  const auto size = static_cast<std::int32_t>(a.size());
  connection.raw(true, 2 * size, c);
  connection.raw(true, size, b);
  connection.raw(true, 0, a);
  connection.skip(true, static_cast<std::uint32_t>(3 * size));
  connection.close();
  EXPECT_EQ(inside(tap.finish()), "> GET /0\n> GET /1\n> GET /2\n");
}

}  // namespace
}  // namespace brewproof::wire
