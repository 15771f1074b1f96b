// LCUS boards in their three dialects, against a scripted device: the bytes are those of the
// vendors' and the clone's descriptions (see drivers/lcus_relay.cpp).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;

const Bytes query = hex("FF");
const Bytes on_1 = hex("A0 01 01 A2");
const Bytes off_1 = hex("A0 01 00 A1");
const Bytes on_4 = hex("A0 04 01 A5");
const Bytes check_1 = hex("A0 01 05 A6");
const std::string all_off_text = "CH1: OFF\r\nCH2: OFF\r\nCH3: OFF\r\nCH4: OFF\r\n";
const std::string first_on_text = "CH1: ON\r\nCH2: OFF\r\nCH3: OFF\r\nCH4: OFF\r\n";
const std::string two_off = "CH1: OFF\r\nCH2: OFF\r\n";

void answer(PtyPeer& board, const std::string& text) {
  board.expect(query);
  board.say(text);
}

std::unique_ptr<Device> opened(Station& station, const PtyPeer& board,
                               std::map<std::string, std::string> options = {}) {
  options["port"] = board.path();
  auto device = station.open("lcus_relay", options);
  if (!device) {
    ADD_FAILURE() << device.error().message;
    return nullptr;
  }
  return std::move(*device);
}

TEST(LcusRelay, SwitchesAChannelAndReadsItBack) {
  PtyPeer board([](PtyPeer& b) {
    answer(b, all_off_text);
    b.expect(on_1);
    answer(b, first_on_text);
    b.expect(off_1);
    answer(b, all_off_text);
  });
  Station station;
  const auto device = opened(station, board, {{"channels", "4"}});
  ASSERT_TRUE(device);
  Switch& relay = *device->as_switch();
  EXPECT_EQ(relay.read_back(), ReadBack::latch);
  ASSERT_TRUE(relay.set(1, true));
  EXPECT_EQ(relay.read(1).value(), true);
  ASSERT_TRUE(relay.set(1, false));
  EXPECT_EQ(relay.read(1).value(), false);
}

TEST(LcusRelay, TheChannelsOfATextBoardAreCounted) {
  PtyPeer board([](PtyPeer& b) { answer(b, two_off); });
  Station station;
  const auto device = opened(station, board);
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "LCUS-2, answers FF with text");
  EXPECT_FAILS(device->as_switch()->set(3, true), ErrorCode::usage, "dev has no channel 3");
  EXPECT_FAILS(device->as_switch()->set(0, true), ErrorCode::usage, "dev has no channel 0");
}

TEST(LcusRelay, AnotherNumberOfChannelsThanTheBenchFileSaysIsRefused) {
  PtyPeer board([](PtyPeer& b) { answer(b, two_off); });
  Station station;
  EXPECT_FAILS(station.open("lcus_relay", {{"port", board.path()}, {"channels", "4"}}),
               ErrorCode::bad_file, "has 2 channels and the bench file says 4");
}

TEST(LcusRelay, FramesCarryTheSumOfTheirThreeBytes) {
  PtyPeer board([](PtyPeer& b) {
    b.expect(hex("A0 02 01 A3"));
    b.expect(hex("A0 08 01 A9"));
    b.expect(hex("A0 08 00 A8"));
  });
  Station station;
  const auto device = opened(station, board, {{"channels", "8"}, {"dialect", "write_only"}});
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(2, true));
  ASSERT_TRUE(device->as_switch()->set(8, true));
  ASSERT_TRUE(device->as_switch()->set(8, false));
  board.wait();
}

TEST(LcusRelay, AllOffIsOneFrameAChannelWithTenMillisecondsBetween) {
  PtyPeer board([](PtyPeer& b) {
    b.expect(hex("A0 01 00 A1"));
    b.expect(hex("A0 02 00 A2"));
    b.expect(hex("A0 03 00 A3"));
    b.expect(hex("A0 04 00 A4"));
  });
  Station station;
  auto device = opened(station, board, {{"channels", "4"}, {"dialect", "write_only"}});
  ASSERT_TRUE(device);
  const auto sent = device->as_switch()->all_off();
  ASSERT_TRUE(sent);
  ASSERT_EQ(station.exchanges.size(), 4u);
  EXPECT_EQ(sent->before_write, station.exchanges[0].sent.before_write);
  EXPECT_EQ(sent->after_drain, station.exchanges[3].sent.after_drain);
  for (std::size_t i = 1; i < 4; ++i)
    EXPECT_GE(station.exchanges[i].sent.before_write.raw_ns -
                  station.exchanges[i - 1].sent.after_drain.raw_ns,
              10'000'000);
}

