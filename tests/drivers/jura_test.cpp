// A Jura's service port, scripted on a pseudo-terminal: the encodings as in the sources named in
// drivers/jura.cpp, one of them as it was captured from a machine.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

#include "drivers/jura/encoding.h"
#include "drivers/jura/guarded.h"
#include "drivers/shipped_tables.h"
#include "rig/bench/service_model.h"
#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;

const Bytes ty = hex("DB DF DF DF  DF FB DF DF  FB FB FF DB  DF FF DB DB  FB FB DB DB");
const Bytes an_01 = hex(
    "DF DB DB DF  FB FF DB DF  FB FB FF DB  DB DB FF DB  DF DB FF DB  DF FF DB DB  FB FB DB DB");
const Bytes fa_04 = hex(
    "FB DF DB DF  DF DB DB DF  FB FB FF DB  DB DB FF DB  DB DF FF DB  DF FF DB DB  FB FB DB DB");
const Bytes ok = hex("FF FF FB DF  FF FB FB DF  FB FB FF DB  DF FF DB DB  FB FB DB DB");
// "TY:" as it was captured on a machine's line, where the highest bit is 0.
const Bytes captured_ty = hex("5B 5F 5F 5F 5F 7B 5F 5F 7B 7B 7F 5B 5F 7F 5B 5B 7B 7B 5B 5B");
const std::string row = "110C0C3E19550BB3000002140077536400460012167800030002029800000087";

/// As a machine writes it: the highest bit is 0. Worked out apart from the driver's.
Bytes wire(std::string_view text) {
  Bytes bytes;
  for (const char c : std::string(text) + "\r\n")
    for (int shift = 0; shift < 8; shift += 2) {
      constexpr std::array<std::uint8_t, 4> of_pair{0x5B, 0x5F, 0x7B, 0x7F};
      bytes.push_back(of_pair.at(static_cast<unsigned char>(c) >> shift & 3));
    }
  return bytes;
}

void in_turn(PtyPeer& m, const Bytes& asked, const Bytes& said) {
  m.expect(asked);
  m.say(said);
}

void in_turn(PtyPeer& m, std::string_view asked, std::string_view said) {
  Bytes bytes = wire(asked);
  for (std::uint8_t& byte : bytes) byte |= 0x80;
  in_turn(m, bytes, wire(said));
}

/// A machine that says this of itself when it is opened; the script goes on from there.
PtyPeer::Script known_machine(const std::function<void(PtyPeer&)>& script = {},
                              const std::string& type = "ty:EF532M V02.03") {
  return [script, type](PtyPeer& m) {
    in_turn(m, ty, wire(type));
    if (script) script(m);
  };
}

struct Plugged {
  Station station;
  std::unique_ptr<Device> device;

  explicit Plugged(const PtyPeer& peer, std::map<std::string, std::string> options = {}) {
    options["port"] = peer.path();
    options.emplace("model", "e6");
    device = station.opened("jura", std::move(options));
  }
};

constexpr milliseconds press{300};

TEST(Jura, AKeyIsPressedAndOkIsNoReadBack) {
  PtyPeer peer(known_machine([](PtyPeer& m) { in_turn(m, fa_04, ok); }));
  Plugged port(peer);
  ASSERT_TRUE(port.device);
  EXPECT_EQ(port.device->identity(), "Jura \"EF532M V02.03\", as model e6");
  ASSERT_TRUE(port.device->as_pulse_switch()->times(1));
  const auto sent = port.device->as_pulse_switch()->pulse(1, press);
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_TRUE(sent->first_reply);
  EXPECT_EQ(port.device->as_switch()->read_back(), ReadBack::none);
  EXPECT_EQ(port.device->as_switch()->read(1).value(), std::nullopt);
}

TEST(Jura, AKeyIsNotHeldAndOffSaysNothing) {
  PtyPeer peer(known_machine([](PtyPeer& m) { m.expect_silence(milliseconds(200)); }));
  Plugged port(peer);
  ASSERT_TRUE(port.device);
  EXPECT_FAILS(port.device->as_switch()->set(1, true), ErrorCode::usage,
               "dev: espresso is pressed and not held");
  EXPECT_TRUE(port.device->as_switch()->set(1, false));
  EXPECT_TRUE(port.device->as_switch()->all_off());
  peer.wait();
}

