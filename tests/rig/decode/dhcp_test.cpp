#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

/// A request of the machine with these options; `file` and `server` fill their fields of the
/// header.
Bytes bootp(std::string_view options, const Bytes& file = {}, const Bytes& server = {}) {
  Bytes bytes = hex("01 01 06 00 3903f326 0005 8000 00000000 00000000 00000000 00000000");
  bytes = bytes + hex("02c0ffee0001 00000000000000000000") + server;
  bytes.resize(44 + 64);
  bytes = bytes + file;
  bytes.resize(44 + 64 + 128);
  return bytes + hex("63825363") + hex(options);
}

Bytes discover() {
  return bootp("35 01 01 0c 05 6b696f736b 3c 03 6b3935 32 04 0a4d0032 37 04 01 03 06 0f ff");
}

Message decode(const Bytes& bytes) { return decode_one(udp(true, 67, bytes, 68)); }
Message with(std::string_view options) { return decode(bootp(options)); }

TEST(Dhcp, ADiscoverTellsWhoTheMachineSaysItIs) {
  const Message m = decode(discover());
  EXPECT_EQ(m.protocol, "dhcp");
  EXPECT_EQ(m.message, "discover");
  EXPECT_EQ(value(m, "transaction"), "956560166");
  EXPECT_EQ(value(m, "seconds"), "5");
  EXPECT_EQ(value(m, "broadcast"), "true");
  EXPECT_EQ(value(m, "client_mac"), "02c0ffee0001");
  EXPECT_EQ(value(m, "hostname"), "kiosk");
  EXPECT_EQ(value(m, "vendor_class"), "k95");
  EXPECT_EQ(value(m, "requested_ip"), "10.77.0.50");
  EXPECT_FALSE(m.malformed);
}

TEST(Dhcp, TheOrderOfWhatItAsksForAndWritesIsItsFingerprint) {
  const Message m = decode(discover());
  EXPECT_EQ(value(m, "fingerprint"), "1,3,6,15");
  EXPECT_EQ(value(m, "option_order"), "53,12,60,50,55");
}

TEST(Dhcp, EveryKindOfOptionIsReadByItsName) {
  const Message m = with(
      "35 01 05"
      "01 04 ffffff00"                   // subnet mask
      "02 04 ffffc7c0"                   // time offset: -14400 s
      "03 08 0a4d0001 0a4d0002"          // two routers
      "33 04 00000e10"                   // lease time 3600 s
      "13 01 01"                         // IP forwarding
      "3d 07 01 02c0ffee0001"            // client id: Ethernet
      "51 08 00 00 00 6b696f736b"        // client FQDN
      "52 0a 01 03 6c616e 02 03 aabbcc"  // relay: circuit "lan", remote id
      "79 09 08 0a 0a4d0001 00 0a4d00"   // cut short: see the next test
      "77 0b 03 6c616e 00 04 636166 ffff ff");
  EXPECT_EQ(m.message, "ack");
  EXPECT_EQ(value(m, "subnet_mask"), "255.255.255.0");
  EXPECT_EQ(value(m, "time_offset"), "-14400");
  EXPECT_EQ(value(m, "router"), "10.77.0.1 & 10.77.0.2");
  EXPECT_EQ(value(m, "lease_time"), "3600");
  EXPECT_EQ(value(m, "ip_forwarding"), "true");
  EXPECT_EQ(value(m, "client_id_type"), "1");
  EXPECT_EQ(value(m, "client_id"), "02c0ffee0001");
  EXPECT_EQ(value(m, "client_fqdn"), "kiosk");
  EXPECT_EQ(value(m, "relay:circuit_id"), "lan");
  EXPECT_EQ(value(m, "relay:remote_id"), "aabbcc");
  // What does not parse as its kind is kept as it stands.
  EXPECT_EQ(value(m, "classless_route"), "10.0.0.0/8 10.77.0.1 & 000a4d");
  EXPECT_EQ(value(m, "domain_search"), "lan & 04636166ffff");
}

TEST(Dhcp, DomainsMayPointBackIntoTheirOption) {
  // RFC 3397's own example, shortened: eng.apple.com., marketing.apple.com.
  const Message m =
      with("77 1b 03 656e67 05 6170706c65 03 636f6d 00 09 6d61726b6574696e67 c004 ff");
  EXPECT_EQ(value(m, "domain_search"), "eng.apple.com & marketing.apple.com");
}

TEST(Dhcp, AnUnknownOptionHasItsNumber) {
  EXPECT_EQ(value(with("35 01 01 e0 03 616263 ff"), "option:224"), "abc");
}

TEST(Dhcp, AnOptionThatIsSplitIsPutTogether) {
  // RFC 3396: the parts in the order in which they stand, also with others between them.
  const Message m = with("35 01 01 0c 03 6b696f 3c 01 78 0c 02 736b ff");
  EXPECT_EQ(value(m, "hostname"), "kiosk");
  EXPECT_EQ(value(m, "vendor_class"), "x");
}

TEST(Dhcp, OptionsMayRunOverIntoTheNamesOfFileAndServer) {
  const Message m =
      decode(bootp("35 01 01 34 01 03 ff", hex("0c 05 6b696f736b ff"), hex("3c 03 6b3935 ff")));
  EXPECT_EQ(value(m, "hostname"), "kiosk");
  EXPECT_EQ(value(m, "vendor_class"), "k95");
  EXPECT_EQ(value(m, "boot_file"), "(none)");
  EXPECT_EQ(value(m, "option_order"), "53,52,12,60");
}

TEST(Dhcp, TheNamesOfFileAndServerEndAtTheirZero) {
  const Message m = decode(bootp("35 01 02 ff", text("a.bin"), text("rig")));
  EXPECT_EQ(value(m, "boot_file"), "a.bin");
  EXPECT_EQ(value(m, "server_name"), "rig");
}

TEST(Dhcp, WithoutAMessageTypeItIsBootp) { EXPECT_EQ(with("ff").message, "bootp"); }

TEST(Dhcp, AnOptionThatRunsOutOfTheDatagramIsMalformed) {
  Bytes cut = bootp("35 01 01 0c 05 6b696f736b 3c 03 6b3935 32 04 0a");
  const Message m = decode(cut);
  EXPECT_TRUE(m.malformed);
  ASSERT_EQ(m.notes.size(), 1u);
  EXPECT_EQ(m.notes[0], "DHCP option is cut off at byte 255");
}

TEST(Dhcp, ThousandsOfOptionsAreLeftOut) {
  Bytes bytes = bootp("35 01 01");
  for (int i = 0; i < 600; ++i) bytes = bytes + hex("e0 00");
  const Message m = decode(bytes);
  ASSERT_EQ(m.notes.size(), 1u);
  EXPECT_EQ(m.notes[0], "more than 512 options: the rest is left out");
}

TEST(Dhcp, EveryCutIsToldAsSomething) { check_every_cut(discover(), 67); }

}  // namespace
}  // namespace brewproof::wire