TEST(LcusRelay, TheCloneIsFoundByItsCheckOperation) {
  PtyPeer board([](PtyPeer& b) {
    b.expect(query);
    b.expect(check_1);
    b.say(hex("A0 01 00 A1"));
    b.expect(on_1);
    b.expect(check_1);
    b.say(hex("A0 01 01 A2"));
  });
  Station station;
  const auto device = opened(station, board, {{"channels", "2"}});
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "LCUS clone (SAMIROB) with 2 channels");
  ASSERT_TRUE(device->as_switch()->set(1, true));
  EXPECT_EQ(device->as_switch()->read(1).value(), true);
}

TEST(LcusRelay, ASilentBoardOfOneChannelIsWriteOnly) {
  PtyPeer board([](PtyPeer& b) {
    b.expect(query);
    b.expect(check_1);
    b.expect(on_1);
  });
  Station station;
  const auto device = opened(station, board);
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "LCUS-1, write only: it cannot answer");
  EXPECT_EQ(device->as_switch()->read_back(), ReadBack::none);
  const auto sent = device->as_switch()->set(1, true);
  ASSERT_TRUE(sent);
  EXPECT_FALSE(sent->first_reply);
  EXPECT_EQ(device->as_switch()->read(1).value(), std::nullopt);
}

TEST(LcusRelay, ASilentBoardOfFourChannelsMayBeDeadAndIsRefused) {
  PtyPeer board([](PtyPeer& b) {
    b.expect(query);
    b.expect(check_1);
  });
  Station station;
  EXPECT_FAILS(station.open("lcus_relay", {{"port", board.path()}, {"channels", "4"}}),
               ErrorCode::timeout, "dialect: write_only");
}

TEST(LcusRelay, WhatIsNotAnLcusBoardIsQuotedAndEscaped) {
  PtyPeer board([](PtyPeer& b) {
    b.expect(query);
    b.say("login:\x1b[2J");
    b.expect(check_1);
  });
  Station station;
  EXPECT_FAILS(station.open("lcus_relay", {{"port", board.path()}}), ErrorCode::protocol,
               R"(what answers is not an LCUS board: "login:\x1b[2J")");
}

TEST(LcusRelay, AnUnknownDialectIsRefusedBeforeThePortIsOpened) {
  Station station;
  EXPECT_FAILS(station.open("lcus_relay", {{"port", "/nowhere"}, {"dialect", "morse"}}),
               ErrorCode::bad_file, "text, samirob or write_only");
  EXPECT_FAILS(station.open("lcus_relay", {{"port", "/nowhere"}, {"channels", "9"}}),
               ErrorCode::bad_file, "a whole number from 1 to 8");
}

TEST(LcusRelay, EachExchangeIsRecordedWithItsBytesAndItsBrackets) {
  PtyPeer board([](PtyPeer& b) {
    answer(b, two_off);
    b.expect(on_1);
    b.expect(query);
    b.pause(milliseconds(5));
    b.say("CH1: ON\r\nCH2: OFF\r\n");
  });
  Station station;
  const auto device = opened(station, board);
  ASSERT_TRUE(device);
  const auto sent = device->as_switch()->set(1, true);
  ASSERT_TRUE(device->as_switch()->read(1));
  ASSERT_EQ(station.exchanges.size(), 3u);
  const Exchange& set = station.exchanges[1];
  EXPECT_EQ(set.resource, "dev");
  EXPECT_EQ(set.written, on_1);
  EXPECT_THAT(set.received, ::testing::IsEmpty());
  EXPECT_EQ(set.sent.before_write, sent->before_write);
  EXPECT_LE(set.sent.before_write.raw_ns, set.sent.after_drain.raw_ns);
  const Exchange& read = station.exchanges[2];
  EXPECT_EQ(as_text(read.received), "CH1: ON\r\nCH2: OFF\r\n");
  ASSERT_TRUE(read.sent.first_reply);
  EXPECT_GE(read.sent.first_reply->raw_ns - read.sent.after_drain.raw_ns, 4'000'000);
}

TEST(LcusRelay, AStuckRelayIsReportedAsTheBoardSaysIt) {
  PtyPeer board([](PtyPeer& b) {
    answer(b, two_off);
    b.expect(on_1);
    answer(b, two_off);
  });
  Station station;
  const auto device = opened(station, board);
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(1, true));
  EXPECT_EQ(device->as_switch()->read(1).value(), false);
}

