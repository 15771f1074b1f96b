#include "rig/bench/bench_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/rig/bench/named_drivers.h"

namespace brewproof {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

// A bench of 27 lines; tests replace one piece of it.
constexpr std::string_view whole = R"(brewproof: bench/1
name: kiosk-1
dut: {maker: Kalerm, model: K95, serial: KD00412, firmware: 2.1.7, mac: ["02:C0:ff:ee:00:01"],
      state: {account: test, consent: accepted, modifications: [wires]}}
resources:
  panel:  {driver: lcus_relay, port: /dev/ttyUSB0, channels: 4}
  reader: {driver: qibixx_mdb, port: /dev/ttyACM0}
  meter:  {driver: pzem004t, port: /dev/ttyUSB1}
controls:
  espresso: {output: panel/1, press: 300 ms, max_on: 1 s}
  latte:    {output: panel/2, press: 300 ms, max_on: 1 s}
  dummy:    {output: panel/4, press: 300 ms, max_on: 1 s, for: sham}
  card:     {reader: reader}
  watts:    {meter: meter, quantity: power}
ready: {watts: {below: 30 W, for: 2 s}}
payment: emulated
network:
  capture: eth1
  sentinel: off
  paths: {ethernet: captured, wifi: blocked}
consumables:
  beans: {holds: 40, use: {espresso: 1, latte: 2}}
limits: {cups: 60, payments: 50, money: 200.00 EUR, wall_clock: 6 h}
safe: {panel: all off}
)";

class BenchFileTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Result<BenchFile> read(const std::string& text) {
    const std::string path = folder_ + "/b.yaml";
    std::ofstream(path) << text;
    return read_bench_file(path, testing::named_drivers());
  }
  // The faults after `from` was replaced by `to`, with the folder cut off; "" = none.
  std::string faults(std::string_view from, std::string_view to) {
    std::string text(whole);
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    const auto bench = read(text);
    if (bench) return "";
    EXPECT_EQ(bench.error().code, ErrorCode::bad_file);
    std::string message = bench.error().message;
    for (std::size_t cut = 0; (cut = message.find(folder_ + "/")) != std::string::npos;)
      message.erase(cut, folder_.size() + 1);
    return message;
  }

  std::string folder_ =
      (std::filesystem::temp_directory_path() / ("bench_file_" + std::to_string(getpid())))
          .string();
};

TEST_F(BenchFileTest, AWholeFileIsReadAsAValue) {
  const auto bench = read(std::string(whole));
  ASSERT_TRUE(bench) << bench.error().message;
  EXPECT_EQ(bench->name, "kiosk-1");
  EXPECT_EQ(bench->text, whole);
  EXPECT_EQ(bench->dut_json,
            R"({"firmware":"2.1.7","mac":["02:c0:ff:ee:00:01"],"maker":"Kalerm","model":"K95",)"
            R"("serial":"KD00412","state":{"account":"test","consent":"accepted",)"
            R"("modifications":["wires"]}})");
  EXPECT_THAT(bench->dut_macs, ElementsAre("02:c0:ff:ee:00:01"));
  EXPECT_THAT(bench->dut_identities, ElementsAre("KD00412", "02:c0:ff:ee:00:01"));

  const ResourceConfig& panel = bench->resources.at("panel");
  EXPECT_EQ(panel.driver, "lcus_relay");
  EXPECT_EQ(panel.options.at("port"), "/dev/ttyUSB0");
  EXPECT_EQ(panel.options.at("channels"), "4");
  EXPECT_TRUE(panel.place.ends_with("/b.yaml:6:11")) << panel.place;

  const ControlConfig& latte = bench->controls.at("latte");
  EXPECT_EQ(latte.kind, ControlConfig::Kind::output);
  EXPECT_EQ(latte.resource, "panel");
  EXPECT_EQ(latte.channel, 2);
  EXPECT_EQ(latte.press, 300ms);
  EXPECT_EQ(latte.max_on, 1s);
  EXPECT_FALSE(latte.for_sham);
  EXPECT_TRUE(bench->controls.at("dummy").for_sham);
  EXPECT_EQ(bench->controls.at("card").kind, ControlConfig::Kind::reader);
  EXPECT_EQ(bench->controls.at("watts").quantity, "power");

  ASSERT_EQ(bench->ready.size(), 1U);
  EXPECT_EQ(bench->ready[0].control, "watts");
  EXPECT_EQ(bench->ready[0].below, 30.0);
  EXPECT_EQ(bench->ready[0].hold, 2s);
  EXPECT_EQ(bench->payment, "emulated");
  EXPECT_EQ(bench->network.capture, "eth1");
  EXPECT_FALSE(bench->network.sentinel);
  EXPECT_EQ(bench->network.paths.at("wifi"), "blocked");
  ASSERT_EQ(bench->consumables.size(), 1U);
  EXPECT_EQ(bench->consumables[0].use.at("latte"), 2);
  EXPECT_EQ(bench->consumables[0].service, "refill");
  EXPECT_EQ(bench->consumables[0].by, "");
  EXPECT_EQ(bench->consumables[0].conditioning, "");
  EXPECT_EQ(bench->limits.cups, 60);
  EXPECT_EQ(bench->limits.money, (Money{20000, "EUR"}));
  EXPECT_EQ(bench->limits.wall_clock, 6h);
  EXPECT_THAT(bench->safe_order, ElementsAre("panel"));
}

