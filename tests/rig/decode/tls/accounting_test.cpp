// Every byte of a connection belongs to exactly one message, whole or cut, and of sealed records it
// is known how much of them is sealed.
#include "tests/rig/decode/tls/hellos.h"

namespace brewproof::wire {
namespace {

const Bytes client = record(22, handshake(1, client_hello_body("0303", {}, "c02f", {})));

/// Both sides of a TLS 1.2 connection, with a handshake message over three records.
Bytes server() {
  const Bytes key_exchange = handshake(12, Bytes(60, 0x41));
  const auto part = [&](std::size_t from, std::size_t to) {
    return record(22, Bytes(key_exchange.begin() + static_cast<std::ptrdiff_t>(from),
                            key_exchange.begin() + static_cast<std::ptrdiff_t>(to)));
  };
  return record(22, handshake(2, server_hello_body("0303", {}, "c02f", {}))) + part(0, 3) +
         part(3, 40) + part(40, 64) + record(22, handshake(14, {})) + record(20, hex("01")) +
         record(22, Bytes(40, 0x5c)) + record(23, Bytes(200, 0x5c));
}

TEST(TlsAccounting, AMessageOverSeveralRecordsCountsAllTheirHeaders) {
  Tap tap;
  Connection connection(tap, 443);
  connection.open();
  connection.up(client);
  connection.down(server());
  ASSERT_EQ(labels(tap.finish()),
            "> client hello\n< server hello\n< server key exchange\n< server hello done\n"
            "< change cipher spec\n< finished\n< record 200..209 B\n");
  EXPECT_EQ(tap.messages[2].size, 3u * 5 + 64);
  EXPECT_EQ(tap.messages[5].sealed_bytes, 40u);
  EXPECT_EQ(tap.messages[5].size, 45u);
  EXPECT_EQ(tap.messages[6].sealed_bytes, 200u);
  EXPECT_EQ(tap.messages[6].size, 205u);
}

TEST(TlsAccounting, BytesAddUpWhereverTheStreamEnds) {
  const Bytes all = server();
  for (std::size_t keep = 0; keep <= all.size(); ++keep) {
    Tap tap;
    Connection connection(tap, 443);
    connection.open();
    connection.up(client);
    const auto half = static_cast<std::ptrdiff_t>(keep / 2);
    if (half != 0) connection.down(Bytes(all.begin(), all.begin() + half));
    connection.down(Bytes(all.begin() + half, all.begin() + static_cast<std::ptrdiff_t>(keep)));
    connection.close();
    ASSERT_EQ(bytes_told(tap.finish(), false), keep) << "kept " << keep;
  }
}

TEST(TlsAccounting, BytesAddUpWhereverSomeAreMissing) {
  const Bytes all = server();
  for (std::size_t at = 1; at < all.size(); ++at)
    for (const std::size_t missing : {1u, 4u, 90u}) {
      if (at + missing >= all.size()) continue;
      Tap tap;
      Connection connection(tap, 443);
      connection.open();
      connection.up(client);
      connection.down(Bytes(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(at)));
      connection.skip(false, static_cast<std::uint32_t>(missing));
      connection.down(Bytes(all.begin() + static_cast<std::ptrdiff_t>(at + missing), all.end()));
      connection.up(Bytes(1, 0x15));
      connection.close();
      ASSERT_EQ(bytes_told(tap.finish(), false), all.size() - missing)
          << missing << " bytes missing at " << at << "\n"
          << labels(tap.messages);
      ASSERT_EQ(bytes_told(tap.messages, true), client.size() + 1);
    }
}

TEST(TlsAccounting, BytesAddUpWhereTheStreamBecomesSomethingElse) {
  Tap tap;
  Connection connection(tap, 443);
  connection.open();
  connection.up(client);
  connection.down(Bytes{0x16, 3, 3, 0, 80} + Bytes(30, 2));  // a record under construction
  connection.up(text("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  connection.down(text("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  connection.close();
  tap.finish();
  EXPECT_EQ(bytes_told(tap.messages, true), client.size() + 27);
  EXPECT_EQ(bytes_told(tap.messages, false), 35u + 38);
}

TEST(TlsAccounting, EmptyRecordsAreCounted) {
  Tap tap;
  Connection connection(tap, 443);
  connection.open();
  connection.up(client);
  connection.up(record(23, {}) + record(22, {}) + record(23, Bytes(20)));
  tap.finish();
  EXPECT_EQ(bytes_told(tap.messages, true), client.size() + 5 + 5 + 25);
}

}  // namespace
}  // namespace brewproof::wire
