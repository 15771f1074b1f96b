// Keys and numbers are found by trying, but not for as long as somebody wants us to.
#include "rig/decode/tls/tries.h"

#include "rig/decode/outlet.h"
#include "rig/decode/tls/session.h"
#include "tests/rig/decode/tls/hellos.h"
#include "tests/rig/decode/tls/peers.h"

namespace brewproof::wire {
namespace {

using decode::Side;
using decode::TlsTries;

std::uint64_t tried_in_vain(TlsTries& tries, std::size_t sealed) {
  std::uint64_t count = 0;
  while (tries.open(sealed)) ++count;
  return count;
}

TEST(TlsTries, AreEnoughForTheLongestGapAndThenNoMore) {
  TlsTries tries;
  EXPECT_GE(tried_in_vain(tries, 16384), 8 * 1024u);
  EXPECT_FALSE(tries.derive());
}

TEST(TlsTries, EveryRecordBringsAMultipleOfItsOwn) {
  for (const std::size_t sealed : {std::size_t{17}, std::size_t{16384}}) {
    TlsTries tries;
    (void)tried_in_vain(tries, sealed);
    for (int i = 0; i < 10; ++i) tries.record(sealed);
    EXPECT_EQ(tried_in_vain(tries, sealed), 160u) << sealed;
  }
}

TEST(TlsTries, NothingIsSavedBeyondTheMost) {
  TlsTries tries, other;
  tries.record(16384);
  EXPECT_EQ(tried_in_vain(tries, 16384), tried_in_vain(other, 16384));
}

/// A key log of sessions that nobody captured, in TLS 1.2 and 1.3.
std::string log_of_others(std::size_t lines) {
  std::string log;
  for (std::size_t i = 0; i < lines; ++i) {
    const bool master = i % 2 == 0;
    log += master ? "CLIENT_RANDOM " : "CLIENT_EARLY_TRAFFIC_SECRET ";
    std::string random = std::to_string(i);
    random.insert(0, 64 - random.size(), '0');
    log += random + " " + std::string(master ? 96 : 64, 'a') + "\n";
  }
  return log;
}

// Before the server hello neither suite nor number is known: here the secret is wrong, a thousand
// records may be missing, and there is no end of those that come.
TEST(TlsTries, EarlyDataThatNeverOpenUseThemUpAndNotOurTime) {
  DecodeOptions options{{machine_mac}};
  const Bytes hello_bytes =
      client_hello_body("0303", {}, "1301", extension(43, hex("02 0304")) + extension(42, {}));
  ASSERT_EQ(100001u, options.tls_secrets
                         .add(log_of_others(100000) + "CLIENT_EARLY_TRAFFIC_SECRET " +
                              to_hex(Bytes(32, 0xaa)) + " " + std::string(64, 'a'))
                         .sessions);
  DecodeTotals totals;
  decode::Outlet out(options, totals, [](Message&&) {});
  decode::TlsSession session(out, true);
  session.client_hello(decode::read_tls_hello(hello_bytes, true));
  session.missed_up_to(Side::client, 5000);
  const Bytes header = hex("17 03 03 00 20"), sealed(32, 0x5a);
  for (int i = 0; i < 3000; ++i) EXPECT_FALSE(session.open(Side::client, header, sealed));
  EXPECT_EQ(session.why(Side::client).kind, "a record failed authentication");
  EXPECT_LT(tried_in_vain(out.memory<TlsTries>(), 32), 1000u);
}

TEST(TlsTries, WithoutAnySessionsOfItsOwnInTheLogNothingIsTried) {
  DecodeOptions options{{machine_mac}};
  options.tls_secrets = secrets_of(log_of_others(100000));
  DecodeTotals totals;
  decode::Outlet out(options, totals, [](Message&&) {});
  decode::TlsSession session(out, true);
  session.client_hello(decode::read_tls_hello(
      client_hello_body("0303", {}, "1301", extension(43, hex("02 0304")) + extension(42, {})),
      true));
  session.missed_up_to(Side::client, 5000);
  for (int i = 0; i < 100; ++i)
    EXPECT_FALSE(session.open(Side::client, hex("17 03 03 00 20"), Bytes(32, 0x5a)));
  TlsTries untouched;
  EXPECT_EQ(tried_in_vain(out.memory<TlsTries>(), 32), tried_in_vain(untouched, 32));
}

// What one connection used up does not seal the next one.
TEST(TlsTries, AnHonestSessionOpensAfterAHostileOne) {
  PeerPair pair({});
  Peers peers(pair);
  ASSERT_TRUE(peers.shake_hands());
  peers.up("GET /status HTTP/1.1\r\nHost: a\r\n\r\n");
  DecodeOptions options{{machine_mac}};
  options.tls_secrets = secrets_of(pair.key_log + "CLIENT_EARLY_TRAFFIC_SECRET " +
                                   to_hex(Bytes(32, 0xaa)) + " " + std::string(64, 'a'));
  Tap tap(options);
  Connection hostile(tap, 443, 40999);
  hostile.open();
  hostile.up(record(
      22, handshake(1, client_hello_body("0303", {}, "1301",
                                         extension(43, hex("02 0304")) + extension(42, {})))));
  hostile.skip(true, 1u << 20);
  for (int i = 0; i < 3000; ++i) hostile.up(record(23, Bytes(32, 0x5a)));
  Connection connection(tap, 443);
  connection.open();
  for (const Flight& flight : peers.flights())
    flight.up ? connection.up(flight.bytes) : connection.down(flight.bytes);
  tap.finish();
  EXPECT_EQ(inside(tap.messages), "> GET /status\n");
}

}  // namespace
}  // namespace brewproof::wire
