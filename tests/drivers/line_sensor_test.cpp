// A microcontroller that says what it measures, scripted: literal lines, checks worked out by hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;

const std::string who = "?,cup-1,1.2*68\n";
const std::string echo = "T1,5000000*7C\n", older = "1,4999999,mass,0.1*0A\n",
                  newer = "2,5000010,mass,0.2*0A\n", power = "3,5000020,power,1240.5*4B\n";

// Opened; the script begins behind the question who it is.
struct Wired {
  Station station;
  std::unique_ptr<Device> device;
  Meter* meter = nullptr;

  explicit Wired(const PtyPeer& peer) {
    device = station.opened("line_sensor", {{"port", peer.path()}});
    if (device) meter = device->as_meter();
  }
};

PtyPeer::Script known_board(const std::function<void(PtyPeer&)>& script) {
  return [script](PtyPeer& m) {
    m.expect("?\n");
    m.say(who);
    script(m);
  };
}

void answer(PtyPeer& board, std::string_view question, std::string_view text) {
  board.expect(question);
  board.say(text);
}

TEST(LineSensor, AReadingIsNewerThanItsQuestionByTheBoardsClock) {
  PtyPeer peer(known_board([](PtyPeer& m) {
    answer(m, "T1\n", older + echo + older + power + newer);
    answer(m, "T2\n", "T2,5000100*7E\n4,5000110,power,-3.25*65\n");
  }));
  Wired wired(peer);
  ASSERT_TRUE(wired.meter);
  EXPECT_EQ(wired.device->identity(), "line sensor \"cup-1\", version \"1.2\"");
  const auto mass = wired.meter->read("mass");
  ASSERT_TRUE(mass) << mass.error().message;
  EXPECT_DOUBLE_EQ(mass->value, 0.2);
  EXPECT_DOUBLE_EQ(wired.meter->read("power").value().value, -3.25);
}

TEST(LineSensor, ItsClockMayWrap) {
  PtyPeer peer(known_board([](PtyPeer& m) {
    answer(m, "T1\n", "T1,4294967290*41\n9,4294967280,mass,0.1*3F\n10,4,mass,0.2*39\n");
  }));
  Wired wired(peer);
  ASSERT_TRUE(wired.meter);
  EXPECT_DOUBLE_EQ(wired.meter->read("mass").value().value, 0.2);
}

TEST(LineSensor, WhatStreamsUnaskedIsRecordedAndNotWaitedFor) {
  PtyPeer peer(known_board([](PtyPeer& m) {
    m.say(older + older);
    m.pause(milliseconds(20));
    answer(m, "T1\n", echo + newer);
  }));
  Wired wired(peer);
  ASSERT_TRUE(wired.meter);
  std::this_thread::sleep_for(milliseconds(10));
  EXPECT_DOUBLE_EQ(wired.meter->read("mass").value().value, 0.2);
  EXPECT_EQ(wired.station.received(), who + older + older + echo + newer);
}

TEST(LineSensor, ABoardThatStartsAnewWhenItsPortIsOpenedIsWaitedFor) {
  PtyPeer peer([](PtyPeer& m) {
    m.expect("?\n");  // in its boot loader
    answer(m, "?\n", who);
  });
  Wired wired(peer);
  EXPECT_TRUE(wired.meter);
}

TEST(LineSensor, SilenceIsATimeoutAndAnotherLanguageIsNot) {
  PtyPeer silent;
  Station station;
  EXPECT_FAILS(station.open("line_sensor", {{"port", silent.path()}}), ErrorCode::timeout,
               "does its sketch run");
  PtyPeer other([](PtyPeer& m) {
    for (int i = 0; i < 4; ++i) answer(m, "?\n", "hello\n");
  });
  EXPECT_FAILS(station.open("line_sensor", {{"port", other.path()}}), ErrorCode::protocol,
               "said \"hello");
}

TEST(LineSensor, AQuantityThatItHasNotIsToldWithThoseItHas) {
  PtyPeer peer(known_board([](PtyPeer& m) { answer(m, "T1\n", echo + newer + power); }));
  Wired wired(peer);
  ASSERT_TRUE(wired.meter);
  EXPECT_FAILS(wired.meter->read("voltage"), ErrorCode::usage, "it has \"mass power\"");
}

TEST(LineSensor, OnlyOldRecordsAreATimeout) {
  PtyPeer peer(known_board([](PtyPeer& m) { answer(m, "T1\n", echo + older + older); }));
  Wired wired(peer);
  ASSERT_TRUE(wired.meter);
  EXPECT_FAILS(wired.meter->read("mass"), ErrorCode::timeout, "said no \"mass\" for 1000 ms");
}

