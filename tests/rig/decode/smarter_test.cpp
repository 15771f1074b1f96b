// The messages are those that github.com/Tristan79/iBrew shows as examples, or made by its tables.
#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

constexpr std::uint16_t port = 2081;
// Carafe, beans, ready, hot plate; half full and enough; medium; 3 cups set, 2 brewed.
const Bytes status = hex("32 47 12 00 01 23 7e");

/// What the appliance says on its port, as the machine that listens there.
std::vector<Message> said(const Bytes& up, const Bytes& down = {}, std::uint16_t at = port) {
  Tap tap;
  Connection connection(tap, 50000, at);  // the peer called
  if (!down.empty()) connection.down(down);
  if (!up.empty()) connection.up(up);
  const auto& messages = tap.finish();
  check_byte_classes(messages);
  return messages;
}
Message one(const Bytes& up) {
  const auto messages = said(up);
  EXPECT_EQ(messages.size(), 1u);
  return messages.size() == 1 ? messages[0] : Message{};
}

TEST(Smarter, ACoffeeStatusIsAllThatTheMachineKnowsOfItself) {
  const Message m = one(status);
  EXPECT_EQ(m.protocol, "smarter");
  EXPECT_EQ(m.message, "coffee status");
  EXPECT_TRUE(m.from_dut);
  EXPECT_EQ(value(m, "carafe"), "true");
  EXPECT_EQ(value(m, "grind"), "beans");
  EXPECT_EQ(value(m, "ready"), "true");
  EXPECT_EQ(value(m, "grinder"), "false");
  EXPECT_EQ(value(m, "heater"), "false");
  EXPECT_EQ(value(m, "working"), "false");
  EXPECT_EQ(value(m, "hot_plate"), "true");
  EXPECT_EQ(value(m, "timer"), "false");
  EXPECT_EQ(value(m, "water_level"), "half");
  EXPECT_EQ(value(m, "enough_water"), "true");
  EXPECT_EQ(value(m, "strength"), "medium");
  EXPECT_EQ(value(m, "cups"), "3");
  EXPECT_EQ(value(m, "cups_brewed"), "2");
  EXPECT_EQ(m.size, 7u);
  EXPECT_EQ(m.value_bytes, 5u);  // the id and the end are the protocol's
  EXPECT_EQ(m.unexplained_bytes, 0u);
}

TEST(Smarter, ABrewIsItsCupsStrengthHotPlateAndGrind) {
  const auto messages = said({}, hex("33 04 02 05 01 7e"));
  ASSERT_EQ(messages.size(), 1u);
  const Message& m = messages[0];
  EXPECT_EQ(m.message, "brew");
  EXPECT_FALSE(m.from_dut);
  EXPECT_EQ(value(m, "cups"), "4");
  EXPECT_EQ(value(m, "strength"), "strong");
  EXPECT_EQ(value(m, "hot_plate"), "5");
  EXPECT_EQ(value(m, "grind"), "beans");
}

TEST(Smarter, AnAnswerHasItsResultByName) {
  EXPECT_EQ(value(one(hex("03 00 7e")), "result"), "success");
  EXPECT_EQ(value(one(hex("03 07 7e")), "result"), "too little water");
  EXPECT_EQ(value(one(hex("03 69 7e")), "result"), "invalid command");
  EXPECT_EQ(value(one(hex("03 44 7e")), "result"), "68");
}

TEST(Smarter, AKettleStatusHasASensorThatMayHoldTheEnd) {
  const Message m = one(hex("14 01 5f 07 7e 00 7e"));
  EXPECT_EQ(m.message, "kettle status");
  EXPECT_EQ(value(m, "state"), "heating");
  EXPECT_EQ(value(m, "temperature"), "95");
  EXPECT_EQ(value(m, "on_base"), "true");
  EXPECT_EQ(value(m, "water_sensor"), "1918");
  const Message off = one(hex("14 00 7f 07 d7 00 7e"));
  EXPECT_EQ(value(off, "on_base"), "false");
  EXPECT_EQ(value(off, "temperature"), "(none)");
  EXPECT_EQ(off.value_bytes, 5u);
}

TEST(Smarter, ArgumentsMayBeLeftOut) {
  EXPECT_EQ(labels(said({}, hex("3e 7e 3e 05 7e 21 50 05 7e 21 7e"))),
            "< hot plate on\n< hot plate on\n< heat as set\n< heat as set\n");
}

TEST(Smarter, TextsAreTexts) {
  const auto messages = said(hex("0e") + text("Home,-56}Shop, 2,-82}") + hex("7e"),
                             hex("05") + text("Home") + hex("7e 07") + text("p@ss") + hex("7e"));
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(value(messages[0], "ssid"), "Home");
  EXPECT_EQ(value(messages[1], "password"), "p@ss");
  EXPECT_EQ(value(messages[2], "network"), "Home & Shop, 2");
  EXPECT_EQ(value(messages[2], "signal"), "-56 & -82");
}

