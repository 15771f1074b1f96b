// The questions of `init` and the bench file that comes of the answers.

#include "rig/command/init/interview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "drivers/catalogue.h"
#include "rig/bench/bench_file.h"
#include "tests/rig/command/station_values.h"

namespace brewproof {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Asked {
  Result<BenchDraft> draft;
  std::string said;
};

Asked ask(const Found& found, std::string answers) {
  std::FILE* in = ::fmemopen(answers.data(), answers.size(), "r");
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* out = ::open_memstream(&text, &size);
  Questions questions(in, out, true);
  Asked asked{interview(found, questions), ""};
  std::fclose(in);
  std::fclose(out);
  asked.said.assign(text, size);
  std::free(text);
  return asked;
}

Found nothing() { return {.boards = {}, .interfaces = {}, .drivers = driver_table()}; }

// What `lint` says of the file; "" where nothing.
std::string faults_of(const BenchDraft& draft) {
  const auto path = std::filesystem::path(::testing::TempDir()) /
                    ("interview-" + std::to_string(getpid()) + ".bench.yaml");
  std::ofstream(path) << bench_text(draft, "bench.schema.json");
  const auto read = read_bench_file(path, driver_table());
  std::filesystem::remove(path);
  return read ? "" : read.error().message;
}

TEST(Interview, WhatWasFoundIsTheAnswerOfEnter) {
  const Found found{.boards = boards_of(with_ports({ch340("ttyUSB0", "1-1.4")}), driver_table()),
                    .interfaces = {eth1()},
                    .drivers = driver_table()};
  const Asked asked =
      ask(found,
          "kiosk-1\nKalerm\nK95\nKD00412\n2.1.7\n"
          "1\n\n"                // eth1, and the one machine heard there
          "\n\nlcus_relay\n4\n"  // the board found, its driver, which Enter does not choose
          "none\nnone\n"         // no reader, no meter
          "1=espresso 2=latte\n4\n"
          "\n\n");
  ASSERT_TRUE(asked.draft) << asked.draft.error().message << asked.said;
  EXPECT_EQ(bench_text(*asked.draft, "./bench.schema.json"),
            R"(# yaml-language-server: $schema=./bench.schema.json
# What is wired to what on this bench, as `brewproof init` asked for it. After a change
# `brewproof lint` tells every fault, `brewproof doctor --bench` whether it all answers.
brewproof: bench/1
name: kiosk-1
dut:
  maker: Kalerm
  model: K95
  serial: KD00412
  firmware: 2.1.7
  mac: ["02:c0:ff:ee:00:01"]
  # What else describes its state, in keys of your own:
  # state: {account: test, region: CN, consent: accepted}
# Where the boards are. `brewproof devices` prints such lines, `devices --known` all options.
resources:
  # 1a86:7523 is an adapter on boards of several kinds: that it is lcus_relay here was said,
  # not seen. `brewproof doctor --bench` asks the board.
  panel: {driver: lcus_relay, usb: {path: 1-1.4, vid: 1a86, pid: 7523}, channels: 4}
# What a person could do at the machine. `press` is how long a contact is held, `max_on`
# the time after which it is opened whatever happens.
controls:
  espresso: {output: panel/1, press: 300 ms, max_on: 1 s}
  latte: {output: panel/2, press: 300 ms, max_on: 1 s}
  # Wired to nothing: the same relay, click and all, for the trials that must not reach
  # the machine.
  dummy: {output: panel/4, press: 300 ms, max_on: 1 s, for: sham}
# Every way out of the machine: captured, blocked, absent or unobserved. As long as one is
# unobserved, `none seen` proves little; say blocked or absent only where you made sure.
network:
  capture: eth1
  paths: {ethernet: captured, wifi: unobserved, cellular: unobserved, bluetooth: unobserved, reader_modem: unobserved}
# A run stops before one of these is exceeded.
limits: {cups: 60, wall_clock: 6 h}
# The order in which outputs are made safe.
safe: {panel: all off}
)");
  EXPECT_EQ(faults_of(*asked.draft), "");
  EXPECT_THAT(asked.said, HasSubstr("  1a86:7523 is an adapter on boards of several kinds, "
                                    "lcus_relay, modbus_relay among them: nothing here tells which "
                                    "this is; its label or its seller does.\n"));
  EXPECT_THAT(asked.said, HasSubstr("  an answer is needed"));
}

TEST(Interview, ABoardThatSaysWhatItIsIsTakenWithEnter) {
  Found found = nothing();
  found.boards = boards_of(with_usb({hid("1-1.2", "16c0", "05df", "www.dcttech.com", "USBRelay4")}),
                           driver_table());
  const Asked asked = ask(found, "b\nM\nN\n\n\n\n\n\n\n\nnone\nnone\n\n\n\n\n");
  ASSERT_TRUE(asked.draft) << asked.draft.error().message << asked.said;
  EXPECT_EQ(asked.draft->panel->driver, "dcttech");
  EXPECT_THAT(bench_text(*asked.draft, "s"), Not(HasSubstr("not seen")));
}

TEST(Interview, PortsThatNobodyFoundMayBeTyped) {
  const Asked asked = ask(nothing(),
                          "bench-2\nKalerm\nK95\nnone\nnone\nnone\nnone\n"
                          "/run/sim/panel\nlcus_relay\nnone\n"
                          "/run/sim/reader\nqibixx_mdb\n"
                          "/run/sim/meter\npzem004t\n"
                          "1=espresso\nnone\n"
                          "10\n20\n50.00 EUR\n30 min\n");
  ASSERT_TRUE(asked.draft) << asked.draft.error().message << asked.said;
  const std::string text = bench_text(*asked.draft, "bench.schema.json");
  EXPECT_THAT(text, AllOf(HasSubstr("  panel: {driver: lcus_relay, port: /run/sim/panel}\n"),
                          HasSubstr("  reader: {driver: qibixx_mdb, port: /run/sim/reader}\n"),
                          HasSubstr("  meter: {driver: pzem004t, port: /run/sim/meter}\n"),
                          HasSubstr("  card: {reader: reader}\n"),
                          HasSubstr("ready: {watts: {below: 30 W, for: 2 s}}\n"),
                          HasSubstr("payment: emulated\n"),
                          HasSubstr("limits: {cups: 10, payments: 20, money: 50.00 EUR, "
                                    "wall_clock: 30 min}\n")));
  EXPECT_EQ(faults_of(*asked.draft), "");
}

TEST(Interview, ABenchWithNothingOnItIsStillAFile) {
  const Asked asked = ask(nothing(), "\nM\nN\n\n\n\n\n\n\n\nnone\nnone\n");
  ASSERT_TRUE(asked.draft) << asked.draft.error().message << asked.said;
  EXPECT_EQ(asked.draft->name, "bench-1");
  EXPECT_EQ(faults_of(*asked.draft), "");
}

TEST(Interview, WhatCannotBeIsToldAndAskedAgain) {
  const Asked asked = ask(nothing(),
                          "b\n\nM\nN\n\n\n\n"
                          "02:c0:ff:ee:00\n03:c0:ff:ee:00:01\n02:C0:FF:EE:00:01\n"
                          "ttyUSB0\n/run/sim/panel\nlcus\nlcus_relay\n\n"
                          "\n\n"
                          "espresso\n1=espresso 1=latte\n1=espresso 2=espresso\n1=espresso\n1\n2\n"
                          "-1\n60\n6 hours\n6 h\n");
  ASSERT_TRUE(asked.draft) << asked.draft.error().message << asked.said;
  EXPECT_THAT(
      asked.said,
      AllOf(HasSubstr("an answer is needed"), HasSubstr("six pairs of hex digits"),
            HasSubstr("group address"), HasSubstr("that is none of them"),
            HasSubstr("there is no such driver"), HasSubstr("write CHANNEL=NAME"),
            HasSubstr("channel 1 is named twice"), HasSubstr("the name espresso is taken"),
            HasSubstr("channel 1 is espresso"), HasSubstr("a whole number from 1 to 1000000")));
  EXPECT_EQ(asked.draft->mac, "02:c0:ff:ee:00:01");
  EXPECT_EQ(asked.draft->duration, "6 h");
  EXPECT_EQ(faults_of(*asked.draft), "");
}

TEST(Interview, ACaptureWithoutTheMachinesAddressIsNotAccepted) {
  FoundInterface silent = eth1();
  silent.heard.clear();
  Found found = nothing();
  found.interfaces = {silent};
  const Asked asked = ask(found, "b\nM\nN\n\n\neth1\n\nnone\n02:c0:ff:ee:00:01\n\n\n\n\n\n");
  ASSERT_TRUE(asked.draft) << asked.draft.error().message << asked.said;
  EXPECT_THAT(asked.said, HasSubstr("without it the machine's packets cannot be told from others"));
  EXPECT_EQ(faults_of(*asked.draft), "");
}

TEST(Interview, TheWireOnWhichSomebodyIsHeardIsOfferedFirst) {
  FoundInterface office = eth1(), idle = eth1(), wire = eth1();
  office.name = "eth0";  // has the station's own address
  idle.name = "eth2";
  idle.addresses.clear();
  idle.heard.clear();
  wire.name = "eth3";
  wire.addresses.clear();
  Found found = nothing();
  found.interfaces = {office, idle, wire};
  EXPECT_EQ(ask(found, "b\nM\nN\n\n\n\n\n\n\n\n\n\n").draft.value().capture, "eth3");
  found.interfaces = {office, idle};
  EXPECT_EQ(ask(found, "b\nM\nN\n\n\n\n02:c0:ff:ee:00:01\n\n\n\n\n\n").draft.value().capture,
            "eth2");
}

TEST(Interview, ABoardIsGivenOneRole) {
  Found found = nothing();
  found.boards =
      boards_of(with_ports({ch340("ttyUSB0", "1-1.3"), ch340("ttyUSB1", "1-1.4")}), driver_table());
  const Asked asked = ask(found, "b\nM\nN\n\n\n\n\n1\nmodbus_relay\n\nnone\n1\n\nnone\nnone\n\n\n");
  ASSERT_TRUE(asked.draft) << asked.draft.error().message << asked.said;
  EXPECT_EQ(asked.draft->panel->place, "usb: {path: 1-1.3, vid: 1a86, pid: 7523}");
  EXPECT_EQ(asked.draft->meter->place, "usb: {path: 1-1.4, vid: 1a86, pid: 7523}");
  EXPECT_EQ(asked.draft->meter->driver, "pzem004t");
}

TEST(Interview, AnswersThatYamlWouldReadOtherwiseStayText) {
  const Asked asked = ask(nothing(), "NO\n\"quoted\" \\ maker\n95\n0777\n1.10\n\n\n\n\n\n\n\n");
  ASSERT_TRUE(asked.draft) << asked.draft.error().message << asked.said;
  EXPECT_EQ(faults_of(*asked.draft), "");
  EXPECT_THAT(bench_text(*asked.draft, "s"),
              AllOf(HasSubstr("name: \"NO\"\n"), HasSubstr("model: \"95\"\n"),
                    HasSubstr("maker: \"\\\"quoted\\\" \\\\ maker\"\n")));
}

TEST(BenchText, OptionsStandAsDriversTakeThem) {
  BenchDraft draft;
  draft.name = "b";
  draft.maker = draft.model = "M";
  draft.panel = ResourceDraft{"panel",
                              "gpio",
                              "chip: /dev/gpiochip0",
                              {{"lines", "[17, 27]"}, {"active", "low"}, {"address", "007"}}};
  EXPECT_THAT(bench_text(draft, "s"),
              HasSubstr("  panel: {driver: gpio, chip: /dev/gpiochip0, lines: [17, 27], "
                        "active: low, address: \"007\"}\n"));
}

TEST(Interview, TheEndOfTheAnswersIsAnErrorAtEveryQuestion) {
  const std::string all =
      "b\nM\nN\n\n\n\n\n/p\nlcus_relay\n\n/r\nqibixx_mdb\n/m\npzem004t\n\n\n\n\n\n\n";
  ASSERT_TRUE(ask(nothing(), all).draft);
  for (std::size_t lines = 1; lines < static_cast<std::size_t>(std::ranges::count(all, '\n'));
       ++lines) {
    std::size_t end = 0;
    for (std::size_t i = 0; i < lines; ++i) end = all.find('\n', end) + 1;
    const Asked asked = ask(nothing(), all.substr(0, end));
    ASSERT_FALSE(asked.draft) << lines;
    EXPECT_EQ(asked.draft.error().code, ErrorCode::usage);
  }
}

TEST(Interview, AnAnswerWithEscapesIsNotTaken) {
  const Asked asked = ask(nothing(), "\x1b[2J\nb\nM\nN\n\n\n\n\n\n\n\n\n\n");
  ASSERT_TRUE(asked.draft);
  EXPECT_EQ(asked.draft->name, "b");
  EXPECT_THAT(asked.said, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace brewproof
