// Lines of a sniffing adapter as blocks in order, on the host's clock.

#include "drivers/mdb/sniffed_bus.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/mdb/transcript.h"

namespace brewproof::mdb {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t a_ms = 1'000'000;

Instant at_ms(std::int64_t time) { return {time * a_ms, 1'760'000'000'000'000'000 + time * a_ms}; }

std::vector<std::string> texts(const BusTap::Heard& heard) {
  std::vector<std::string> all;
  all.reserve(heard.blocks.size());
  for (const BusBlock& block : heard.blocks)
    all.push_back((block.kind == BusBlock::Kind::from_machine ? "> " : "< ") + to_hex(block.bytes));
  return all;
}

struct Sniffer {
  SniffedBus bus;
  Sniffer() { bus.begin(at_ms(1000)); }
  // A line that takes `late` milliseconds, of an adapter whose clock began at 1000 ms.
  void line(std::int64_t ticks, std::string_view what, std::int64_t late = 1) {
    bus.hear(fmt::format("x,{}", fmt::format(fmt::runtime(what), fmt::format("{:010}", ticks))),
             at_ms(1000 + ticks / 10 + late));
  }
};

TEST(SniffedBus, LinesAreSortedByTheirStamps) {
  Sniffer sniffer;
  sniffer.line(100, "00,{},12");
  sniffer.line(120, "00,{},ACK");
  sniffer.line(110, "80,{},050064");
  EXPECT_THAT(texts(sniffer.bus.heard(at_ms(1050))), IsEmpty());
  sniffer.line(1110, "00,{},12");
  const auto heard = sniffer.bus.heard(at_ms(1112));
  EXPECT_THAT(texts(heard), ElementsAre("> 1212", "< 05006469"));
  EXPECT_THAT(heard.faults, IsEmpty());
  EXPECT_EQ(heard.blocks[1].address, 0x10);
  EXPECT_THAT(texts(sniffer.bus.all_heard()), ElementsAre("> 00", "> 1212"));
  EXPECT_THAT(texts(sniffer.bus.all_heard()), IsEmpty());
}

TEST(SniffedBus, AQuietBusHoldsNothingBack) {
  Sniffer sniffer;
  sniffer.line(100, "00,{},12");
  EXPECT_THAT(texts(sniffer.bus.heard(at_ms(1310))), IsEmpty());
  EXPECT_THAT(texts(sniffer.bus.heard(at_ms(1311))), ElementsAre("> 1212"));
}

TEST(SniffedBus, TimesAreBoundedByCommandAndArrival) {
  Sniffer sniffer;
  sniffer.line(100, "00,{},12", 400);
  sniffer.line(110, "80,{},ACK", 399);
  sniffer.line(600, "00,{},12");
  sniffer.bus.expect(0x03, at_ms(1108));
  sniffer.line(1100, "00,{},12");
  sniffer.line(1110, "80,{},030d48", 3);
  const auto heard = sniffer.bus.all_heard();
  ASSERT_EQ(heard.blocks.size(), 5u);
  // The first two were late; the line behind them says how late.
  EXPECT_NEAR(static_cast<double>(heard.blocks[0].at.raw_ns), 1011.0 * a_ms, 0.2 * a_ms);
  for (const BusBlock& block : heard.blocks) {
    const std::int64_t earliest = block.at.raw_ns - block.uncertainty.count();
    EXPECT_LT(block.uncertainty.count(), 5 * a_ms);
    EXPECT_EQ(block.at.real_ns - block.at.raw_ns, 1'760'000'000'000'000'000);
    EXPECT_GE(earliest, 1000 * a_ms);
  }
  // What C,START caused is not earlier than C,START.
  EXPECT_GE(heard.blocks[4].at.raw_ns - heard.blocks[4].uncertainty.count(), 1107.8 * a_ms);
}

TEST(SniffedBus, WithoutACommandOnlyTheBeginningBoundsFromBelow) {
  Sniffer sniffer;
  sniffer.line(50'000, "00,{},12");
  sniffer.line(50'010, "80,{},030d48");
  const auto heard = sniffer.bus.all_heard();
  EXPECT_GT(heard.blocks[1].uncertainty.count(), 5000 * a_ms);
}

TEST(SniffedBus, TheDigitsBeginAgain) {
  SniffedBus bus;
  bus.begin(at_ms(1000));
  bus.hear("x,00,9999999990,12", at_ms(1001));
  bus.hear("x,80,9999999995,ACK", at_ms(1002));
  bus.hear("x,00,0000000490,12", at_ms(1051));
  const auto heard = bus.all_heard();
  EXPECT_THAT(texts(heard), ElementsAre("> 1212", "< 00", "> 1212"));
  EXPECT_THAT(heard.faults, IsEmpty());
  EXPECT_NEAR(static_cast<double>(heard.blocks[2].at.raw_ns), 1051.0 * a_ms, 0.2 * a_ms);
}

// Its stamps are no times of the past.
TEST(SniffedBus, AnAdapterThatRestartedIsNoticed) {
  Sniffer sniffer;
  sniffer.line(100'000, "00,{},12");
  sniffer.bus.hear("x,00,0000000010,12", at_ms(20'000));
  const auto heard = sniffer.bus.all_heard();
  EXPECT_THAT(heard.faults, ElementsAre(HasSubstr("the adapter's clock has begun anew")));
  ASSERT_EQ(heard.blocks.size(), 2u);
  EXPECT_NEAR(static_cast<double>(heard.blocks[1].at.raw_ns), 20'000.0 * a_ms, 0.2 * a_ms);
}

TEST(SniffedBus, AClockThatIsNoneIsToldOnceAndArrivalIsLeft) {
  Sniffer sniffer;
  sniffer.line(100, "00,{},12");
  for (int i = 1; i <= 3; ++i) {  // 1 % too slow
    const std::int64_t sent = 1010 + i * 60'000;
    sniffer.bus.expect(0x03, at_ms(sent));
    sniffer.bus.hear(fmt::format("x,80,{:010},030d48", 100 + i * 594'000), at_ms(sent + 5));
  }
  const auto heard = sniffer.bus.all_heard();
  EXPECT_THAT(heard.faults, ElementsAre(HasSubstr("worse than a crystal")));
  EXPECT_EQ(heard.blocks.back().at.raw_ns, (1010 + 3 * 60'000 + 5) * a_ms);
  EXPECT_EQ(heard.blocks.back().uncertainty.count(), (10 + 3 * 60'000 + 5) * a_ms);
}

TEST(SniffedBus, WhatCannotBeReadIsTold) {
  Sniffer sniffer;
  sniffer.line(90, "80,{},050064");  // nobody was asked
  sniffer.line(100, "01,{},12");     // damaged
  sniffer.line(110, "00,{},12");
  const auto heard = sniffer.bus.all_heard();
  EXPECT_THAT(texts(heard), ElementsAre("> 1212"));
  EXPECT_THAT(heard.faults,
              ElementsAre(HasSubstr("character 2: the adapter marks the block as damaged"),
                          HasSubstr("said before any command was heard")));
}

TEST(SniffedBus, ALineThatComesTooLateToBeSortedIsTold) {
  Sniffer sniffer;
  sniffer.line(100, "00,{},12");
  sniffer.line(3000, "00,{},12");
  EXPECT_THAT(texts(sniffer.bus.heard(at_ms(1301))), ElementsAre("> 1212"));
  sniffer.line(90, "80,{},ACK", 350);
  const auto heard = sniffer.bus.all_heard();
  EXPECT_THAT(texts(heard), ElementsAre("< 00", "> 1212"));
  EXPECT_THAT(heard.faults, ElementsAre(HasSubstr("came behind what was later")));
}

}  // namespace
}  // namespace brewproof::mdb