// The same bench with a real terminal, of which the file says `terminal`.
std::string with_terminal(const std::string& terminal) {
  std::string text(whole);
  for (const auto& [from, to] : {std::pair<std::string, std::string>{
                                     "port: /dev/ttyACM0}", "port: /dev/ttyACM0, sniff: only}"},
                                 {"  card:     {reader: reader}\n", ""},
                                 {"payment: emulated\n", "payment: real\n" + terminal}})
    text.replace(text.find(from), from.size(), to);
  return text;
}

TEST_F(BenchFileTest, ARealTerminalIsKnownByAddressesOfItsOwn) {
  const auto bench = read(with_terminal(
      "terminal: {maker: Example, serial: T0001, mac: [\"02:7E:00:00:00:01\"], address: "
      "[10.77.0.60]}\n"));
  ASSERT_TRUE(bench) << bench.error().message;
  EXPECT_EQ(bench->payment, "real");
  ASSERT_TRUE(bench->terminal);
  EXPECT_THAT(bench->terminal->addresses, ElementsAre("02:7e:00:00:00:01", "10.77.0.60"));
  EXPECT_THAT(bench->terminal->identities, ElementsAre("T0001", "02:7e:00:00:00:01", "10.77.0.60"));
  EXPECT_EQ(bench->terminal->json,
            R"({"address":["10.77.0.60"],"mac":["02:7e:00:00:00:01"],"maker":"Example",)"
            R"("serial":"T0001"})");
  const auto unknown = read(with_terminal(""));
  ASSERT_TRUE(unknown) << unknown.error().message;
  EXPECT_FALSE(unknown->terminal);
}

TEST_F(BenchFileTest, WhatIsWrongWithATerminalIsToldAtItsPlace) {
  const auto told = [this](const std::string& text) {
    const auto bench = read(text);
    return bench ? "" : bench.error().message.substr(folder_.size() + 1);
  };
  EXPECT_EQ(told(with_terminal("terminal: {serial: T1}\n")),
            "b.yaml:16:11: terminal has neither mac nor address: what it sends could not be told "
            "from what the machine sends. Where it sends nothing over network.capture, leave it "
            "out");
  EXPECT_EQ(told(with_terminal("terminal: {mac: [\"02:c0:ff:ee:00:01\"]}\n")),
            "b.yaml:16:18: terminal.mac[1]: 02:c0:ff:ee:00:01 is the machine's too: nobody could "
            "tell the two apart. Where the terminal sends through the machine, leave `terminal` "
            "out");
  EXPECT_EQ(told(with_terminal("terminal: {address: [pay.example]}\n")),
            "b.yaml:16:22: terminal.address[1] is 'pay.example': an IP address is expected, as "
            "10.77.0.60");
  EXPECT_EQ(told(with_terminal("terminal: {macs: [\"02:7e:00:00:00:01\"], address: [::1]}\n")),
            "b.yaml:16:12: unknown key terminal.macs; did you mean 'mac'?");
}

TEST_F(BenchFileTest, BesideARealTerminalNothingAnswersOnItsBus) {
  EXPECT_EQ(faults("payment: emulated", "payment: real"),
            "b.yaml:16:10: payment is real, and control card (b.yaml:13:13) stands in for the "
            "terminal: take it out, and show the card by an output with `drives: payment`\n"
            "b.yaml:16:10: payment is real, and resource reader (b.yaml:7:11) would answer on the "
            "bus beside the terminal: give it `sniff: only`, or take it out");
  EXPECT_EQ(
      faults("payment: emulated", "payment: emulated\nterminal: {mac: [\"02:7e:00:00:00:01\"]}"),
      "b.yaml:17:11: terminal tells of a real one: it needs `payment: real`, and payment is "
      "emulated");
  EXPECT_EQ(faults("port: /dev/ttyACM0}", "port: /dev/ttyACM0, sniff: only}"),
            "b.yaml:13:22: controls.card.reader: resource reader has `sniff: only` and shows no "
            "card");
}

TEST_F(BenchFileTest, BootMessagesOfTheMachineAreKept) {
  std::string text(whole);
  text.replace(text.find("model: K95"), 10, "model: K95, boot: [POST /v1/devices]");
  const auto bench = read(text);
  ASSERT_TRUE(bench) << bench.error().message;
  EXPECT_THAT(bench->boot_messages, ElementsAre("POST /v1/devices"));
}

TEST_F(BenchFileTest, AConsumableSaysHowItIsPutRight) {
  const std::string use = "use: {espresso: 1, latte: 2}";
  EXPECT_EQ(faults(use, use + ", service: clean, by: latte, conditioning: espresso"), "");
  EXPECT_EQ(faults(use, use + ", service: refil"),
            "b.yaml:22:61: consumables.beans.service: 'refil' is not possible here; did you mean "
            "'refill'?");
  EXPECT_EQ(faults(use, use + ", by: latta"),
            "b.yaml:22:56: consumables.beans.by: there is no output control 'latta'; did you mean "
            "'latte'?");
  EXPECT_EQ(faults(use, use + ", by: card"),
            "b.yaml:22:56: consumables.beans.by: there is no output control 'card'; known here: "
            "dummy, espresso, latte");
  EXPECT_EQ(faults(use, use + ", conditioning: dummy"),
            "b.yaml:22:66: consumables.beans.conditioning: control dummy is for sham only: "
            "pressing it does nothing to the machine");
}