// One board for each byte at which the answer can end, all at once.
TEST(LineSensor, ATruncatedRecordAtAnyByteIsNone) {
  std::vector<std::thread> boards;
  boards.reserve(newer.size());
  for (std::size_t cut = 0; cut < newer.size(); ++cut)
    boards.emplace_back([cut] {
      PtyPeer peer(
          known_board([cut](PtyPeer& m) { answer(m, "T1\n", echo + newer.substr(0, cut)); }));
      Wired wired(peer);
      ASSERT_TRUE(wired.meter);
      EXPECT_FALSE(wired.meter->read("mass")) << cut;
    });
  for (std::thread& board : boards) board.join();
}

TEST(LineSensor, AnAnswerSplitAtAnyByteIsRead) {
  const std::string whole = echo + newer;
  std::vector<std::thread> boards;
  boards.reserve(whole.size());
  for (std::size_t cut = 1; cut < whole.size(); ++cut)
    boards.emplace_back([cut, &whole] {
      PtyPeer peer(known_board([cut, &whole](PtyPeer& m) {
        m.expect("T1\n");
        m.say_split(as_bytes(whole), cut);
      }));
      Wired wired(peer);
      ASSERT_TRUE(wired.meter);
      const auto mass = wired.meter->read("mass");
      ASSERT_TRUE(mass) << cut << ": " << mass.error().message;
      EXPECT_DOUBLE_EQ(mass->value, 0.2);
    });
  for (std::thread& board : boards) board.join();
}

TEST(LineSensor, AWrongByteAnywhereIsNoise) {
  PtyPeer peer(known_board([](PtyPeer& m) {
    std::string broken = "2,5000010,mass,0.3*0A\n";
    for (std::size_t i = 0; i + 1 < newer.size(); ++i) {
      std::string line = newer;
      line[i] = static_cast<char>(line[i] ^ 0x01);
      broken += line;
    }
    answer(m, "T1\n", echo + broken + "5,5000010,mass,nan*40\n" + "2,5000010,mass,0.2\n" + newer);
  }));
  Wired wired(peer);
  ASSERT_TRUE(wired.meter);
  EXPECT_DOUBLE_EQ(wired.meter->read("mass").value().value, 0.2);
}

TEST(LineSensor, EchoAndNoiseBeforeAnAnswerArePassedOver) {
  PtyPeer peer(known_board(
      [](PtyPeer& m) { answer(m, "T1\n", "T1\n\xF1\xF1" + echo + "\xF1\n" + echo + newer); }));
  Wired wired(peer);
  ASSERT_TRUE(wired.meter);
  EXPECT_DOUBLE_EQ(wired.meter->read("mass").value().value, 0.2);
}

TEST(LineSensor, ALateEchoIsNotTakenForTheNextOne) {
  PtyPeer peer(known_board([](PtyPeer& m) {
    m.expect("T1\n");
    m.expect("T2\n");
    m.say(echo + newer);  // of the question that has timed out
    m.say("T2,6000000*7C\n5,6000001,mass,0.3*0F\n");
  }));
  Wired wired(peer);
  ASSERT_TRUE(wired.meter);
  EXPECT_FAILS(wired.meter->read("mass"), ErrorCode::timeout, "did not answer within 1000 ms");
  EXPECT_DOUBLE_EQ(wired.meter->read("mass").value().value, 0.3);
}

TEST(LineSensor, AFloodOfNoiseIsAnErrorInBoundedTime) {
  PtyPeer peer(known_board([](PtyPeer& m) {
    m.expect("T1\n");
    while (!m.is_over()) m.say(std::string(200, '\x01'));
  }));
  Wired wired(peer);
  ASSERT_TRUE(wired.meter);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FAILS(wired.meter->read("mass"), ErrorCode::protocol, "with its check");
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(2500));
}

TEST(LineSensor, UnpluggedInMidLineIsAnIoErrorAndStaysOne) {
  PtyPeer peer(known_board([](PtyPeer& m) {
    answer(m, "T1\n", echo + newer.substr(0, 7));
    m.pause(milliseconds(20));
    m.hang_up();
  }));
  Wired wired(peer);
  ASSERT_TRUE(wired.meter);
  EXPECT_FAILS(wired.meter->read("mass"), ErrorCode::io, "the device is gone");
  EXPECT_FAILS(wired.meter->read("mass"), ErrorCode::io, "the device is gone");
}

TEST(LineSensor, HarmlessIsAnEchoOfItsClock) {
  PtyPeer peer(known_board([](PtyPeer& m) { answer(m, "T1\n", echo); }));
  Wired wired(peer);
  ASSERT_TRUE(wired.device);
  EXPECT_TRUE(wired.device->harmless_exchange());
}

}  // namespace
}  // namespace brewproof::testing
