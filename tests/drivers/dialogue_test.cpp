// What is kept of the talk with a device, and what happens to answers that come late.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/transport/dialogue.h"
#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

struct Line {
  PtyPeer peer;
  SystemClock clock;
  std::vector<Exchange> record;
  Dialogue dialogue;

  explicit Line(PtyPeer::Script script = {})
      : peer(std::move(script)),
        dialogue(open_serial_port({"dev", "x", {{"port", peer.path()}}, ""}, 9600).value(), "dev",
                 {clock, [this](const Exchange& e) { record.push_back(e); }}) {}

  std::string receive(int within_ms) {
    const auto came = dialogue.receive(SteadyClock::now() + milliseconds(within_ms));
    return came ? std::string(as_text(*came)) : "error: " + came.error().message;
  }
};

TEST(Dialogue, AnExchangeIsRecordedOnceWhenItEnds) {
  Line line([](PtyPeer& p) {
    p.expect("ask");
    p.say("answer");
  });
  ASSERT_TRUE(line.dialogue.send(as_bytes("ask")));
  EXPECT_EQ(line.receive(1000), "answer");
  EXPECT_THAT(line.record, ::testing::IsEmpty());
  const Sent sent = line.dialogue.finish();
  line.dialogue.finish();
  ASSERT_EQ(line.record.size(), 1u);
  EXPECT_EQ(as_text(line.record[0].written), "ask");
  EXPECT_EQ(as_text(line.record[0].received), "answer");
  EXPECT_LE(sent.before_write.raw_ns, sent.after_drain.raw_ns);
  ASSERT_TRUE(sent.first_reply);
  EXPECT_LE(sent.after_drain.raw_ns, sent.first_reply->raw_ns);
}

TEST(Dialogue, TheNextRequestEndsAnExchangeThatIsStillOpen) {
  Line line;
  ASSERT_TRUE(line.dialogue.send(as_bytes("one")));
  ASSERT_TRUE(line.dialogue.send(as_bytes("two")));
  ASSERT_EQ(line.record.size(), 1u);
  EXPECT_EQ(as_text(line.record[0].written), "one");
  EXPECT_FALSE(line.record[0].sent.first_reply);
}

TEST(Dialogue, AnEndlessTalkerIsRecordedInPiecesAndToldOf) {
  Line line([](PtyPeer& p) {
    const std::string babble(1024, 'x');
    while (!p.is_over()) {
      p.say(babble);
      p.pause(milliseconds(1));
    }
  });
  line.dialogue.owe_answer(milliseconds(1000));
  EXPECT_FAILS(line.dialogue.settle(), ErrorCode::protocol, "does not stop talking");
  line.dialogue.finish();
  EXPECT_GE(line.record.size(), 2u);
  for (const Exchange& exchange : line.record) EXPECT_LE(exchange.received.size(), 65536u + 4096u);
}

TEST(Dialogue, SettlingOnAQuietLineTakesNoTime) {
  Line line;
  const auto start = SteadyClock::now();
  ASSERT_TRUE(line.dialogue.settle());
  EXPECT_LT(SteadyClock::now() - start, milliseconds(500));
}

TEST(Dialogue, SettlingThrowsAwayWhatCameAndKeepsItInTheRecord) {
  Line line;
  line.peer.say("stale");
  ASSERT_TRUE(line.dialogue.settle());
  EXPECT_EQ(line.receive(0), "");
  line.dialogue.finish();
  ASSERT_EQ(line.record.size(), 1u);
  EXPECT_THAT(line.record[0].written, ::testing::IsEmpty());
  EXPECT_EQ(as_text(line.record[0].received), "stale");
}

TEST(Dialogue, AnAnswerThatIsOwedIsWaitedForOnceAndNoLonger) {
  Line line;
  ASSERT_TRUE(line.dialogue.send(as_bytes("ask")));
  line.dialogue.owe_answer(milliseconds(1000));
  const auto start = SteadyClock::now();
  ASSERT_TRUE(line.dialogue.settle());
  EXPECT_GE(SteadyClock::now() - start, milliseconds(900));
  const auto again = SteadyClock::now();
  ASSERT_TRUE(line.dialogue.settle());
  EXPECT_LT(SteadyClock::now() - again, milliseconds(500));
}

TEST(Dialogue, OnceTheDeviceIsGoneTheFirstCauseIsRepeated) {
  Line line;
  line.peer.hang_up();
  const std::string first = line.receive(100);
  EXPECT_THAT(first, ::testing::HasSubstr("the device is gone"));
  const auto sent = line.dialogue.send(as_bytes("ask"));
  ASSERT_FALSE(sent);
  EXPECT_EQ("error: " + sent.error().message, first);
  EXPECT_EQ(line.receive(0), first);
  EXPECT_THAT(line.record, ::testing::IsEmpty());
}

TEST(Dialogue, WhatWasOpenIsRecordedWhenTheDialogueEnds) {
  std::vector<Exchange> record;
  SystemClock clock;
  PtyPeer peer;
  {
    Dialogue dialogue(open_serial_port({"dev", "x", {{"port", peer.path()}}, ""}, 9600).value(),
                      "dev", {clock, [&](const Exchange& e) { record.push_back(e); }});
    ASSERT_TRUE(dialogue.send(as_bytes("last words")));
  }
  ASSERT_EQ(record.size(), 1u);
  EXPECT_EQ(as_text(record[0].written), "last words");
}

TEST(Dialogue, WithoutARecorderItWorksAllTheSame) {
  SystemClock clock;
  PtyPeer peer;
  Dialogue dialogue(open_serial_port({"dev", "x", {{"port", peer.path()}}, ""}, 9600).value(),
                    "dev", {clock, {}});
  EXPECT_TRUE(dialogue.send(as_bytes("ask")));
}

}  // namespace
}  // namespace brewproof::testing