TEST_F(BenchFileTest, SaysWhatTheMachineDrawsByItself) {
  const auto bench =
      read(std::string(whole) + "by_itself: {watts: {below: 900 W, within: 10 s}}\n");
  ASSERT_TRUE(bench) << bench.error().message;
  ASSERT_EQ(bench->by_itself.size(), 1U);
  EXPECT_EQ(bench->by_itself[0].below, 900.0);
  EXPECT_EQ(bench->by_itself[0].within, 10s);
}

TEST_F(BenchFileTest, TheMachinesBooksAreReadFromAResourceThatCan) {
  std::string text(whole);
  text.replace(text.find("controls:"), 9, "  audit: {driver: dex, port: /dev/ttyUSB2}\ncontrols:");
  const auto with = [&](const std::string& books) { return read(text + "books: " + books + "\n"); };
  const auto bench = with("{from: audit, every: trial, within: 20 s}");
  ASSERT_TRUE(bench) << bench.error().message;
  ASSERT_TRUE(bench->books);
  EXPECT_EQ(bench->books->resource, "audit");
  EXPECT_EQ(bench->books->every, BooksConfig::Every::trial);
  EXPECT_EQ(bench->books->within, 20s);
  EXPECT_TRUE(is_apart(*bench, "audit"));
  const auto shortest = with("{from: audit}");
  ASSERT_TRUE(shortest && shortest->books);
  EXPECT_EQ(shortest->books->every, BooksConfig::Every::block);
  EXPECT_FALSE(read(text)->books);
  const auto fault = [&](const std::string& books) { return with(books).error().message; };
  EXPECT_THAT(fault("{from: meter}"),
              ::testing::HasSubstr("b.yaml:26:15: from: there is no resource 'meter' that reads "
                                   "the machine's books"));
  EXPECT_THAT(fault("{from: audit, every: day}"), ::testing::HasSubstr("b.yaml:26:29"));
  EXPECT_THAT(fault("{from: audit, within: 1 h}"),
              ::testing::HasSubstr("a reading takes between 1 s and 10 min"));
}

TEST_F(BenchFileTest, AnUnknownDriverIsToldWithTheNearestOne) {
  EXPECT_EQ(faults("lcus_relay", "lcus_rely"),
            "b.yaml:6:20: there is no driver 'lcus_rely'; did you mean 'lcus_relay'?");
  EXPECT_EQ(
      faults("lcus_relay", "arduino"),
      "b.yaml:6:20: there is no driver 'arduino'; known here: lcus_relay, qibixx_mdb, "
      "pzem004t, scale, hid_relay, tasmota, program, gpio, gpio_input, frames, dex, cctalk, ...");
}

TEST_F(BenchFileTest, OptionsAreTheDriversOwn) {
  EXPECT_EQ(faults("port: /dev/ttyUSB0", "prot: /dev/ttyUSB0"),
            "b.yaml:6:11: resources.panel must have exactly one of port and usb: where is the "
            "device? (see ls -l /dev/serial/by-path)\n"
            "b.yaml:6:32: unknown key resources.panel.prot; did you mean 'port'?");
  EXPECT_EQ(faults("channels: 4", "channels: 0"),
            "b.yaml:6:62: resources.panel.channels is '0': it must be from 1 to 64");
  EXPECT_EQ(
      faults("port: /dev/ttyACM0", "port: 7"),
      "b.yaml:7:38: resources.reader.port: '7' is a number: put it in quotes to make it text");
}

TEST_F(BenchFileTest, OnAndOffAreADriversWordsButNoIsDoubtful) {
  EXPECT_EQ(faults("port: /dev/ttyACM0", "port: /dev/ttyACM0, sniff: on"), "");
  EXPECT_EQ(faults("port: /dev/ttyACM0", "port: /dev/ttyACM0, sniff: NO"),
            "b.yaml:7:59: 'NO' needs quotes: some YAML readers take it for a boolean");
}

TEST_F(BenchFileTest, ADeviceIsFoundByPortOrByItsUsbAdapterNotByBoth) {
  EXPECT_EQ(faults("port: /dev/ttyUSB0", "port: /dev/ttyUSB0, usb: {serial: A1B2}"),
            "b.yaml:6:11: resources.panel must have exactly one of port and usb: where is the "
            "device? (see ls -l /dev/serial/by-path)");
  EXPECT_EQ(faults("port: /dev/ttyUSB0", "usb: {serial: A1B2}"), "");
}

TEST_F(BenchFileTest, TwoResourcesOnOnePortAreRefused) {
  EXPECT_EQ(
      faults("/dev/ttyUSB1", "/dev/ttyUSB0"),
      "b.yaml:8:11: resources.meter has the port '/dev/ttyUSB0' of resource panel: devices on "
      "one bus need an address each");
}

