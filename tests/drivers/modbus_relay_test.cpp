// Modbus RTU relay boards against scripted ones. Frames with their CRC as published by the sources
// named in drivers/modbus_relay.cpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;

const Bytes read_8 = hex("01 01 00 00 00 08 3D CC");
const Bytes none_on = hex("01 01 01 00 51 88");
const Bytes one_and_two_on = hex("01 01 01 03 11 89");
const Bytes on_1 = hex("01 05 00 00 FF 00 8C 3A");
const Bytes off_1 = hex("01 05 00 00 00 00 CD CA");
const Bytes on_8 = hex("01 05 00 07 FF 00 3D FB");
const Bytes all_off = hex("01 05 00 FF 00 00 FD FA");
const Bytes flash_1_700_ms = hex("01 05 02 00 00 07 8D B0");
const Bytes write_refused = hex("01 85 02 C3 51");

void answer(PtyPeer& board, const Bytes& question, ByteView bytes) {
  board.expect(question);
  board.say(bytes);
}
void take(PtyPeer& board, const Bytes& command) { answer(board, command, command); }

struct Plug {
  Station station;
  std::unique_ptr<Device> device;
  Switch* board = nullptr;

  explicit Plug(const PtyPeer& peer, std::map<std::string, std::string> options = {}) {
    options["port"] = peer.path();
    device = station.opened("modbus_relay", options);
    if (device) board = device->as_switch();
  }
};

// A board that was found with nothing on, then plays the rest.
PtyPeer::Script found(PtyPeer::Script then) {
  return [then = std::move(then)](PtyPeer& b) {
    answer(b, read_8, none_on);
    then(b);
  };
}

TEST(ModbusRelay, SwitchesByCoilsAndReadsThemBack) {
  PtyPeer peer(found([](PtyPeer& b) {
    take(b, on_1);
    answer(b, read_8, one_and_two_on);
    answer(b, read_8, one_and_two_on);
    take(b, off_1);
    take(b, on_8);
  }));
  Plug plug(peer);
  ASSERT_TRUE(plug.board);
  EXPECT_EQ(plug.device->identity(),
            "Waveshare Modbus relay board, 8 channels, answers at address 01");
  EXPECT_EQ(plug.board->read_back(), ReadBack::latch);
  EXPECT_TRUE(plug.board->set(1, true));
  EXPECT_EQ(plug.board->read(2).value(), true);
  EXPECT_EQ(plug.board->read(3).value(), false);
  EXPECT_TRUE(plug.board->set(1, false));
  EXPECT_TRUE(plug.board->set(8, true));
}

TEST(ModbusRelay, AllOffIsOneCommand) {
  PtyPeer peer(found([](PtyPeer& b) { take(b, all_off); }));
  Plug plug(peer);
  EXPECT_TRUE(plug.board->all_off());
}

TEST(ModbusRelay, ThePulseOfAWaveshareBoardIsTimedByTheBoard) {
  PtyPeer peer(found([](PtyPeer& b) {
    take(b, flash_1_700_ms);
    b.expect_silence(milliseconds(50));
  }));
  Plug plug(peer);
  PulseSwitch* pulses = plug.device->as_pulse_switch();
  ASSERT_TRUE(pulses);
  EXPECT_EQ(pulses->range().step, milliseconds(100));
  EXPECT_EQ(pulses->range().least, milliseconds(100));
  EXPECT_TRUE(pulses->pulse(1, milliseconds(700)));
  EXPECT_FAILS(pulses->pulse(1, milliseconds(750)), ErrorCode::usage, "in steps of 100");
  EXPECT_FAILS(pulses->pulse(1, milliseconds(0)), ErrorCode::usage, "a pulse of 0 ms");
  peer.wait();
}

TEST(ModbusRelay, LcTechBoardsAreAtFfAndGoOffByFunction0F) {
  PtyPeer peer([](PtyPeer& b) {
    answer(b, hex("FF 01 00 00 00 08 28 12"), hex("FF 01 01 01 A1 A0"));
    take(b, hex("FF 05 00 00 FF 00 99 E4"));
    take(b, hex("FF 05 00 00 00 00 D8 14"));
    answer(b, hex("FF 0F 00 00 00 08 01 00 70 5D"), hex("FF 0F 00 00 00 08 41 D3"));
  });
  Plug plug(peer, {{"dialect", "lc_tech"}});
  EXPECT_EQ(plug.device->as_pulse_switch(), nullptr);
  EXPECT_TRUE(plug.board->set(1, true));
  EXPECT_TRUE(plug.board->set(1, false));
  EXPECT_TRUE(plug.board->all_off());
}

