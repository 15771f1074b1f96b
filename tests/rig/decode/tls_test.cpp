#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

// ClientHello for mqtt.kiosk.example, ALPN h2 and http/1.1, versions GREASE, 1.3, 1.2
Bytes client_hello() {
  Bytes body = hex("0303") + Bytes(32, 0xaa) + hex("00 0002 1301 01 00");
  Bytes extensions = hex("0000 0017 0015 00 0012") + text("mqtt.kiosk.example");
  extensions = extensions + hex("0010 000e 000c 02 6832 08 687474702f312e31");
  extensions = extensions + hex("002b 0007 06 1a1a 0304 0303");
  body = body + Bytes{0, static_cast<std::uint8_t>(extensions.size())} + extensions;
  const Bytes handshake = hex("01 0000") + Bytes{static_cast<std::uint8_t>(body.size())} + body;
  return hex("16 0301 00") + Bytes{static_cast<std::uint8_t>(handshake.size())} + handshake;
}
// ServerHello: 1.3 selected, cipher 0x1301
Bytes server_hello() {
  const Bytes body = hex("0303") + Bytes(32, 0xbb) + hex("00 1301 00 0006 002b 0002 0304");
  return hex("16 0303 00") + Bytes{static_cast<std::uint8_t>(body.size() + 4)} + hex("02 0000") +
         Bytes{static_cast<std::uint8_t>(body.size())} + body;
}
Bytes record(std::uint8_t type, std::size_t size) {
  return Bytes{type, 3, 3, static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)} +
         Bytes(size, 0x5c);
}

TEST(Tls, AClientHelloTellsWhomItWants) {
  Tap tap;
  Connection connection(tap, 8883);
  connection.open();
  connection.up(client_hello());
  ASSERT_EQ(tap.finish().size(), 1u);
  const Message& m = tap.messages[0];
  EXPECT_EQ(m.protocol, "tls");
  EXPECT_EQ(m.message, "client hello");
  EXPECT_EQ(m.peer.name, "mqtt.kiosk.example");
  EXPECT_EQ(value(m, "sni"), "mqtt.kiosk.example");
  EXPECT_EQ(value(m, "alpn"), "h2,http/1.1");
  EXPECT_EQ(value(m, "versions"), "1.3,1.2");
  EXPECT_FALSE(m.malformed);
}

TEST(Tls, SealedRecordsAreMessagesOfTheirSize) {
  Tap tap;
  Connection connection(tap, 443);
  connection.open();
  connection.up(client_hello());
  connection.down(server_hello() + record(20, 1) + record(23, 900));
  connection.up(record(20, 1) + record(23, 53));  // the Finished: no emission
  connection.up(record(23, 213) + record(23, 20));
  connection.down(record(21, 19));
  tap.finish();
  std::string labels;
  for (const Message& m : tap.messages) labels += (m.from_dut ? "> " : "< ") + m.message + "\n";
  EXPECT_EQ(labels,
            "> client hello\n< server hello\n< change cipher spec\n< record 900..909 B\n"
            "> change cipher spec\n> finished\n> record 210..219 B\n> record 20..29 B\n< alert\n");
  EXPECT_EQ(value(tap.messages[6], "size"), "213");
  EXPECT_EQ(tap.messages[6].size, 218u);
  EXPECT_EQ(value(tap.messages[1], "selected_version"), "1.3");
}

TEST(Tls, AnAlertSaysWhatIsWrong) {
  Tap tap;
  Connection connection(tap, 443);
  connection.open();
  connection.up(client_hello() + hex("15 0303 0002 02 30"));
  connection.down(hex("15 0301 0002 01 00") + hex("15 0303 0002 02 c8"));
  ASSERT_EQ(tap.finish().size(), 4u);
  const Message& refused = tap.messages[1];
  EXPECT_EQ(refused.message, "alert unknown_ca");
  EXPECT_EQ(value(refused, "level"), "fatal");
  EXPECT_EQ(value(refused, "description"), "48");
  EXPECT_EQ(refused.size, 7u);
  EXPECT_EQ(refused.value_bytes, 2u);
  EXPECT_EQ(refused.sealed_bytes, 0u);
  EXPECT_EQ(tap.messages[2].message, "alert close_notify");
  EXPECT_EQ(value(tap.messages[2], "level"), "warning");
  EXPECT_EQ(tap.messages[3].message, "alert");
  EXPECT_EQ(value(tap.messages[3], "description"), "200");
}

