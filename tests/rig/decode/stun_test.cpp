// The vectors are those of RFC 5769.
#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

// Section 2.1.
const Bytes request =
    hex("0001 0058 2112a442 b7e7a701 bc34d686 fa87dfae"
        "8022 0010 5354554e 20746573 7420636c 69656e74"
        "0024 0004 6e0001ff"
        "8029 0008 932ff9b1 51263b36"
        "0006 0009 6576746a 3a683676 59202020"
        "0008 0014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2"
        "8028 0004 e57a3bcf");
// Section 2.2.
const Bytes response =
    hex("0101 003c 2112a442 b7e7a701 bc34d686 fa87dfae"
        "8022 000b 74657374 20766563 746f7220"
        "0020 0008 0001a147 e112a643"
        "0008 0014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7"
        "8028 0004 c07d4c96");
// Section 2.3.
const Bytes response_6 =
    hex("0101 0048 2112a442 b7e7a701 bc34d686 fa87dfae"
        "8022 000b 74657374 20766563 746f7220"
        "0020 0014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9"
        "0008 0014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41"
        "8028 0004 c8fb0b4c");

Message stun(const Bytes& bytes, std::uint16_t port = 5000) {
  return decode_one(udp(true, port, bytes));
}

TEST(Stun, ARequestHasItsAttributesByName) {
  const Message m = stun(request);
  EXPECT_EQ(m.protocol, "stun");
  EXPECT_EQ(m.message, "binding request");
  EXPECT_EQ(value(m, "transaction"), "b7e7a701bc34d686fa87dfae");
  EXPECT_EQ(value(m, "software"), "STUN test client");
  EXPECT_EQ(value(m, "priority"), "1845494271");
  EXPECT_EQ(value(m, "ice_controlled"), "932ff9b151263b36");
  EXPECT_EQ(value(m, "username"), "evtj:h6vY");
  EXPECT_EQ(value(m, "integrity"), "9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2");
  EXPECT_EQ(value(m, "fingerprint"), "e57a3bcf");
  EXPECT_TRUE(m.notes.empty());
  EXPECT_EQ(m.size, 108u);
  EXPECT_EQ(m.value_bytes, 12u + 16 + 4 + 8 + 9 + 20 + 4);
}

TEST(Stun, AResponseTellsTheAddressUnderItsMask) {
  const Message m = stun(response);
  EXPECT_EQ(m.message, "binding success");
  EXPECT_EQ(value(m, "software"), "test vector");
  EXPECT_EQ(value(m, "mapped_address"), "192.0.2.1:32853");
  EXPECT_EQ(value(stun(response_6), "mapped_address"),
            "[2001:db8:1234:5678:11:2233:4455:6677]:32853");
}

TEST(Stun, AFingerprintThatIsNotTheMessagesIsNoted) {
  Bytes changed = response;
  changed[24] ^= 1;  // a letter of the software's name
  EXPECT_EQ(stun(changed).notes,
            std::vector<std::string>{"the fingerprint is not that of the message"});
}

TEST(Stun, AnErrorHasItsNumberAndReason) {
  const Message m = stun(hex("0113 0010 2112a442 000000000000000000000001"
                             "0009 000c 00000401") +
                         text("Who, you"));
  EXPECT_EQ(m.message, "allocate error");
  EXPECT_EQ(value(m, "error"), "401");
  EXPECT_EQ(value(m, "reason"), "Who, you");
}

TEST(Stun, UnknownAttributesAndMethodsHaveTheirNumbers) {
  const Message m = stun(hex("0fff 0008 2112a442 000000000000000000000001 c0de 0002 6869 0000"));
  EXPECT_EQ(m.message, "method 1023 error");  // 0x0fff without its class bits 0x0110
  EXPECT_EQ(value(m, "attribute:c0de"), "hi");
}

TEST(Stun, AnAttributeThatRunsOutIsMalformed) {
  const Message m = stun(hex("0001 0004 2112a442 000000000000000000000001 8022 0009"));
  EXPECT_TRUE(m.malformed);
  EXPECT_EQ(m.notes.at(0), "STUN attribute is cut off at byte 20");
}

TEST(Stun, TheOldOneWithoutACookieIsReadOnItsPortAlone) {
  // MAPPED-ADDRESS 192.0.2.1:1234
  const Bytes old = hex("0101 000c 000102030405060708090a0b0c0d0e0f 0001 0008 0001 04d2 c0000201");
  const Message m = stun(old, 3478);
  EXPECT_EQ(m.protocol, "stun");
  EXPECT_EQ(value(m, "transaction"), "000102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(value(m, "mapped_address"), "192.0.2.1:1234");
  EXPECT_EQ(stun(old).protocol, "udp");
}

TEST(Stun, ALengthThatIsNotTheDatagramsIsADatagram) {
  Bytes longer = request;
  longer.push_back(0);
  EXPECT_EQ(stun(longer).protocol, "udp");
}

TEST(Stun, EveryCutIsToldAsSomething) {
  check_every_cut(request, 5000);
  check_every_cut(response_6, 3478);
}

}  // namespace
}  // namespace brewproof::wire
