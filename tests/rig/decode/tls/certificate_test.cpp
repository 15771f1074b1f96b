#include "rig/decode/tls/certificate.h"

#include "tests/rig/decode/tls/hellos.h"

namespace brewproof::wire {
namespace {

// Made with: openssl ca -selfsign -startdate 20250102030405Z -enddate 20350102030405Z, P-256,
// subject O=Example, CN=kiosk.example, serial 01 02 03 04 05. 395 bytes.
const Bytes der = hex(
    "308201873082012ea00302010202050102030405300a06082a8648ce3d040302302a3110300e060355040a0c0745"
    "78616d706c653116301406035504030c0d6b696f736b2e6578616d706c65301e170d323530313032303330343035"
    "5a170d3335303130323033303430355a302a3110300e060355040a0c074578616d706c653116301406035504030c"
    "0d6b696f736b2e6578616d706c653059301306072a8648ce3d020106082a8648ce3d0301070342000412bbbf4627"
    "c0eda6ba38a78900852c9c492f0859c02c3e1ce085ebd9ba00ae73fe16f5456b597e97036efc695450cf1906100b"
    "8c5e2776d3d9c7c20250506a36a341303f301e0603551d1104173015820d6b696f736b2e6578616d706c658704cb"
    "00710a301d0603551d0e0416041404af7ff1b7ff3a28eddea11fe13ff4968d71251e300a06082a8648ce3d040302"
    "0347003044022075a03d1c06d273f4e9d9ed7d2d8538c569a926267e4d58f6e66c37e1bb203edf02203677b16932"
    "541992aa53264bc7beb4f88ca537c0396b6d3f72a25cad23961fa9");
constexpr std::string_view der_sha256 =
    "790c3ca0d5ddcd911787b816d43181d8b23d990415944728b12a70986ded2a74";

Bytes with_u24_length(const Bytes& bytes) {
  return Bytes{static_cast<std::uint8_t>(bytes.size() >> 16)} + u16(bytes.size() & 0xffff) + bytes;
}
Bytes chain(const std::vector<Bytes>& certificates) {
  Bytes all;
  for (const Bytes& each : certificates) all = all + with_u24_length(each);
  return with_u24_length(all);
}

/// A TLS 1.2 server's flight, in segments of 500 bytes.
std::vector<Message> flight(const Bytes& certificates) {
  Tap tap;
  Connection connection(tap, 443);
  connection.open();
  connection.up(record(22, handshake(1, client_hello_body("0303", {}, "c02b", {}))));
  const Bytes all = record(22, handshake(2, server_hello_body("0303", {}, "c02b", {}))) +
                    record(22, Bytes{11} + with_u24_length(certificates)) +
                    record(22, handshake(14, {}));
  for (std::size_t at = 0; at < all.size(); at += 500)
    connection.down(
        Bytes(all.begin() + static_cast<std::ptrdiff_t>(at),
              all.begin() + static_cast<std::ptrdiff_t>(std::min(at + 500, all.size()))));
  EXPECT_EQ(bytes_told(tap.finish(), false), all.size());
  return tap.messages;
}

TEST(TlsCertificate, TellsWhoStandsBehindItAndForHowLong) {
  const std::vector<Message> messages = flight(chain({der}));
  ASSERT_EQ(labels(messages),
            "> client hello\n< server hello\n< certificate\n< server hello done\n");
  const Message& m = messages[2];
  EXPECT_EQ(value(m, "certificate:0/sha256"), der_sha256);
  EXPECT_EQ(value(m, "certificate:0/subject"), "CN=kiosk.example,O=Example");
  EXPECT_EQ(value(m, "certificate:0/issuer"), "CN=kiosk.example,O=Example");
  EXPECT_EQ(value(m, "certificate:0/serial"), "0102030405");
  EXPECT_EQ(value(m, "certificate:0/not_before"), "2025-01-02T03:04:05Z");
  EXPECT_EQ(value(m, "certificate:0/not_after"), "2035-01-02T03:04:05Z");
  EXPECT_EQ(value(m, "certificate:0/names"), "dns:kiosk.example,ip:203.0.113.10");
  EXPECT_EQ(value(m, "certificate:1/sha256"), "(none)");
  EXPECT_FALSE(m.malformed);
  EXPECT_EQ(m.value_bytes, 395u);
  EXPECT_EQ(m.size, 5u + 4 + 3 + 3 + 395);
}

TEST(TlsCertificate, AChainIsReadInItsOrderAndBounded) {
  const auto messages = flight(chain(std::vector<Bytes>(18, der)));
  const Message& m = messages[2];
  EXPECT_EQ(value(m, "certificate:15/sha256"), der_sha256);
  EXPECT_EQ(value(m, "certificate:16/sha256"), "(none)");
  EXPECT_EQ(m.notes, std::vector<std::string>{"18 certificates: the first 16 were read"});
}

TEST(TlsCertificate, OneThatIsNoneKeepsItsBytesAndIsMalformed) {
  Bytes broken = der;
  broken[4] = 0x31;  // a SET where the certificate's own SEQUENCE belongs
  const auto messages = flight(chain({der, broken}));
  const Message& m = messages[2];
  EXPECT_TRUE(m.malformed);
  EXPECT_EQ(value(m, "certificate:0/serial"), "0102030405");
  EXPECT_EQ(value(m, "certificate:1/bytes").substr(0, 10), "3082018731");
  EXPECT_EQ(m.value_bytes, 790u);
  EXPECT_EQ(m.notes, std::vector<std::string>{"certificate 1 of the chain, 395 bytes that end at "
                                              "byte 796, is no X.509 certificate"});
}

TEST(TlsCertificate, AChainWhoseLengthsLieIsMalformed) {
  Bytes lying = chain({der});
  lying[5] = 0xff;  // the certificate runs out of its chain
  const auto messages = flight(lying);
  EXPECT_TRUE(messages[2].malformed);
  EXPECT_EQ(messages[3].message, "server hello done");
}

}  // namespace
}  // namespace brewproof::wire