TEST_F(BenchFileTest, DevicesOnOneBusHaveAnAddressEach) {
  const auto on_one_port = [this](const std::string& first, const std::string& second) {
    std::string text(whole);
    text.replace(text.find("{driver: lcus_relay, port: /dev/ttyUSB0, channels: 4}"), 53,
                 "{driver: pzem004t, port: /dev/bus" + first + "}");
    text.replace(text.find("{driver: pzem004t, port: /dev/ttyUSB1}"), 38,
                 "{driver: pzem004t, port: /dev/bus" + second + "}");
    const auto bench = read(text);
    return bench ? "" : bench.error().message;
  };
  EXPECT_THAT(on_one_port(", address: 1", ", address: 2"),
              ::testing::Not(::testing::HasSubstr("has the port")));
  EXPECT_THAT(on_one_port(", address: 1", ", address: 1"),
              ::testing::HasSubstr("resources.meter has the port '/dev/bus' of resource panel"));
  EXPECT_THAT(on_one_port(", address: 1", ""), ::testing::HasSubstr("need an address each"));
}

TEST_F(BenchFileTest, VidAndPidAreFourHexDigitsInAnyCase) {
  const std::string board = "{driver: hid_relay, usb: {path: 1-1.4, vid: 16C0, pid: 0483}}";
  std::string text(whole);
  text.replace(text.find("{driver: lcus_relay, port: /dev/ttyUSB0, channels: 4}"), 53, board);
  const auto bench = read(text);
  ASSERT_TRUE(bench) << bench.error().message;
  const auto& options = bench->resources.at("panel").options;
  EXPECT_EQ(options.at("usb.path"), "1-1.4");
  EXPECT_EQ(options.at("usb.vid"), "16c0");
  EXPECT_EQ(options.at("usb.pid"), "0483");

  EXPECT_EQ(
      faults("{driver: lcus_relay, port: /dev/ttyUSB0, channels: 4}",
             "{driver: hid_relay, usb: {vid: 16c, pid: 05dg}}"),
      "b.yaml:6:42: resources.panel.usb.vid is '16c': four hex digits are expected, as 16c0\n"
      "b.yaml:6:52: resources.panel.usb.pid is '05dg': four hex digits are expected, as 16c0");
  EXPECT_EQ(faults("{driver: lcus_relay, port: /dev/ttyUSB0, channels: 4}",
                   "{driver: hid_relay, usb: {}}"),
            "b.yaml:6:36: resources.panel.usb says nothing: give path, vid and pid, or serial");
}

TEST_F(BenchFileTest, ControlsNameResourcesThatExist) {
  EXPECT_EQ(faults("panel/1", "pannel/1"),
            "b.yaml:10:22: there is no resource 'pannel'; did you mean 'panel'?");
  EXPECT_EQ(faults("reader: reader}", "reader: read}"),
            "b.yaml:13:22: there is no resource 'read'; did you mean 'reader'?");
}

TEST_F(BenchFileTest, ControlsNeedADriverOfTheirKind) {
  EXPECT_EQ(faults("panel/1", "meter/1"),
            "b.yaml:10:22: controls.espresso.output: driver pzem004t of resource meter is no "
            "switch");
  EXPECT_EQ(faults("{reader: reader}", "{reader: panel}"),
            "b.yaml:13:22: controls.card.reader: driver lcus_relay of resource panel is no reader");
}

TEST_F(BenchFileTest, ChannelsCountFromOneToTheBoardsLast) {
  EXPECT_EQ(faults("panel/4", "panel/5"),
            "b.yaml:12:22: controls.dummy.output: panel has 4 channels only");
  const std::string shape = ": a resource and a channel from 1 are expected, as panel/1";
  EXPECT_EQ(faults("panel/1", "panel/0"),
            "b.yaml:10:22: controls.espresso.output is 'panel/0'" + shape);
  EXPECT_EQ(faults("panel/1", "panel"),
            "b.yaml:10:22: controls.espresso.output is 'panel'" + shape);
  EXPECT_EQ(faults("panel/1", "panel/1x"),
            "b.yaml:10:22: controls.espresso.output is 'panel/1x'" + shape);
}

TEST_F(BenchFileTest, TwoControlsOnOneChannelAreRefused) {
  EXPECT_EQ(faults("panel/2", "panel/1"),
            "b.yaml:11:22: controls.latte.output: channel 'panel/1' is already control espresso");
}

TEST_F(BenchFileTest, APressIsNoLongerThanMaxOn) {
  EXPECT_EQ(faults("max_on: 1 s}", "max_on: 200 ms}"),
            "b.yaml:10:38: controls.espresso.press is longer than max_on (200 ms): the contact "
            "would be opened early");
  EXPECT_EQ(faults("press: 300 ms", "press: 0 ms"),
            "b.yaml:10:38: controls.espresso.press must be at least 1 ms");
  EXPECT_EQ(faults(", max_on: 1 s}", "}"), "b.yaml:10:13: controls.espresso.max_on is missing");
}