TEST(Jura, AChannelThatItHasNotIsToldWithThoseItHas) {
  PtyPeer peer(known_machine());
  Plugged port(peer);
  ASSERT_TRUE(port.device);
  EXPECT_FAILS(port.device->as_pulse_switch()->pulse(6, press), ErrorCode::usage,
               "dev has no channel 6: model e6 has 1 espresso, 2 ristretto, 3 hot_water, 4 "
               "cappuccino, 5 coffee");
}

TEST(Jura, CountersAreWordsOfItsMemory) {
  PtyPeer peer(known_machine([](PtyPeer& m) {
    in_turn(m, "RT:0000", "rt:" + row);
    in_turn(m, "RT:0000", "rt:" + row);
    in_turn(m, "RE:10", "re:8747");
  }));
  Plugged port(peer, {{"model", "f50"}});
  ASSERT_TRUE(port.device);
  Meter& meter = *port.device->as_meter();
  EXPECT_EQ(meter.read("count_mild_coffee").value().value, 4364);
  EXPECT_EQ(meter.read("count_rinse").value().value, 21348);
  EXPECT_EQ(meter.read("count_brews_for_life").value().value, 34631);
  EXPECT_FAILS(meter.read("count_espresso"), ErrorCode::usage,
               "dev does not measure \"count_espresso\": model f50 has count_brews count_brews_");
}

TEST(Jura, InputsAreBitsByModel) {
  PtyPeer peer(known_machine([](PtyPeer& m) {
    for (const char* all : {"ic:DFB01E00", "ic:D7B01E00", "ic:CFB01E00"}) in_turn(m, "IC:", all);
    for (const char* all : {"ic:CEB01E00", "ic:D9B01E00"}) in_turn(m, "IC:", all);
  }));
  Plugged port(peer, {{"model", "f50"}});
  ASSERT_TRUE(port.device);
  Input& input = *port.device->as_input();
  EXPECT_TRUE(input.sense(1).value());
  EXPECT_FALSE(input.sense(1).value());
  EXPECT_FALSE(input.sense(2).value());
  EXPECT_TRUE(input.sense(1).value());
  EXPECT_TRUE(input.sense(3).value());
  EXPECT_FAILS(input.sense(4), ErrorCode::usage,
               "dev has no input 4: model f50 has 1 tank, 2 tray, 3 cleaning");
}

TEST(Jura, AModelThatTheMachineIsNotIsAnError) {
  PtyPeer peer(known_machine({}, "ty: PIM V01.01"));
  Station station;
  EXPECT_FAILS(station.open("jura", {{"port", peer.path()}, {"model", "e6"}}), ErrorCode::bad_file,
               "model is e6, whose machines say EF532M, and this one says \"PIM V01.01\": that "
               "would be j6");
  EXPECT_FAILS(station.open("jura", {{"port", peer.path()}, {"model", "e66"}}), ErrorCode::bad_file,
               "model is \"e66\": one of e6, ena, f50, f7, j6 is expected");
}

TEST(Jura, WithoutAModelItIsWhatOnlyOneSays) {
  PtyPeer one(known_machine({}, "ty:EPSILON MASK 11"));
  Plugged port(one, {{"model", ""}});
  ASSERT_TRUE(port.device);
  EXPECT_EQ(port.device->identity(), "Jura \"EPSILON MASK 11\", as model f50");
  PtyPeer several(known_machine());
  Station station;
  EXPECT_FAILS(station.open("jura", {{"port", several.path()}}), ErrorCode::bad_file,
               "the machine says that it is \"EF532M V02.03\", as several do: give `model`, one of "
               "e6, f50");
  PtyPeer unknown(known_machine({}, "ty:E30   MASK 3"));
  EXPECT_FAILS(station.open("jura", {{"port", unknown.path()}}), ErrorCode::bad_file,
               "which is no model that is known by that");
}