TEST(ModbusRelay, LegacyBoardsCountFromOneTake0100AndAreNotAsked) {
  PtyPeer peer([](PtyPeer& b) {
    b.expect(hex("01 05 00 01 01 00 9D 9A"));
    b.expect(hex("01 05 00 01 00 00 9C 0A"));
    b.expect(hex("01 05 00 01 00 00 9C 0A"));
    b.expect(hex("01 05 00 02 00 00 6C 0A"));
  });
  Plug plug(peer, {{"dialect", "legacy"}, {"channels", "2"}});
  EXPECT_EQ(plug.board->read_back(), ReadBack::none);
  EXPECT_TRUE(plug.board->set(1, true));
  EXPECT_EQ(plug.board->read(1).value(), std::nullopt);
  EXPECT_TRUE(plug.board->set(1, false));
  EXPECT_TRUE(plug.board->all_off());
  peer.wait();
}

TEST(ModbusRelay, AChannelThatIsNotThereIsAskedOfNobody) {
  PtyPeer peer(found([](PtyPeer& b) { b.expect_silence(milliseconds(50)); }));
  Plug plug(peer);
  EXPECT_FAILS(plug.board->set(0, true), ErrorCode::usage, "no channel 0");
  EXPECT_FAILS(plug.board->read(9), ErrorCode::usage, "no channel 9: its board has 8");
  EXPECT_FAILS(plug.device->as_pulse_switch()->pulse(9, milliseconds(100)), ErrorCode::usage,
               "no channel 9");
  peer.wait();
}

TEST(ModbusRelay, BadOptionsAreToldBeforeThePortIsOpened) {
  Station station;
  EXPECT_FAILS(station.open("modbus_relay", {{"port", "/dev/none"}, {"dialect", "waveshar"}}),
               ErrorCode::bad_file, "waveshare, lc_tech or legacy");
  EXPECT_FAILS(station.open("modbus_relay", {{"port", "/dev/none"}, {"address", "0"}}),
               ErrorCode::bad_file, "1 to 255");
}

TEST(ModbusRelay, SilenceIsATimeoutThatSaysWhatToLookAt) {
  PtyPeer peer;
  Station station;
  EXPECT_FAILS(station.open("modbus_relay", {{"port", peer.path()}}), ErrorCode::timeout,
               "address 01 did not answer within 200 ms: is the board powered");
}

TEST(ModbusRelay, ARefusalIsToldInTheStandardsWords) {
  PtyPeer peer(found([](PtyPeer& b) { answer(b, on_1, write_refused); }));
  Plug plug(peer);
  EXPECT_FAILS(plug.board->set(1, true), ErrorCode::protocol,
               "refuses to write FF00 to coil 0000: Illegal data address (02)");
}

TEST(ModbusRelay, AnotherCoilsAnswerIsNotTaken) {
  PtyPeer peer(found([](PtyPeer& b) { answer(b, on_1, on_8); }));
  Plug plug(peer);
  EXPECT_FAILS(plug.board->set(1, true), ErrorCode::protocol, "no whole answer");
}

TEST(ModbusRelay, AnAnswerFromAnotherAddressIsNotTaken) {
  PtyPeer peer(found([](PtyPeer& b) { answer(b, read_8, hex("02 01 01 00 51 CC")); }));
  Plug plug(peer);
  EXPECT_FAILS(plug.board->read(1), ErrorCode::protocol, "address 01 was asked");
}

TEST(ModbusRelay, AStuckRelayIsReadBackAsItIs) {
  PtyPeer peer(found([](PtyPeer& b) {
    take(b, on_1);
    answer(b, read_8, none_on);
  }));
  Plug plug(peer);
  EXPECT_TRUE(plug.board->set(1, true));
  EXPECT_EQ(plug.board->read(1).value(), false);
}

TEST(ModbusRelay, AWrongCheckIsNoAnswer) {
  PtyPeer peer(found([](PtyPeer& b) { answer(b, read_8, hex("01 01 01 03 11 88")); }));
  Plug plug(peer);
  EXPECT_FAILS(plug.board->read(1), ErrorCode::protocol, "no whole answer with a right CRC");
}

