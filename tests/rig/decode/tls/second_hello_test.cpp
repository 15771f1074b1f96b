// A server hello that comes in the open once keys stand: no server sends one, and whatever it
// names, the keys that were made stay those of the first.
#include "tests/rig/decode/tls/hellos.h"
#include "tests/rig/decode/tls/peers.h"

namespace brewproof::wire {
namespace {

constexpr std::string_view request = "GET /status HTTP/1.1\r\nHost: kiosk.example\r\n\r\n";

/// In the open, as the server's: `suite` in hex, TLS 1.3 or 1.2.
Flight second_hello(std::string_view suite, bool tls13) {
  const Bytes extensions = tls13 ? extension(43, hex("0304")) : Bytes{};
  return {false, record(22, handshake(2, server_hello_body("0303", {}, suite, extensions)))};
}

std::vector<Flight> with(std::vector<Flight> flights, std::size_t at, const Flight& added) {
  flights.insert(flights.begin() + static_cast<std::ptrdiff_t>(at), added);
  return flights;
}

// CBC suites have no place in 1.3, 0x0005 cannot be opened, 0xfafa is none.
TEST(TlsSecondHello, WhereverItComesAndWhateverItNamesNothingBreaks) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    PeerPair pair({.version = version});
    Peers peers(pair);
    ASSERT_TRUE(peers.shake_hands());
    peers.up(request);
    peers.update_keys(true);
    peers.up(request);
    const std::vector<Flight> flights = peers.flights();
    for (const char* suite : {"002f", "c027", "0005", "fafa", "1302", "c02f"})
      for (const bool tls13 : {true, false})
        for (std::size_t at = 0; at <= flights.size(); ++at) {
          const Flight hello = second_hello(suite, tls13);
          const Decoded decoded = decode(with(flights, at, hello), pair.key_log);
          ASSERT_EQ(decoded.up, peers.sent(true).size());
          ASSERT_EQ(decoded.down, peers.sent(false).size() + hello.bytes.size());
        }
  }
}

// What was opened before it came stays opened, and what cannot be opened behind it says why.
TEST(TlsSecondHello, BeforeAKeyUpdateItSealsWhatFollowsWithItsReason) {
  PeerPair pair({});
  Peers peers(pair);
  ASSERT_TRUE(peers.shake_hands());
  peers.up(request);
  const std::size_t at = peers.flights().size();
  peers.update_keys(true);
  peers.up(request);
  const Decoded decoded =
      decode(with(peers.flights(), at, second_hello("002f", true)), pair.key_log);
  EXPECT_EQ(inside(decoded.messages), "> GET /status\n");
  EXPECT_EQ(why_sealed(decoded.messages),
            "stays sealed: what it is sealed with is not supported: cipher suite 0x002f "
            "TLS_RSA_WITH_AES_128_CBC_SHA\n");
}

}  // namespace
}  // namespace brewproof::wire