TEST(Jura, WhatIsBeyondKeysIsAllowedOneByOneAndActuatorsAreEnded) {
  PtyPeer peer(known_machine([](PtyPeer& m) {
    in_turn(m, an_01, ok);
    in_turn(m, "FN:01", "ok:");
    in_turn(m, "FN:02", "ok:");
    in_turn(m, "FN:02", "ok:");
  }));
  Plugged port(peer, {{"allow.0", "AN:01"}, {"allow.1", "FN:01"}, {"allow.2", "FN:02"}});
  ASSERT_TRUE(port.device);
  EXPECT_EQ(port.device->identity(),
            "Jura \"EF532M V02.03\", as model e6, allowed AN:01, allowed FN:01");
  PulseSwitch& pulses = *port.device->as_pulse_switch();
  EXPECT_TRUE(pulses.times(6));
  EXPECT_TRUE(pulses.pulse(6, press));
  // The pump stays on until it is told off: no board ends it.
  EXPECT_FALSE(pulses.times(7));
  EXPECT_FAILS(pulses.pulse(7, press), ErrorCode::usage, "dev: pump is not pressed for 300 ms");
  EXPECT_TRUE(port.device->as_switch()->set(7, true));
  EXPECT_TRUE(port.device->as_switch()->set(7, false));
  EXPECT_TRUE(port.device->as_switch()->all_off());
  EXPECT_FAILS(pulses.pulse(8, press), ErrorCode::usage, "5 coffee, 6 switch on, 7 pump");
}

// The program that drove it is gone, and the machine may be silent: what could be on goes off.
TEST(Jura, OffComesBeforeAnyQuestionWhereTheBoardMustBeSafe) {
  PtyPeer peer([](PtyPeer& m) {
    in_turn(m, "FN:04", "ok:");
    m.expect_silence(milliseconds(200));
  });
  Station station;
  const DriverEntry* entry = find_driver(driver_table(), "jura");
  auto opened = entry->open({.name = "dev",
                             .driver = "jura",
                             .options = {{"port", peer.path()},
                                         {"model", "e6"},
                                         {"allow.0", "FN:03"},
                                         {"allow.1", "FN:04"}},
                             .place = "b.yaml:1:1"},
                            {station.clock, {}, nullptr, true});
  ASSERT_TRUE(opened) << opened.error().message;
  peer.wait();
}

TEST(Jura, SilenceIsNoResponseAndNotTheEnd) {
  PtyPeer peer(known_machine([](PtyPeer& m) {
    Bytes asked = wire("RE:10");
    for (std::uint8_t& byte : asked) byte |= 0x80;
    m.expect(asked);
    m.pause(milliseconds(4000));
    in_turn(m, "IC:", "ic:DFB01E00");
  }));
  Plugged port(peer, {{"model", "f50"}});
  ASSERT_TRUE(port.device);
  EXPECT_FAILS(port.device->as_meter()->read("count_brews_for_life"), ErrorCode::timeout,
               "dev: no response to RE:10 within 5000 ms");
  EXPECT_TRUE(port.device->as_input()->sense(1).value());
}

// Thrown away before the next command, or passed over where it comes after it.
TEST(Jura, ALateAnswerIsNotTakenForTheNextOne) {
  PtyPeer peer(known_machine([](PtyPeer& m) {
    Bytes asked = wire("RE:10");
    for (std::uint8_t& byte : asked) byte |= 0x80;
    m.expect(asked);
    m.pause(milliseconds(5200));
    m.say(wire("re:8747"));
    in_turn(m, "RE:10", "re:8748");
    Bytes inputs = wire("IC:");
    for (std::uint8_t& byte : inputs) byte |= 0x80;
    m.expect(inputs);
    m.say(wire("re:8748"));
    m.say(wire("ic:DFB01E00"));
  }));
  Plugged port(peer, {{"model", "f50"}});
  ASSERT_TRUE(port.device);
  Meter& meter = *port.device->as_meter();
  EXPECT_FALSE(meter.read("count_brews_for_life"));
  EXPECT_EQ(meter.read("count_brews_for_life").value().value, 34632);
  EXPECT_TRUE(port.device->as_input()->sense(1).value());
}

TEST(Jura, SomethingElseThanTheAnswerIsAProtocolError) {
  PtyPeer peer(known_machine([](PtyPeer& m) { in_turn(m, "IC:", "ic:DFB"); }));
  Plugged port(peer);
  ASSERT_TRUE(port.device);
  EXPECT_FAILS(port.device->as_input()->sense(1), ErrorCode::protocol,
               "where an answer to IC: was expected");
}