TEST_F(BenchFileTest, AControlIsExactlyOneThing) {
  EXPECT_EQ(faults("{reader: reader}", "{reader: reader, meter: meter}"),
            "b.yaml:13:13: controls.card must have exactly one of output, input, reader and meter");
  EXPECT_EQ(faults("{reader: reader}", "{raeder: reader}"),
            "b.yaml:13:13: controls.card must have exactly one of output, input, reader and meter\n"
            "b.yaml:13:14: unknown key controls.card.raeder; did you mean 'reader'?");
}

TEST_F(BenchFileTest, AMeterIsAskedForWhatItMeasures) {
  EXPECT_EQ(faults("driver: pzem004t", "driver: scale"),
            "b.yaml:14:38: controls.watts.quantity: driver scale of resource meter measures no "
            "power, but mass");
}

TEST_F(BenchFileTest, CoinsAreWorthMinorUnitsByTheirNumber) {
  const auto slot = [&](const std::string& coins) {
    std::string text(whole);
    for (const auto& [from, to] : std::map<std::string, std::string>{
             {"{driver: pzem004t, port: /dev/ttyUSB1}",
              "{driver: cctalk, port: /dev/ttyUSB1, coins: " + coins + "}"},
             {"quantity: power", "quantity: credit"},
             {"below: 30 W", "below: 1.50 EUR"}})
      text.replace(text.find(from), from.size(), to);
    return read(text);
  };
  const auto bench = slot("[5, 0, 20]");
  ASSERT_TRUE(bench) << bench.error().message;
  const auto& options = bench->resources.at("meter").options;
  EXPECT_EQ(options.at("coins.0"), "5");
  EXPECT_EQ(options.at("coins.2"), "20");
  EXPECT_FALSE(options.contains("coins.3"));
  EXPECT_EQ(bench->ready.front().below, 150);
  EXPECT_FALSE(slot("[-5]"));
  EXPECT_FALSE(slot("5"));
}

TEST_F(BenchFileTest, ACounterIsAQuantityAndCommandsAreAllowedByName) {
  const auto bench = read_bench_file(BREWPROOF_SOURCE_DIR "/tests/data/bench/good/counted.yaml",
                                     testing::named_drivers());
  ASSERT_TRUE(bench) << bench.error().message;
  EXPECT_EQ(bench->controls.at("cups").quantity, "count_espresso");
  EXPECT_EQ(bench->ready.at(1).unit, "count");
  const ResourceConfig& machine = bench->resources.at("machine");
  EXPECT_EQ(machine.options.at("allow.0"), "FN:01");
  EXPECT_EQ(machine.options.at("allow.1"), "FN:02");
  EXPECT_EQ(faults("meter, quantity: power", "meter, quantity: count_"),
            "b.yaml:15:16: ready.watts: control watts measures count_ in count, and the threshold "
            "is in W");
  EXPECT_EQ(faults("driver: pzem004t", "driver: jura"),
            "b.yaml:14:38: controls.watts.quantity: driver jura of resource meter measures no "
            "power, but count_espresso count_rinse");
}

TEST_F(BenchFileTest, InterlocksNameOtherOutputs) {
  EXPECT_EQ(faults("max_on: 1 s}", "max_on: 1 s, excludes: [latte], needs: [dummy]}"), "");
  EXPECT_EQ(faults("max_on: 1 s}", "max_on: 1 s, excludes: [late]}"),
            "b.yaml:10:70: there is no output or input control 'late'; did you mean 'latte'?");
  EXPECT_EQ(faults("max_on: 1 s}", "max_on: 1 s, needs: [espresso]}"),
            "b.yaml:10:67: controls.espresso.needs[1]: an output cannot name itself");
}

TEST_F(BenchFileTest, ReadinessIsAskedOfAMeterInItsUnit) {
  EXPECT_EQ(faults("ready: {watts: {below: 30 W", "ready: {wats: {below: 30 W"),
            "b.yaml:15:15: ready.wats: there is no meter control 'wats'; did you mean 'watts'?");
  EXPECT_EQ(faults("below: 30 W", "below: 30 V"),
            "b.yaml:15:16: ready.watts: control watts measures power in W, and the threshold is in "
            "V");
  EXPECT_EQ(faults("below: 30 W, ", ""),
            "b.yaml:15:16: ready.watts has no threshold: add `above: 500 W` or `below: 30 W`, or "
            "`is: on` for an input");
}

TEST_F(BenchFileTest, MacAddressesAreSixPairsOfHexDigits) {
  EXPECT_EQ(
      faults("02:C0:ff:ee:00:01", "02:C0:ff:ee:00"),
      "b.yaml:3:74: dut.mac[1] is '02:c0:ff:ee:00': a MAC address is six pairs of hex digits, "
      "as 02:c0:ff:ee:00:01\n"
      "b.yaml:18:12: dut.mac is missing: without it the machine's packets cannot be told from "
      "others");
  EXPECT_EQ(faults("02:C0:ff:ee:00:01", "03:C0:ff:ee:00:01"),
            "b.yaml:3:74: dut.mac[1]: 03:c0:ff:ee:00:01 is a group address, which no device sends "
            "from");
}