// What told that all is sealed from here on may have been lost.
TEST(Tls, AnAlertOfMoreThanTwoBytesIsASealedOne) {
  Tap tap;
  Connection connection(tap, 443);
  connection.open();
  connection.up(client_hello() +
                hex("15 0303 0018 3549 00112233445566778899aabbccddeeff0011 22233344"));
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_EQ(tap.messages[1].message, "alert");
  EXPECT_EQ(value(tap.messages[1], "level"), "(none)");
  EXPECT_EQ(tap.messages[1].sealed_bytes, 24u);
  EXPECT_EQ(tap.messages[1].value_bytes, 0u);
}

TEST(Tls, ARecordOverManySegmentsIsOneMessage) {
  Tap tap;
  Connection connection(tap, 443);
  connection.open();
  connection.up(client_hello());
  const Bytes big = record(23, 16000);
  for (std::size_t at = 0; at < big.size(); at += 1000)
    connection.up(
        Bytes(big.begin() + static_cast<std::ptrdiff_t>(at),
              big.begin() + static_cast<std::ptrdiff_t>(std::min(at + 1000, big.size()))));
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_EQ(tap.messages[1].message, "record 16000..16999 B");
  EXPECT_EQ(tap.messages[1].first.frame, 5u);
  EXPECT_EQ(tap.messages[1].last.frame, 21u);
  EXPECT_EQ(tap.messages[1].last_time_ns - tap.messages[1].time_ns, 16'000'000);
}

TEST(Tls, AGapInsideARecordIsBridgedByItsLength) {
  Tap tap;
  Connection connection(tap, 443);
  connection.open();
  connection.up(client_hello());
  const Bytes sealed = record(23, 100);
  connection.up(Bytes(sealed.begin(), sealed.begin() + 40));
  connection.skip(true, 50);
  connection.up(Bytes(sealed.begin() + 90, sealed.end()) + record(23, 60));
  connection.close();
  ASSERT_EQ(tap.finish().size(), 3u);
  EXPECT_TRUE(tap.messages[1].gap);
  EXPECT_EQ(tap.messages[2].message, "record 60..69 B");
  EXPECT_FALSE(tap.messages[2].gap);
}

TEST(Tls, AConnectionCapturedFromItsMiddleIsRecognised) {
  Tap tap;
  Connection connection(tap, 443);
  connection.up(record(23, 70));
  ASSERT_EQ(tap.finish().size(), 1u);
  EXPECT_EQ(tap.messages[0].message, "record 70..79 B");
}

TEST(Tls, AHelloAfterStarttlsIsRecognised) {
  Tap tap;
  Connection connection(tap, 25);
  connection.open();
  connection.down("220 mail ready\r\n");
  connection.up("STARTTLS\r\n");
  connection.down("220 go ahead\r\n");
  connection.up(client_hello());
  ASSERT_EQ(tap.finish().size(), 4u);
  EXPECT_EQ(tap.messages[0].message, "stream 10..19 B");
  EXPECT_EQ(value(tap.messages[1], "payload"), "STARTTLS\r\n");
  EXPECT_EQ(tap.messages[3].message, "client hello");
}

TEST(Tls, AHelloWhoseLengthsLieIsMalformed) {
  Tap tap;
  Connection connection(tap, 443);
  connection.open();
  Bytes hello = client_hello();
  hello[5 + 4 + 34] = 0xff;  // the session id runs out of the hello
  connection.up(hello);
  ASSERT_EQ(tap.finish().size(), 1u);
  EXPECT_TRUE(tap.messages[0].malformed);
  EXPECT_EQ(tap.messages[0].message, "client hello");
}

TEST(Tls, SurvivesEverySplitAndEveryCut) {
  check_every_boundary({client_hello() + record(20, 1) + record(23, 53) + record(23, 30),
                        server_hello() + record(23, 12), 443});
}

}  // namespace
}  // namespace brewproof::wire