TEST(LcusRelay, SilenceIsATimeoutAndNothingIsRepeated) {
  PtyPeer board([](PtyPeer& b) {
    answer(b, two_off);
    b.expect(on_1);
    b.expect(query);
    b.expect_silence(milliseconds(300));
  });
  Station station;
  const auto device = opened(station, board);
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(1, true));
  EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::timeout, "its state is unknown");
  board.wait();
}

TEST(LcusRelay, ALateAnswerIsNotTakenForTheNextOne) {
  PtyPeer board([](PtyPeer& b) {
    answer(b, two_off);
    b.expect(on_1);
    b.expect(query);
    b.expect(off_1);
    b.pause(milliseconds(350));
    b.say("CH1: ON\r\nCH2: OFF\r\n");  // of the first query
    answer(b, two_off);
  });
  Station station;
  const auto device = opened(station, board);
  ASSERT_TRUE(device);
  Switch& relay = *device->as_switch();
  ASSERT_TRUE(relay.set(1, true));
  ASSERT_FALSE(relay.read(1));
  ASSERT_TRUE(relay.set(1, false));
  EXPECT_EQ(relay.read(1).value(), false);
  EXPECT_THAT(station.received(), ::testing::HasSubstr("CH1: ON"));  // kept in the record
}

TEST(LcusRelay, AnAnswerThatNeverComesIsWaitedForOnlyOnce) {
  PtyPeer board([](PtyPeer& b) {
    answer(b, two_off);
    b.expect(query);
    answer(b, two_off);
    answer(b, two_off);
  });
  Station station;
  const auto device = opened(station, board);
  ASSERT_TRUE(device);
  Switch& relay = *device->as_switch();
  ASSERT_FALSE(relay.read(1));
  ASSERT_TRUE(relay.read(1));
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(relay.read(1));
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(500));
}

TEST(LcusRelay, AllOffGoesOutAtOnceAfterAFailedExchange) {
  PtyPeer board([](PtyPeer& b) {
    answer(b, two_off);
    b.expect(query);
    b.expect(hex("A0 01 00 A1 A0 02 00 A2"));
  });
  Station station;
  const auto device = opened(station, board);
  ASSERT_TRUE(device);
  ASSERT_FALSE(device->as_switch()->read(1));
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(device->as_switch()->all_off());
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(700));
  board.wait();
}

// One board for each byte at which an answer can end; all at once, because each takes its time-out.
TEST(LcusRelay, ATruncatedAnswerAtAnyByteIsNoAnswer) {
  const std::string whole = "CH1: ON\r\nCH2: OFF\r\n";
  const std::size_t last = whole.size() - 2;  // one more, and the CR ends the last line
  std::vector<std::thread> boards;
  for (std::size_t cut = 1; cut <= last; ++cut)
    boards.emplace_back([&whole, cut] {
      PtyPeer board([&](PtyPeer& b) {
        answer(b, two_off);
        answer(b, whole.substr(0, cut));
      });
      Station station;
      const auto device = opened(station, board);
      ASSERT_TRUE(device);
      EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::protocol, "CH1 to CH2 was expected");
    });
  for (std::thread& board : boards) board.join();
}

TEST(LcusRelay, AnAnswerSplitAtAnyByteIsRead) {
  const std::string whole = "CH1: ON\r\nCH2: OFF\r\n";
  PtyPeer board([&](PtyPeer& b) {
    answer(b, two_off);
    for (std::size_t cut = 1; cut < whole.size(); ++cut) {
      b.expect(query);
      b.say_split(as_bytes(whole), cut);
    }
  });
  Station station;
  const auto device = opened(station, board);
  ASSERT_TRUE(device);
  for (std::size_t cut = 1; cut < whole.size(); ++cut)
    EXPECT_EQ(device->as_switch()->read(1).value(), true) << "split after " << cut;
}

TEST(LcusRelay, AWrongLetterIsNoState) {
  PtyPeer board([](PtyPeer& b) {
    answer(b, two_off);
    answer(b, "CH1: ON\r\nCH2: OFE\r\n");
  });
  Station station;
  const auto device = opened(station, board);
  ASSERT_TRUE(device);
  EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::protocol, R"(CH2: OFE\r\n)");
}

TEST(LcusRelay, TwoAnswersGluedThatContradictEachOtherAreNoAnswer) {
  PtyPeer board([](PtyPeer& b) {
    answer(b, two_off);
    answer(b, "CH1: ON\r\nCH1: OFF\r\nCH2: OFF\r\n");
  });
  Station station;
  const auto device = opened(station, board);
  ASSERT_TRUE(device);
  EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::protocol, "was expected");
}