TEST(ModbusRelay, ATruncatedAnswerAtAnyByteIsNoAnswer) {
  PtyPeer peer(found([](PtyPeer& b) {
    for (std::size_t cut = 1; cut < one_and_two_on.size(); ++cut)
      answer(b, read_8, ByteView(one_and_two_on).first(cut));
    for (std::size_t cut = 1; cut < on_1.size(); ++cut) answer(b, on_1, ByteView(on_1).first(cut));
  }));
  Plug plug(peer);
  for (std::size_t cut = 1; cut < one_and_two_on.size(); ++cut)
    EXPECT_FAILS(plug.board->read(1), ErrorCode::protocol, "no whole answer");
  for (std::size_t cut = 1; cut < on_1.size(); ++cut)
    EXPECT_FAILS(plug.board->set(1, true), ErrorCode::protocol, "no whole answer");
}

TEST(ModbusRelay, AnAnswerSplitAtAnyByteIsRead) {
  PtyPeer peer(found([](PtyPeer& b) {
    for (std::size_t cut = 1; cut < one_and_two_on.size(); ++cut) {
      b.expect(read_8);
      b.say_split(one_and_two_on, cut);
    }
  }));
  Plug plug(peer);
  for (std::size_t cut = 1; cut < one_and_two_on.size(); ++cut)
    EXPECT_EQ(plug.board->read(2).value(), true) << "split after " << cut;
}

TEST(ModbusRelay, EchoAndNoiseBeforeAnAnswerArePassedOver) {
  PtyPeer peer(found([](PtyPeer& b) {
    b.expect(on_1);
    b.say(on_1);
    b.say(on_1);
    b.expect(read_8);
    b.say(read_8);
    b.say(one_and_two_on);
    answer(b, read_8, hex("F1 00 01 01 01 01 01 03 11 89"));
  }));
  Plug plug(peer);
  EXPECT_TRUE(plug.board->set(1, true));
  EXPECT_EQ(plug.board->read(1).value(), true);
  EXPECT_EQ(plug.board->read(2).value(), true);
}

TEST(ModbusRelay, ALateAnswerIsNotTakenForTheNextOne) {
  PtyPeer peer(found([](PtyPeer& b) {
    b.expect(read_8);
    b.pause(milliseconds(350));
    b.say(one_and_two_on);  // of the question that has timed out
    answer(b, read_8, none_on);
  }));
  Plug plug(peer);
  EXPECT_FAILS(plug.board->read(1), ErrorCode::timeout, "did not answer within 200 ms");
  EXPECT_EQ(plug.board->read(1).value(), false);
}

TEST(ModbusRelay, OffDoesNotWaitForAnAnswerThatIsStillOwed) {
  PtyPeer peer(found([](PtyPeer& b) {
    b.expect(read_8);
    take(b, all_off);
  }));
  Plug plug(peer);
  EXPECT_FAILS(plug.board->read(1), ErrorCode::timeout, "did not answer");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(plug.board->all_off());
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(400));  // owed for 500 ms
}

TEST(ModbusRelay, WhatIsGluedToAnAnswerIsNotTheNextOne) {
  PtyPeer peer(found([](PtyPeer& b) {
    b.expect(read_8);
    Bytes twice = none_on;
    twice.insert(twice.end(), one_and_two_on.begin(), one_and_two_on.end());
    b.say(twice);
    answer(b, read_8, none_on);
  }));
  Plug plug(peer);
  EXPECT_EQ(plug.board->read(1).value(), false);
  EXPECT_EQ(plug.board->read(1).value(), false);
}

TEST(ModbusRelay, UnpluggedInMidFrameIsAnIoErrorAndStaysOne) {
  PtyPeer peer(found([](PtyPeer& b) {
    answer(b, on_1, ByteView(on_1).first(5));
    b.pause(milliseconds(20));
    b.hang_up();
  }));
  Plug plug(peer);
  EXPECT_FAILS(plug.board->set(1, true), ErrorCode::io, "the device is gone");
  EXPECT_FAILS(plug.board->all_off(), ErrorCode::io, "the device is gone");
}

TEST(ModbusRelay, HarmlessIsAReading) {
  PtyPeer peer(found([](PtyPeer& b) { answer(b, read_8, none_on); }));
  Plug plug(peer);
  EXPECT_TRUE(plug.device->harmless_exchange());
}

TEST(ModbusRelay, FramesAreApartByTheSilenceThatEndsThem) {
  PtyPeer peer(found([](PtyPeer& b) {
    for (int i = 0; i < 20; ++i) answer(b, read_8, none_on);
  }));
  Plug plug(peer);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(plug.board->read(1));
  const auto& all = plug.station.exchanges;
  for (std::size_t i = 1; i < all.size(); ++i)
    EXPECT_GE(all[i].sent.before_write.raw_ns - all[i - 1].sent.first_reply->raw_ns, 4'000'000);
}

}  // namespace
}  // namespace brewproof::testing