TEST_F(BenchFileTest, StateIsFreeButNotDoubtful) {
  EXPECT_EQ(faults("consent: accepted", "consent: NO"),
            "b.yaml:4:39: 'NO' needs quotes: some YAML readers take it for a boolean");
}

TEST_F(BenchFileTest, NetworkPathsHaveFourStates) {
  EXPECT_EQ(faults("wifi: blocked", "wifi: blockd"),
            "b.yaml:20:37: network.paths.wifi: 'blockd' is not possible here; did you mean "
            "'blocked'?");
  EXPECT_EQ(faults("wifi: blocked", "wlan: blocked"),
            "b.yaml:20:31: unknown key network.paths.wlan; known here: wifi, cellular, bluetooth, "
            "reader_modem");
  EXPECT_EQ(faults("capture: eth1", "capture: averyveryverylongname"),
            "b.yaml:18:12: network.capture: 'averyveryverylongname' is no name of a network "
            "interface (see `ip link`)");
}

TEST_F(BenchFileTest, ANetworkDeviceIsReachedByAnotherInterfaceThanTheCapturedOne) {
  const std::string port = "meter:  {driver: pzem004t, port: /dev/ttyUSB1}";
  const auto by = [](const std::string& interface) {
    return "meter:  {driver: tasmota, host: \"192.168.7.20:8080\", interface: " + interface + "}";
  };
  const std::string mend =
      " is on the captured interface eth1: what the rig says to this device would be captured too; "
      "reach it by another interface";
  EXPECT_EQ(faults(port, by("eth2")), "");
  EXPECT_EQ(faults(port, by("eth10")), "");
  EXPECT_EQ(faults(port, by("eth1")), "b.yaml:8:67: resources.meter.interface: 'eth1'" + mend);
  EXPECT_EQ(faults(port, by("eth1.7")), "b.yaml:8:67: resources.meter.interface: 'eth1.7'" + mend);
  EXPECT_EQ(faults(port, by("averyveryverylongname")),
            "b.yaml:8:67: resources.meter.interface: 'averyveryverylongname' is no name of a "
            "network interface (see `ip link`)");
  EXPECT_EQ(faults(port, "meter:  {driver: tasmota, host: 192.168.7.20}"),
            "b.yaml:8:11: resources.meter.interface is missing");
}

TEST_F(BenchFileTest, AProgramIsGivenAsItsArguments) {
  const std::string board = "{driver: lcus_relay, port: /dev/ttyUSB0, channels: 4}";
  std::string text(whole);
  text.replace(
      text.find(board), board.size(),
      "{driver: program, \"on\": [lamp, \"1\", a b], \"off\": [lamp, \"0\"], within: 2 s}");
  const auto bench = read(text);
  ASSERT_TRUE(bench) << bench.error().message;
  const auto& options = bench->resources.at("panel").options;
  EXPECT_EQ(options.at("on.0"), "lamp");
  EXPECT_EQ(options.at("on.1"), "1");
  EXPECT_EQ(options.at("on.2"), "a b");
  EXPECT_FALSE(options.contains("on.3"));
  EXPECT_EQ(options.at("within"), "2000");
  EXPECT_THAT(faults(board, "{driver: program, on: [lamp], \"off\": [lamp]}"),
              ::testing::HasSubstr("the key 'on' needs quotes"));
  const auto fault = [&](const std::string& program) { return faults(board, program); };
  EXPECT_THAT(fault("{driver: program, \"on\": [lamp, 1], \"off\": [lamp]}"),
              ::testing::HasSubstr("b.yaml:6:42: resources.panel.on"));
  EXPECT_THAT(fault("{driver: program, \"on\": lamp, \"off\": [lamp]}"),
              ::testing::HasSubstr("b.yaml:6:35: resources.panel.on"));
  EXPECT_THAT(fault("{driver: program, \"on\": [lamp], \"off\": []}"),
              ::testing::HasSubstr("b.yaml:6:50: resources.panel.off"));
  EXPECT_THAT(fault("{driver: program, \"on\": [lamp], \"off\": [lamp], within: 5}"),
              ::testing::HasSubstr("b.yaml:6:66: resources.panel.within: '5' has no unit"));
  EXPECT_THAT(fault("{driver: program, \"on\": [lamp]}"),
              ::testing::HasSubstr("resources.panel.off is missing"));
}

TEST_F(BenchFileTest, GpioLinesAreNumbersInTheOrderOfTheChannels) {
  const std::string board = "{driver: lcus_relay, port: /dev/ttyUSB0, channels: 4}";
  std::string text(whole);
  text.replace(text.find(board), board.size(),
               "{driver: gpio, chip: /dev/gpiochip0, lines: [17, 27, 4, 5], active: low}");
  const auto bench = read(text);
  ASSERT_TRUE(bench) << bench.error().message;
  const auto& options = bench->resources.at("panel").options;
  EXPECT_EQ(options.at("lines.0"), "17");
  EXPECT_EQ(options.at("lines.3"), "5");
  EXPECT_EQ(options.at("active"), "low");
  EXPECT_THAT(faults(board, "{driver: gpio, chip: /dev/gpiochip0, lines: [-1]}"),
              ::testing::HasSubstr("b.yaml:6:56: resources.panel.lines"));
  EXPECT_THAT(faults(board, "{driver: gpio, chip: /dev/gpiochip0, lines: 17}"),
              ::testing::HasSubstr("b.yaml:6:55: resources.panel.lines"));
  EXPECT_THAT(faults(board, "{driver: gpio, chip: /dev/gpiochip0, lines: []}"),
              ::testing::HasSubstr("b.yaml:6:55: resources.panel.lines"));
}