TEST(Jura, EchoNoiseAndAnotherLineBeforeTheAnswerArePassedOver) {
  for (const char* noise : {"F1", "F1 00", "F1 00 F1", "5B 5F 7B 7F 5B"}) {
    PtyPeer peer(known_machine([noise](PtyPeer& m) {
      m.expect(fa_04);
      m.say(fa_04);  // an adapter on two wires
      m.say(hex(noise));
      m.say(wire("ku:1234"));
      m.say(ok);
    }));
    Plugged port(peer);
    ASSERT_TRUE(port.device);
    const auto sent = port.device->as_pulse_switch()->pulse(1, press);
    EXPECT_TRUE(sent) << noise << ": " << sent.error().message;
  }
}

TEST(Jura, UnpluggedInTheMiddleItIsGone) {
  PtyPeer peer(known_machine([](PtyPeer& m) {
    m.expect(fa_04);
    m.say(Bytes(ok.begin(), ok.begin() + 7));
    m.hang_up();
  }));
  Plugged port(peer);
  ASSERT_TRUE(port.device);
  const auto sent = port.device->as_pulse_switch()->pulse(1, press);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::io) << sent.error().message;
  EXPECT_EQ(port.device->as_input()->sense(1).error().code, ErrorCode::io);
}

// One machine for each byte at which an answer can end, or be split, all at once.
TEST(Jura, AnAnswerThatIsCutAtAnyByteIsNone) {
  std::vector<std::thread> machines;
  machines.reserve(ok.size());
  for (std::size_t cut = 0; cut < ok.size(); ++cut)
    machines.emplace_back([cut] {
      PtyPeer peer(known_machine([cut](PtyPeer& m) {
        m.expect(fa_04);
        m.say(Bytes(ok.begin(), ok.begin() + static_cast<std::ptrdiff_t>(cut)));
      }));
      Plugged port(peer);
      ASSERT_TRUE(port.device);
      EXPECT_FALSE(port.device->as_pulse_switch()->pulse(1, press)) << cut;
    });
  for (std::thread& machine : machines) machine.join();
}

TEST(Jura, AnAnswerSplitAtAnyByteIsRead) {
  const Bytes whole = wire("ic:DFB01E00");
  std::vector<std::thread> machines;
  machines.reserve(whole.size());
  for (std::size_t cut = 1; cut < whole.size(); ++cut)
    machines.emplace_back([cut, &whole] {
      PtyPeer peer(known_machine([cut, &whole](PtyPeer& m) {
        Bytes asked = wire("IC:");
        for (std::uint8_t& byte : asked) byte |= 0x80;
        m.expect(asked);
        m.say_split(whole, cut);
      }));
      Plugged port(peer, {{"model", "f50"}});
      ASSERT_TRUE(port.device);
      EXPECT_TRUE(port.device->as_input()->sense(1)) << cut;
    });
  for (std::thread& machine : machines) machine.join();
}

// Eight milliseconds between two characters, of which the command has seven.
TEST(Jura, TheMachineIsLeftTimeBetweenCharacters) {
  PtyPeer peer(known_machine([](PtyPeer& m) { in_turn(m, fa_04, ok); }));
  Plugged port(peer);
  ASSERT_TRUE(port.device);
  const auto sent = port.device->as_pulse_switch()->pulse(1, press);
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_GE(sent->after_drain.raw_ns - sent->before_write.raw_ns, 6 * 12 * 1'000'000);
}

std::vector<std::string> lines_in(const Bytes& bytes) {
  jura::LineDecoder decoder;
  decoder.feed(bytes);
  std::vector<std::string> lines;
  while (auto line = decoder.next()) lines.push_back(std::move(*line));
  return lines;
}

TEST(JuraEncoding, IsThatOfTheSources) {
  EXPECT_EQ(jura::encode("TY:\r\n"), ty);
  EXPECT_EQ(jura::encode("AN:01\r\n"), an_01);
  EXPECT_EQ(jura::encode("FA:04\r\n"), fa_04);
  EXPECT_EQ(jura::encode("ok:\r\n"), ok);
}