TEST(Smarter, AHistoryHasItsRecordsAndWhatNobodyKnowsOfThem) {
  const Message m =
      one(hex("47 02 010000020200190001010001000000000000000000000000000000000000007d"
              "0100000c0c00190001010000000000000000000000000000000000000000007d 7e"));
  EXPECT_EQ(m.message, "coffee history");
  EXPECT_EQ(value(m, "records"), "2");
  EXPECT_EQ(value(m, "success"), "true & false");
  EXPECT_EQ(value(m, "hour"), "25 & 25");
  EXPECT_EQ(m.size, 67u);
  EXPECT_EQ(m.value_bytes, 1u + 2 * 6);
  EXPECT_EQ(m.unexplained_bytes, 2u * 25);
  const Message kettle =
      one(hex("29 01 0164193210000914150a19010000000000000000000000000000000000000"
              "07d 7e"));
  EXPECT_EQ(value(kettle, "temperature"), "100");
  EXPECT_EQ(value(kettle, "minute"), "20");
  EXPECT_EQ(value(kettle, "year"), "2005");
}

TEST(Smarter, TimersAreRecordsOfNine) {
  const Message m = one(hex("42 000f0f01010114147d 01030701010114137d 7e"));
  EXPECT_EQ(m.message, "timers");
  EXPECT_EQ(value(m, "index"), "0 & 1");
  EXPECT_EQ(value(m, "minute"), "15 & 3");
  EXPECT_EQ(m.value_bytes, 16u);
}

TEST(Smarter, AnUnknownMessageIsUnexplained) {
  const auto messages = said(status + hex("8f 0102 7e"));
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[1].message, "message 8f");
  EXPECT_EQ(value(messages[1], "arguments"), "0102");
  EXPECT_EQ(messages[1].unexplained_bytes, 2u);
  EXPECT_FALSE(messages[1].malformed);
}

TEST(Smarter, WrongArgumentsAreMalformedAndReadingGoesOn) {
  const auto messages = said(status + hex("32 47 12 7e") + status);
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_TRUE(messages[1].malformed);
  EXPECT_EQ(messages[1].notes.at(0),
            "Smarter message 32 has other than its arguments at byte 1 of its 4");
  EXPECT_EQ(messages[1].unexplained_bytes, 2u);
  EXPECT_EQ(value(messages[2], "cups"), "3");
}

TEST(Smarter, AMessageWithoutAnEndIsTold) {
  const auto messages = said(status + hex("8f") + Bytes(5000, 1));
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[1].message, "malformed");
  EXPECT_EQ(messages[1].size, 4096u);
  EXPECT_EQ(messages[1].notes.at(0),
            "no end of the Smarter message that begins at byte 0 within 4096 bytes");
  EXPECT_EQ(messages[2].protocol, "tcp");
}

TEST(Smarter, ZerosBetweenMessagesAreNobodys) {
  EXPECT_EQ(labels(said(hex("2f 64 14 00 7e 00 03 00 7e"))),
            "> kettle settings\n> zeros\n> result\n");
}

TEST(Smarter, ElsewhereAStatusSpeaksForItself) {
  EXPECT_EQ(said(status, {}, 5000).at(0).protocol, "smarter");
  EXPECT_EQ(said(hex("03 00 7e"), {}, 5000).at(0).protocol, "tcp");
  EXPECT_EQ(said(hex("32 47 18 00 01 23 7e"), {}, 5000).at(0).protocol, "tcp");  // no such level
  EXPECT_EQ(said(hex("32 47"), {}, 5000).at(0).protocol, "tcp");                 // nothing follows
}

TEST(Smarter, AnApplianceIsFoundOverUdp) {
  EXPECT_EQ(decode_one(udp(false, 40000, hex("64 7e"), port)).message, "get appliance");
  const Message m = decode_one(udp(true, 40000, hex("65 02 16 7e"), port));
  EXPECT_EQ(m.protocol, "smarter");
  EXPECT_EQ(value(m, "appliance"), "Smarter Coffee");
  EXPECT_EQ(value(m, "version"), "22");
  EXPECT_EQ(decode_one(udp(true, 40000, hex("64 7e"), 5000)).protocol, "udp");
}

TEST(Smarter, EveryCutIsToldAsSomething) {
  check_every_boundary({status + hex("03 00 7e") + hex("14 01 5f 07 7e 00 7e"),
                        hex("33 04 02 05 01 7e 64 7e"), port});
  check_every_cut(hex("65 02 16 7e"), port);
}

}  // namespace
}  // namespace brewproof::wire
