#include "tests/rig/decode/tls/hellos.h"

namespace brewproof::wire {
namespace {

Bytes sni(std::string_view name) {
  const Bytes entry = hex("00") + with_u16_length(text(name));
  return extension(0, with_u16_length(entry));
}
const Bytes selects_13 = extension(43, hex("0304"));

std::vector<Message> greet(const Bytes& client, const Bytes& server) {
  Tap tap;
  Connection connection(tap, 443);
  connection.open();
  connection.up(record(22, handshake(1, client)));
  if (!server.empty()) connection.down(record(22, handshake(2, server)));
  return tap.finish();
}

TEST(TlsHello, AClientSaysWhatItCanDo) {
  const Bytes body = client_hello_body(
      "0303", {}, "3a3a 1301 c02f",
      extension(0x4a4a, {}) + sni("kiosk.example") + extension(10, hex("0006 5a5a 001d 0017")) +
          extension(11, hex("01 00")) + extension(13, hex("0004 0403 0804")) +
          extension(16, hex("000c 02 6832 08 687474702f312e31")) +
          extension(43, hex("06 6a6a 0304 0303")));
  const std::vector<Message> messages = greet(body, {});
  ASSERT_EQ(messages.size(), 1u);
  const Message& m = messages[0];
  EXPECT_EQ(value(m, "version"), "1.2");
  EXPECT_EQ(value(m, "ciphers"), "0x1301,0xc02f");
  EXPECT_EQ(value(m, "extensions"), "0,10,11,13,16,43");
  EXPECT_EQ(value(m, "groups"), "29,23");
  EXPECT_EQ(value(m, "signature_algorithms"), "0x0403,0x0804");
  EXPECT_EQ(value(m, "alpn"), "h2,http/1.1");
  EXPECT_EQ(value(m, "versions"), "1.3,1.2");
  EXPECT_EQ(value(m, "random"), std::string(64, 'a'));
  // printf 771,4865-49199,0-10-11-13-16-43,29-23,0 | md5sum
  EXPECT_EQ(value(m, "ja3"), "97737df38853b88c4324af06e211c4a1");
  // printf 1301,c02f | sha256sum; printf 000a,000b,000d,002b_0403,0804 | sha256sum
  EXPECT_EQ(value(m, "ja4"), "t13d0206h2_c1929292aa6b_fb71836bce29");
  EXPECT_EQ(value(m, "resumption"), "(none)");
  EXPECT_FALSE(m.malformed);
  // 2 version, 32 random, 13 name, 10 protocols, 4 versions, 4 ciphers, 12 extensions, 4 groups,
  // 4 signature algorithms
  EXPECT_EQ(m.value_bytes, 85u);
  EXPECT_EQ(m.size, 5u + 4 + body.size());
}

TEST(TlsHello, AServerSelects) {
  const std::vector<Message> messages =
      greet(client_hello_body("0303", {}, "1301", extension(43, hex("02 0304"))),
            server_hello_body("0303", {}, "1301", selects_13));
  ASSERT_EQ(messages.size(), 2u);
  const Message& m = messages[1];
  EXPECT_EQ(value(m, "cipher"), "0x1301");
  EXPECT_EQ(value(m, "cipher_name"), "TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(value(m, "selected_version"), "1.3");
  EXPECT_EQ(value(m, "extensions"), "43");
  // printf 771,4865,43 | md5sum
  EXPECT_EQ(value(m, "ja3s"), "cce84e7a8b742462e40afb585a3e3ccc");
  EXPECT_EQ(value(m, "resumed"), "false");
}

TEST(TlsHello, ASessionIdThatTheServerRepeatsResumesTheSession) {
  const Bytes session(32, 0x5e);
  const Bytes client = client_hello_body("0303", session, "c02f", {});
  const auto resumed = greet(client, server_hello_body("0303", session, "c02f", {}));
  ASSERT_EQ(resumed.size(), 2u);
  EXPECT_EQ(value(resumed[0], "resumption"), "session id");
  EXPECT_EQ(value(resumed[0], "session"), value(resumed[1], "session"));
  EXPECT_EQ(value(resumed[1], "resumed"), "true");
  const auto refused = greet(client, server_hello_body("0303", Bytes(32, 0x60), "c02f", {}));
  EXPECT_EQ(value(refused[1], "resumed"), "false");
}

TEST(TlsHello, ATicketIsOffered) {
  const auto messages =
      greet(client_hello_body("0303", {}, "c02f", extension(35, hex("7469636b6574"))), {});
  EXPECT_EQ(value(messages[0], "resumption"), "ticket");
  EXPECT_EQ(value(messages[0], "ticket"), "7469636b6574");
}

TEST(TlsHello, APskResumesA13Session) {
  const Bytes identities = with_u16_length(with_u16_length(hex("70736b31")) + hex("00000000"));
  const Bytes binders = with_u16_length(hex("20") + Bytes(32, 0xb1));
  const Bytes client = client_hello_body(
      "0303", Bytes(32, 1), "1301",
      extension(43, hex("02 0304")) + extension(42, {}) + extension(41, identities + binders));
  const auto messages = greet(
      client, server_hello_body("0303", Bytes(32, 1), "1301", selects_13 + extension(41, u16(0))));
  EXPECT_EQ(value(messages[0], "resumption"), "psk");
  EXPECT_EQ(value(messages[0], "psk_identity"), "70736b31");
  EXPECT_EQ(value(messages[0], "early_data"), "offered");
  EXPECT_EQ(value(messages[1], "resumed"), "true");
}

TEST(TlsHello, AServerMayAskAgain) {
  Tap tap;
  Connection connection(tap, 443);
  connection.open();
  const Bytes client =
      client_hello_body("0303", Bytes(32, 1), "1301", extension(43, hex("02 0304")));
  const Bytes retry = hex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");
  connection.up(record(22, handshake(1, client)));
  connection.down(
      record(22, handshake(2, server_hello_body("0303", Bytes(32, 1), "1301", selects_13, retry))) +
      record(20, hex("01")));
  // Behind a ChangeCipherSpec that means nothing in 1.3, the second hello is no sealed record.
  connection.up(record(20, hex("01")) + record(22, handshake(1, client)));
  connection.down(
      record(22, handshake(2, server_hello_body("0303", Bytes(32, 1), "1301", selects_13))));
  EXPECT_EQ(labels(tap.finish()),
            "> client hello\n< hello retry request\n< change cipher spec\n> change cipher spec\n"
            "> client hello\n< server hello\n");
  EXPECT_EQ(value(tap.messages[1], "ja3s"), "(none)");
}

TEST(TlsHello, OneThatIsCutOffHasNoFingerprint) {
  Bytes body = client_hello_body("0303", {}, "1301 c02f", sni("kiosk.example"));
  body.resize(body.size() - 1);
  const auto messages = greet(body, {});
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_TRUE(messages[0].malformed);
  EXPECT_EQ(value(messages[0], "ciphers"), "0x1301,0xc02f");
  EXPECT_EQ(value(messages[0], "ja3"), "(none)");
  EXPECT_EQ(value(messages[0], "ja4"), "(none)");
}

TEST(TlsHello, OneThatASnapLengthCutIsReadAsFarAsItGoes) {
  Tap tap;
  Connection connection(tap, 443);
  connection.open();
  const Bytes hello =
      record(22, handshake(1, client_hello_body("0303", {}, "1301 c02f",
                                                sni("kiosk.example") + extension(21, Bytes(200)))));
  connection.raw(true, 0, hello, 0x18, 5 + 4 + 39 + 4 + 2 + 2 + 22);
  connection.skip(true, static_cast<std::uint32_t>(hello.size()));
  connection.up(record(23, Bytes(100)));
  EXPECT_EQ(labels(tap.finish()), "> client hello\n> record 100..109 B\n");
  EXPECT_TRUE(tap.messages[0].gap);
  EXPECT_FALSE(tap.messages[0].malformed);
  EXPECT_EQ(value(tap.messages[0], "sni"), "kiosk.example");
  EXPECT_EQ(tap.messages[0].size, 78u);
}

}  // namespace
}  // namespace brewproof::wire
