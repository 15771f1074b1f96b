#include "rig/command/heard.h"

#include <gtest/gtest.h>

#include "results/inert_text.h"

namespace brewproof {
namespace {

using namespace std::chrono_literals;

const Heard::Clock::time_point start{};

Message order(bool from_dut = true) {
  Message message;
  message.from_dut = from_dut;
  message.message = "POST /v1/order";
  message.peer = {"api.kiosk.example", "203.0.113.10", 80};
  return message;
}

TEST(Heard, NothingIsSaidWhereNobodyListens) { EXPECT_EQ(Heard().text(start + 1h), ""); }

TEST(Heard, SilenceFromTheBeginningIsSaidAfterAWhile) {
  Heard heard;
  heard.begin(start);
  EXPECT_EQ(heard.text(start + 9s), "");
  EXPECT_EQ(heard.text(start + 10s), "nothing from the machine yet");
  heard.packets(1);
  EXPECT_EQ(heard.text(start + 10s), "1 packet, no message yet");
  heard.packets(1'234'567);
  EXPECT_EQ(heard.text(start + 10s), "1,234,567 packets, no message yet");
}

TEST(Heard, CountsTheMachinesMessagesAndNamesTheLast) {
  Heard heard;
  heard.begin(start);
  heard.message(order(false), start);
  EXPECT_EQ(heard.text(start + 1s), "");
  heard.message(order(), start);
  EXPECT_EQ(heard.text(start + 1s), "1 message, last POST /v1/order to api.kiosk.example");
  for (int i = 1; i < 1204; ++i) heard.message(order(), start);
  EXPECT_EQ(heard.text(start + 1s), "1,204 messages, last POST /v1/order to api.kiosk.example");
  EXPECT_EQ(heard.short_text(start + 1s), "1,204 messages");
}

TEST(Heard, APeerWithoutANameHasItsAddress) {
  Heard heard;
  Message message = order();
  message.peer.name.clear();
  heard.message(message, start);
  EXPECT_EQ(heard.text(start), "1 message, last POST /v1/order to 203.0.113.10");
}

TEST(Heard, TheLastOneGrowsOld) {
  Heard heard;
  heard.message(order(), start);
  EXPECT_EQ(heard.text(start + 59s), "1 message, last POST /v1/order to api.kiosk.example");
  EXPECT_EQ(heard.text(start + 200s),
            "1 message, last POST /v1/order to api.kiosk.example, 3 min ago");
}

TEST(Heard, WhatTheMachineSentCannotWriteOnTheTerminal) {
  Heard heard;
  Message message = order();
  message.message = "GET /\x1b[2J\r\nowned";
  message.peer.name = std::string(500, 'a');
  heard.message(message, start);
  const std::string text = heard.text(start);
  EXPECT_EQ(text.find_first_of("\x1b\r\n"), std::string::npos) << text;
  EXPECT_LT(text.size(), 200u);
}

const LineParts parts{"block 1/4  trial 3/32  cups 1",
                      "trial 3/32",
                      "1,204 messages, last POST /v1/order to api.kiosk.example",
                      "1,204 messages",
                      "(p: pause, s: stop after this trial, q: stop now, !: emergency)",
                      "(p, s, q, !)"};

TEST(FittingLine, EverythingWhereThereIsRoom) {
  const std::string all =
      "block 1/4  trial 3/32  cups 1  1,204 messages, last POST /v1/order to api.kiosk.example  "
      "(p: "
      "pause, s: stop after this trial, q: stop now, !: emergency)";
  EXPECT_EQ(fitting_line(parts, 0), all);
  EXPECT_EQ(fitting_line(parts, all.size()), all);
}

TEST(FittingLine, TheLastIsCutFirstThenTheKeysThenTheHead) {
  EXPECT_EQ(fitting_line(parts, 130),
            "block 1/4  trial 3/32  cups 1  1,204 messages, last POST /v1/ord…  (p: pause, s: stop "
            "after this trial, q: stop now, !: emergency)");
  EXPECT_EQ(fitting_line(parts, 90),
            "block 1/4  trial 3/32  cups 1  1,204 messages, last POST /v1/order to api.k…  (p, s, "
            "q, !)");
  EXPECT_EQ(fitting_line(parts, 66), "block 1/4  trial 3/32  cups 1  1,204 messages  (p, s, q, !)");
  EXPECT_EQ(fitting_line(parts, 58), "trial 3/32  1,204 messages, last POST /v1/o…  (p, s, q, !)");
  EXPECT_EQ(fitting_line(parts, 45), "trial 3/32  1,204 messages  (p, s, q, !)");
  EXPECT_EQ(fitting_line(parts, 30), "trial 3/32  1,204 messages");
  EXPECT_EQ(fitting_line(parts, 20), "trial 3/32");
  EXPECT_EQ(fitting_line(parts, 8), "trial 3…");
}

TEST(FittingLine, NoWidthIsPassed) {
  LineParts wide = parts;
  wide.head = wide.head_short = "加水加水加水加水";
  for (const LineParts& each : {parts, wide, LineParts{"idle", "idle", "", "", "", ""}})
    for (std::size_t columns = 1; columns < 160; ++columns)
      EXPECT_LE(columns_of(fitting_line(each, columns)), columns) << columns;
}

}  // namespace
}  // namespace brewproof