TEST_F(BenchFileTest, LimitsHaveUnits) {
  EXPECT_EQ(faults("money: 200.00 EUR", "money: 200.00"),
            "b.yaml:23:41: limits.money: '200.00' has no unit: write it as 1.05 EUR");
  EXPECT_EQ(faults("wall_clock: 6 h", "wall_clock: 6 hours"),
            "b.yaml:23:65: limits.wall_clock: '6 hours' has an unknown unit of time 'hours'; known "
            "here: ns, us, ms, s, min, h");
  EXPECT_EQ(faults("cups: 60", "cups: 060"),
            "b.yaml:23:16: limits.cups: '060' is doubtful: some YAML readers take it for an octal "
            "number; write a decimal whole number");
}

TEST_F(BenchFileTest, SafeNamesBoardsWithOutputs) {
  EXPECT_EQ(faults("{panel: all off}", "{meter: all off}"),
            "b.yaml:24:15: safe.meter: resource meter has no outputs");
  EXPECT_EQ(faults("{panel: all off}", "{panel: of}"),
            "b.yaml:24:15: safe.panel: 'of' is not possible here; known here: all off");
}

TEST_F(BenchFileTest, BoardsThatSafeDoesNotNameAreMadeSafeToo) {
  std::string text(whole);
  text.erase(text.find("safe:"));
  const auto bench = read(text);
  ASSERT_TRUE(bench) << bench.error().message;
  EXPECT_THAT(bench->safe_order, ElementsAre("panel"));
}

TEST_F(BenchFileTest, ThreeFaultsAreToldAtOnce) {
  EXPECT_EQ(faults("brewproof: bench/1\nname: kiosk-1\n", "brewproof: bench/2\nnmae: kiosk-1\n"),
            "b.yaml:1:1: name is missing\n"
            "b.yaml:1:12: this is 'bench/2', and a file that begins with `brewproof: bench/1` is "
            "expected\n"
            "b.yaml:2:1: unknown key nmae; did you mean 'name'?");
}

TEST_F(BenchFileTest, NoTruncationCrashesAndMostAreTold) {
  int read_well = 0;
  for (std::size_t length = 0; length < whole.size(); ++length)
    if (read(std::string(whole.substr(0, length)))) ++read_well;
  // Only where the cut leaves complete top-level keys, from `controls` on.
  EXPECT_GT(read_well, 0);
  EXPECT_LT(read_well, 150);
}

TEST_F(BenchFileTest, NoChangedByteCrashes) {
  using namespace std::string_view_literals;
  constexpr std::string_view bytes = "\0\x04\t\n\r !\"#%&'*,-0:>?@[]`{|}~\x7f\x80\xc3\xff"sv;
  for (std::size_t at = 0; at < whole.size(); at += 3) {
    std::string text(whole);
    text[at] = bytes[(at / 3) % bytes.size()];
    const auto bench = read(text);
    EXPECT_TRUE(bench || !bench.error().message.empty());
  }
}

TEST_F(BenchFileTest, WhatDoesHarmRefusesToBeUnguardedAtItsPlace) {
  for (const std::string driven : {"heater", "pump", "mains", "payment"}) {
    const std::string with = "max_on: 1 s, drives: " + driven + "}\n  latte: ";
    std::string text(whole);
    const std::string without = "max_on: 1 s}\n  latte: ";
    text.replace(text.find(without), without.size(), with);
    EXPECT_TRUE(read(text)) << driven;
    text += "guardian: off\n";
    const auto bench = read(text);
    ASSERT_FALSE(bench) << driven;
    EXPECT_THAT(bench.error().message,
                ::testing::HasSubstr("b.yaml:10:67: controls.espresso.drives is " + driven +
                                     ": such an output must not be unguarded"));
  }
}

TEST_F(BenchFileTest, APulseIntoACoinInputIsMoneyAndGuarded) {
  const auto coin = [](const std::string& keys) {
    std::string text(whole);
    const std::string latte = "max_on: 1 s}\n  latte: ";
    text.replace(text.find(latte), latte.size(), "max_on: 1 s, " + keys + "}\n  latte: ");
    return text;
  };
  const auto bench = read(coin("worth: 0.50 EUR"));
  ASSERT_TRUE(bench) << bench.error().message;
  EXPECT_EQ(bench->controls.at("espresso").worth, (Money{50, "EUR"}));
  EXPECT_EQ(bench->controls.at("espresso").drives, ControlConfig::Drives::payment);
  EXPECT_FALSE(bench->controls.at("latte").worth);
  EXPECT_TRUE(read(coin("worth: 0.50 EUR, drives: payment")));
  EXPECT_THAT(read(coin("worth: 0.50 EUR, drives: heater")).error().message,
              ::testing::HasSubstr("b.yaml:10:84: controls.espresso.drives is 'heater': what a "
                                   "pulse of is worth money drives payment"));
  EXPECT_THAT(read(coin("worth: 0.00 EUR")).error().message,
              ::testing::HasSubstr("controls.espresso.worth must be more than 0"));
  EXPECT_THAT(read(coin("worth: 0.50 EUR, for: sham")).error().message,
              ::testing::HasSubstr("what is for sham is worth nothing"));
  std::string conditioned = coin("worth: 0.50 EUR");
  const std::string use = "use: {espresso: 1, latte: 2}";
  conditioned.replace(conditioned.find(use), use.size(), use + ", conditioning: espresso");
  EXPECT_THAT(read(conditioned).error().message,
              ::testing::HasSubstr("consumables.beans.conditioning: a press of espresso is money"));
  EXPECT_THAT(read(coin("worth: 0.50 EUR") + "guardian: off\n").error().message,
              ::testing::HasSubstr("controls.espresso.worth is payment: such an output must not be "
                                   "unguarded"));
}