TEST(LcusRelay, EchoAndNoiseBeforeAnAnswerArePassedOver) {
  PtyPeer board([](PtyPeer& b) {
    b.expect(query);
    b.say(hex("FF"));
    b.say(two_off);
    b.expect(on_1);
    b.say(on_1);  // the echo
    b.expect(query);
    b.say(hex("FF 00 C3 7E"));
    b.say("CH1: ON\r\nCH2: OFF\r\n");
  });
  Station station;
  const auto device = opened(station, board);
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(1, true));
  EXPECT_EQ(device->as_switch()->read(1).value(), true);
}

TEST(LcusRelay, TheClonesEchoedCheckIsNotItsAnswer) {
  PtyPeer board([](PtyPeer& b) {
    b.expect(check_1);
    b.say(check_1);
    b.say(hex("A0 01 01 A2"));
    b.expect(check_1);
    b.say(check_1);
  });
  Station station;
  const auto device = opened(station, board, {{"dialect", "samirob"}});
  ASSERT_TRUE(device);
  EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::protocol, "A0 01 05 A6");
}

TEST(LcusRelay, TheClonesAnswerWithAWrongSumIsNoAnswer) {
  PtyPeer board([](PtyPeer& b) {
    b.expect(check_1);
    b.say(hex("A0 01 00 A1"));
    b.expect(check_1);
    b.say(hex("A0 01 01 A3"));
  });
  Station station;
  const auto device = opened(station, board, {{"dialect", "samirob"}});
  ASSERT_TRUE(device);
  EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::protocol, "A0 01 01 A3");
}

TEST(LcusRelay, AnswersOfAnotherChannelAreNotTaken) {
  PtyPeer board([](PtyPeer& b) {
    b.expect(check_1);
    b.say(hex("A0 01 00 A1"));
    b.expect(hex("A0 02 05 A7"));
    b.say(hex("A0 01 01 A2"));
  });
  Station station;
  const auto device = opened(station, board, {{"dialect", "samirob"}, {"channels", "2"}});
  ASSERT_TRUE(device);
  EXPECT_FAILS(device->as_switch()->read(2), ErrorCode::protocol, "A0 02 00 or 01");
}

TEST(LcusRelay, UnpluggedInMidAnswerIsAnIoErrorAndStaysOne) {
  PtyPeer board([](PtyPeer& b) {
    answer(b, two_off);
    b.expect(query);
    b.say("CH1: O");
    b.pause(milliseconds(20));
    b.hang_up();
  });
  Station station;
  const auto device = opened(station, board);
  ASSERT_TRUE(device);
  const auto first = device->as_switch()->read(1);
  EXPECT_FAILS(first, ErrorCode::io, "the device is gone");
  EXPECT_FAILS(device->as_switch()->set(1, true), ErrorCode::io, first.error().message);
  EXPECT_FAILS(device->as_switch()->all_off(), ErrorCode::io, first.error().message);
  EXPECT_THAT(station.received(), ::testing::HasSubstr("CH1: O"));
}

TEST(LcusRelay, AFloodOfNoiseIsAnErrorInBoundedTime) {
  PtyPeer board([](PtyPeer& b) {
    answer(b, two_off);
    b.expect(query);
    while (!b.is_over()) b.say(std::string(200, '\x55'));
  });
  Station station;
  const auto device = opened(station, board);
  ASSERT_TRUE(device);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::protocol, "more bytes where CH1 to CH2");
  EXPECT_FALSE(device->as_switch()->read(1));
  EXPECT_TRUE(device->as_switch()->all_off());
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(4000));
}

TEST(LcusRelay, HarmlessIsAQueryThatSwitchesNothing) {
  PtyPeer board([](PtyPeer& b) {
    answer(b, two_off);
    answer(b, two_off);
  });
  Station station;
  const auto device = opened(station, board);
  ASSERT_TRUE(device);
  const auto sent = device->harmless_exchange();
  ASSERT_TRUE(sent);
  EXPECT_TRUE(sent->first_reply);
}

TEST(LcusRelay, HarmlessForABoardThatCannotAnswerIsAnEmptyLine) {
  PtyPeer board([](PtyPeer& b) { b.expect("\r\n\r\n"); });
  Station station;
  const auto device = opened(station, board, {{"dialect", "write_only"}});
  ASSERT_TRUE(device);
  EXPECT_TRUE(device->harmless_exchange());
  board.wait();
}

}  // namespace
}  // namespace brewproof::testing