TEST(JuraEncoding, OnlyTwoPlacesOfAByteAreLookedAt) {
  EXPECT_THAT(lines_in(ty), ::testing::Contains("TY:"));
  EXPECT_THAT(lines_in(captured_ty), ::testing::Contains("TY:"));
  Bytes bare = captured_ty;
  for (std::uint8_t& byte : bare) byte &= 0x24;
  EXPECT_THAT(lines_in(bare), ::testing::Contains("TY:"));
}

TEST(JuraEncoding, ALineIsFoundBehindAnyNumberOfBytes) {
  for (std::size_t noise = 0; noise < 12; ++noise) {
    Bytes bytes(noise, 0x7B);
    const Bytes line = wire("rt:" + row);
    bytes.insert(bytes.end(), line.begin(), line.end());
    EXPECT_THAT(lines_in(bytes), ::testing::Contains(::testing::EndsWith("rt:" + row))) << noise;
  }
}

TEST(JuraEncoding, AnyBytesAreSurvived) {
  std::mt19937_64 random(5);
  jura::LineDecoder decoder;
  for (int i = 0; i < 100'000; ++i) {
    Bytes noise(random() % 16);
    std::ranges::generate(noise, [&] { return static_cast<std::uint8_t>(random()); });
    decoder.feed(noise);
    while (const auto line = decoder.next()) EXPECT_LE(line->size(), 256u);
  }
}

Result<std::vector<jura::Channel>> allowed(const std::vector<std::string>& commands) {
  return jura::allowed_channels(commands);
}

TEST(JuraGuarded, NothingIsAllowedThatIsNotNamedWhole) {
  EXPECT_TRUE(allowed({}).value().empty());
  for (const char* command :
       {"FN", "FN:", "FN:*", "FN:1", "fn:01", "FN:01\r\nFN:03", "FN:99", "AN:03", "FA:04",
        "WE:", "WE:31,271", "WE:31,27122", "WE:3z,2712", "RT:0000", ""})
    EXPECT_FAILS(allowed({command}), ErrorCode::bad_file, "which is no command that could be");
  EXPECT_EQ(allowed({"AN:0A", "WE:31,2712"}).value(),
            (std::vector<jura::Channel>{{"erase the memory", "AN:0A", ""},
                                        {"write 31,2712", "WE:31,2712", ""}}));
  EXPECT_FAILS(allowed({"DR:", "DR:"}), ErrorCode::bad_file, "allow names DR: twice");
}

TEST(JuraGuarded, WhatStaysOnNeedsWhatEndsIt) {
  EXPECT_FAILS(allowed({"FN:03"}), ErrorCode::bad_file,
               "allow names FN:03 (heater), which stays on until FN:04: name that too");
  EXPECT_EQ(
      allowed({"FN:04", "AN:20", "FN:03", "AN:21"}).value(),
      (std::vector<jura::Channel>{{"test mode", "AN:20", "AN:21"}, {"heater", "FN:03", "FN:04"}}));
  EXPECT_EQ(allowed({"FN:02"}).value(), (std::vector<jura::Channel>{{"pump off", "FN:02", ""}}));
}

// What a bench file may name as a quantity is what the models have.
TEST(JuraModels, EveryCounterIsAQuantityOfTheDriver) {
  const DriverEntry* entry = find_driver(driver_table(), "jura");
  std::set<std::string> counters;
  std::vector<std::string> names;
  for (const ShippedTable& shipped : shipped_jura_models()) {
    names.emplace_back(shipped.name);
    const auto model = parse_service_model(std::string(shipped.text), std::string(shipped.name));
    ASSERT_TRUE(model) << model.error().message;
    for (const auto& [name, word] : model->counters) counters.insert("count_" + name);
    EXPECT_FALSE(model->keys.empty()) << shipped.name;
    EXPECT_EQ(model->inputs.at(0).name, "tank") << shipped.name;
    EXPECT_EQ(model->inputs.at(1).name, "tray") << shipped.name;
  }
  EXPECT_THAT(names, ::testing::ElementsAre("e6", "ena", "f50", "f7", "j6"));
  std::string all;
  for (const std::string& counter : counters) all += (all.empty() ? "" : " ") + counter;
  EXPECT_EQ(entry->measures, all);
}

}  // namespace
}  // namespace brewproof::testing