TEST_F(BenchFileTest, AButtonMayBeUnguarded) {
  const auto bench = read(std::string(whole) + "guardian: off\n");
  ASSERT_TRUE(bench) << bench.error().message;
  EXPECT_FALSE(bench->guardian);
}

TEST_F(BenchFileTest, ADrinkHasTwoMinutesToFinishUnlessTheFileSaysOtherwise) {
  EXPECT_EQ(read(std::string(whole))->finish, 2min);
  EXPECT_EQ(read(std::string(whole) + "stop: {finish: 90 s}\n")->finish, 90s);
}

// `whole` with two input resources: one for sensors, one for the stop button.
class InputsTest : public BenchFileTest {
 protected:
  Result<BenchFile> read_with(const std::string& controls, const std::string& more) {
    std::string text(whole);
    text.insert(text.find("controls:"),
                "  sensors: {driver: gpio_input, chip: /dev/gpiochip0, lines: [5, 6]}\n"
                "  button: {driver: gpio_input, chip: /dev/gpiochip0, lines: [7, 8]}\n");
    text.insert(text.find("ready:"),
                "  cup: {input: sensors/1}\n  e_stop: {input: button/1}\n" + controls);
    return read(text + more);
  }
  std::string faults_with(const std::string& controls, const std::string& more) {
    const auto bench = read_with(controls, more);
    return bench ? "" : bench.error().message;
  }
};

TEST_F(InputsTest, AnEmergencyInputIsWatchedAndHasItsResourceForItself) {
  const auto bench = read_with("", "emergency: {e_stop: off}\n");
  ASSERT_TRUE(bench) << bench.error().message;
  EXPECT_EQ(bench->controls.at("cup").kind, ControlConfig::Kind::input);
  EXPECT_EQ(bench->controls.at("cup").channel, 1);
  ASSERT_EQ(bench->emergency.size(), 1U);
  EXPECT_EQ(bench->emergency[0].control, "e_stop");
  EXPECT_FALSE(bench->emergency[0].on);
  EXPECT_TRUE(is_apart(*bench, "button"));
  EXPECT_FALSE(is_apart(*bench, "sensors"));
  EXPECT_THAT(
      faults_with("  door: {input: button/2}\n", "emergency: {e_stop: off}\n"),
      ::testing::HasSubstr("e_stop is on resource button, which door uses too: an emergency "
                           "input needs a resource of its own"));
}

TEST_F(InputsTest, NothingElseDependsOnAnEmergencyInput) {
  EXPECT_THAT(faults_with("  hot: {output: panel/3, press: 300 ms, max_on: 1 s, needs: [e_stop]}\n",
                          "emergency: {e_stop: off}\n"),
              ::testing::HasSubstr("e_stop: nothing is switched while it says stop; take it out of "
                                   "hot's needs and excludes"));
  std::string text(whole);
  EXPECT_THAT(faults_with("", "emergency: {cup: on, watts: on}\n"),
              ::testing::HasSubstr("there is no input control 'watts'"));
}

TEST_F(InputsTest, AConditionOnAnInputIsAState) {
  const auto ready = [this](const std::string& condition) {
    std::string text(whole);
    text.replace(text.find("ready: {watts: {below: 30 W, for: 2 s}}"), 39, "ready: " + condition);
    text.insert(text.find("controls:"),
                "  sensors: {driver: gpio_input, chip: /dev/gpiochip0, lines: [5, 6]}\n");
    text.insert(text.find("ready:"), "  cup: {input: sensors/1}\n");
    return read(text);
  };
  const auto bench = ready("{cup: {is: on, for: 1 s}}");
  ASSERT_TRUE(bench) << bench.error().message;
  EXPECT_EQ(bench->ready[0].above, 0.5);
  const auto watts = ready("{watts: {is: on}}");
  ASSERT_FALSE(watts);
  EXPECT_THAT(watts.error().message, ::testing::HasSubstr("there is no input control 'watts'"));
  const auto cup = ready("{cup: {below: 30 W}}");
  ASSERT_FALSE(cup);
  EXPECT_THAT(cup.error().message, ::testing::HasSubstr("there is no meter control 'cup'"));
}

}  // namespace
}  // namespace brewproof
