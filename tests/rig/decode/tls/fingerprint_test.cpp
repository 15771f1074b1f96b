// The vectors are those that JA3's README and JA4's technical_details/JA4.md print.
#include "rig/decode/tls/fingerprint.h"

#include "tests/rig/decode/tls/hellos.h"

namespace brewproof::wire {
namespace {

using decode::TlsCarrier;
using decode::TlsHello;

/// Of JA4.md: Chrome's.
TlsHello documented() {
  TlsHello hello;
  hello.version = 0x0303;
  hello.versions = {0x0304, 0x0303};
  hello.ciphers = {0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9,
                   0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035};
  hello.extensions = {0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d,
                      0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015};
  hello.alpn = {"h2", "http/1.1"};
  hello.signature_algorithms = {0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601};
  return hello;
}

TEST(Fingerprint, Ja3IsTheOneThatItsAuthorsPrint) {
  TlsHello hello;
  hello.version = 769;
  hello.ciphers = {47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4};
  hello.extensions = {0, 10, 11};
  hello.groups = {23, 24, 25};
  const Bytes formats = {0};
  hello.point_formats = formats;
  EXPECT_EQ(decode::ja3_text(hello),
            "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0");
  EXPECT_EQ(decode::ja3(hello), "ada70206e40642a3e4461f35503241d5");
}

TEST(Fingerprint, Ja3KeepsItsCommasWhereAHelloHasNoExtensions) {
  TlsHello hello;
  hello.version = 769;
  hello.ciphers = {4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99};
  EXPECT_EQ(decode::ja3_text(hello), "769,4-5-10-9-100-98-3-6-19-18-99,,,");
  EXPECT_EQ(decode::ja3(hello), "de350869b8c85de67a350c8d186f11e6");
}

TEST(Fingerprint, Ja3sIsMadeOfVersionCipherAndExtensions) {
  TlsHello hello;
  hello.version = 771;
  hello.ciphers = {4865};
  hello.extensions = {51, 43};
  // printf 771,4865,51-43 | md5sum
  EXPECT_EQ(decode::ja3s(hello), "eb1d94daa7e0344597e756a1fb6e7054");
}

TEST(Fingerprint, Ja4IsTheOneThatItsAuthorsPrint) {
  EXPECT_EQ(decode::ja4(documented(), TlsCarrier::tcp), "t13d1516h2_8daaf6152771_e5627efa2ab1");
  EXPECT_EQ(decode::ja4(documented(), TlsCarrier::quic).substr(0, 4), "q13d");
}

TEST(Fingerprint, Ja4WithoutSignatureAlgorithmsEndsWithoutAnUnderscore) {
  TlsHello hello = documented();
  hello.signature_algorithms.clear();
  EXPECT_EQ(decode::ja4(hello, TlsCarrier::tcp), "t13d1516h2_8daaf6152771_6d807ffa2a79");
}

TEST(Fingerprint, Ja4OfAHelloThatSaysNothingIsAllZeros) {
  TlsHello hello;
  hello.version = 0x0303;
  EXPECT_EQ(decode::ja4(hello, TlsCarrier::tcp), "t12i000000_000000000000_000000000000");
}

TEST(Fingerprint, Ja4CountsNoFurtherThan99) {
  TlsHello hello;
  hello.ciphers.assign(120, 0x002f);
  EXPECT_EQ(decode::ja4(hello, TlsCarrier::tcp).substr(0, 10), "t00i990000");
}

TEST(Fingerprint, Ja4TakesTheHighestVersionWhereverItStands) {
  TlsHello hello;
  hello.version = 0x0303;
  hello.versions = {0x0301, 0x0304, 0x0303};
  EXPECT_EQ(decode::ja4(hello, TlsCarrier::tcp).substr(0, 3), "t13");
  hello.versions = {0xfeff, 0xfefd};  // DTLS counts downwards: 1.2 is the higher
  EXPECT_EQ(decode::ja4(hello, TlsCarrier::datagram).substr(0, 3), "dd2");
}

TEST(Fingerprint, Ja4MarksTheFirstProtocolByItsEnds) {
  const auto mark = [](std::string_view alpn) {
    TlsHello hello;
    hello.alpn = {alpn};
    return decode::ja4(hello, TlsCarrier::tcp).substr(8, 2);
  };
  EXPECT_EQ(mark("h2"), "h2");
  EXPECT_EQ(mark("http/1.1"), "h1");
  EXPECT_EQ(mark("x"), "xx");
  EXPECT_EQ(mark(""), "00");
  EXPECT_EQ(mark("\xab"), "ab");
  EXPECT_EQ(mark("\xab\xcd"), "ad");
  EXPECT_EQ(mark("\x30\xab"), "3b");
  EXPECT_EQ(mark("\x30\x31\xab\xcd"), "3d");
  EXPECT_EQ(mark("\x30\xab\xcd\x31"), "01");
}

}  // namespace
}  // namespace brewproof::wire
