// FNIRSI's meters: the simulated one, and one that is scripted report by report, whose bytes were
// worked out from the table in drivers/fnb58.cpp.

#include <deque>

#include "tests/drivers/usb/usb_station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;

Bytes report_of(std::string_view begin, std::string_view end) {
  Bytes report(64);
  std::ranges::copy(hex(begin), report.begin());
  const Bytes last = hex(end);
  std::ranges::copy(last, report.end() - static_cast<std::ptrdiff_t>(last.size()));
  return report;
}

const Bytes first_start = report_of("AA 81", "8E");
const Bytes second_start = report_of("AA 82", "96");
const Bytes keep_up = report_of("AA 83", "9E");

// Three samples of 5 V, 0.4 A, then 5.12345 V, 0.41234 A, 27.3 degrees Celsius.
const Bytes told = hex(
    "AA 04 20 A1 07 00 40 9C 00 00 58 02 58 02 01 0E 01 20 A1 07 00 40 9C 00 00 58 02 58 02 01 0E "
    "01 20 A1 07 00 40 9C 00 00 58 02 58 02 01 0E 01 59 D1 07 00 12 A1 00 00 58 02 58 02 01 11 01 "
    "5A 77");
// 9 V, no current.
const Bytes old = hex(
    "AA 04 A0 BB 0D 00 00 00 00 00 58 02 58 02 01 FA 00 A0 BB 0D 00 00 00 00 00 58 02 58 02 01 FA "
    "00 A0 BB 0D 00 00 00 00 00 58 02 58 02 01 FA 00 A0 BB 0D 00 00 00 00 00 58 02 58 02 01 FA 00 "
    "00 6F");

// Says what the script lays out: what waits when it is asked, and a while after each command.
class ScriptedMeter final : public sim::UsbBoard {
 public:
  explicit ScriptedMeter(std::uint16_t vid = 0x2E3C, std::uint16_t pid = 0x5558)
      : vid_(vid), pid_(pid) {}
  std::deque<Bytes> waiting;
  std::vector<Bytes> after_keep_up{told}, after_start{old, old, told};

  [[nodiscard]] sim::UsbDescription description() const override {
    return {.vid = vid_,
            .pid = pid_,
            .manufacturer = "FNIRSI",
            .product = "meter",
            .serial = "",
            .endpoints = {{0x81, 3, 64}, {0x01, 3, 64}},
            .report_descriptor = {}};
  }
  std::optional<Bytes> control(const sim::Setup&, ByteView) override { return std::nullopt; }
  bool receive(std::uint8_t, ByteView report) override {
    const auto& said = report[1] == 0x83 && begun_ == 3 ? after_keep_up : after_start;
    begun_ = report[1] == 0x81 ? 1 : std::min(begun_ + 1, 4);
    if (begun_ >= 3) waiting.insert(waiting.end(), said.begin(), said.end());
    begun_ = std::min(begun_, 3);
    from_ = std::chrono::steady_clock::now() + milliseconds(60);
    return true;
  }
  std::optional<Bytes> say(std::uint8_t) override {
    if (waiting.empty() || std::chrono::steady_clock::now() < from_) return std::nullopt;
    Bytes next = waiting.front();
    waiting.pop_front();
    return next;
  }

 private:
  std::uint16_t vid_, pid_;
  int begun_ = 0;
  std::chrono::steady_clock::time_point from_;  // the next comes in its time
};

class Fnb58 : public UsbStation {};

TEST_F(Fnb58, TellsItsNewestSampleInSiUnits) {
  ScriptedMeter meter;
  bus.plug(meter, "1-1");
  const auto device = opened("fnb58");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "FNIRSI FNB58 in USB socket 1-1");
  Meter& volts = *device->as_meter();
  EXPECT_DOUBLE_EQ(volts.read("voltage").value().value, 5.12345);
  EXPECT_DOUBLE_EQ(volts.read("current").value().value, 0.41234);
  EXPECT_DOUBLE_EQ(volts.read("power").value().value, 5.12345 * 0.41234);
  EXPECT_DOUBLE_EQ(volts.read("temperature").value().value, 27.3);
}

// What starts the stream differs by a report; the first that comes then is garbage and not taken.
TEST_F(Fnb58, StartsTheStreamAsItsModelWants) {
  ScriptedMeter newer(0x2E3C, 0x0049), older(0x0483, 0x003A), small(0x0483, 0x003B);
  const std::vector<std::tuple<ScriptedMeter*, std::string, Bytes>> models{
      {&newer, "FNIRSI FNB48S in USB socket 1-1", second_start},
      {&older, "FNIRSI FNB48 in USB socket 1-1", keep_up},
      {&small, "FNIRSI C1 in USB socket 1-1", keep_up}};
  for (const auto& [meter, name, third] : models) {
    SCOPED_TRACE(name);
    bus.plug(*meter, "1-1");
    exchanges.clear();
    {
      const auto device = opened("fnb58");
      ASSERT_TRUE(device);
      EXPECT_EQ(device->identity(), name);
    }
    ASSERT_EQ(exchanges.size(), 3u);
    EXPECT_EQ(exchanges[0].written, first_start);
    EXPECT_EQ(exchanges[1].written, second_start);
    EXPECT_EQ(exchanges[2].written, third);
    bus.unplug("1-1");
  }
}

TEST_F(Fnb58, KeepsTheStreamUpAndStartsItAnewWhenItWasLeftAlone) {
  ScriptedMeter meter;
  bus.plug(meter, "1-1");
  const auto device = opened("fnb58");
  ASSERT_TRUE(device);
  exchanges.clear();
  ASSERT_TRUE(device->as_meter()->read("voltage"));
  ASSERT_EQ(exchanges.size(), 1u);
  EXPECT_EQ(exchanges[0].written, keep_up);
  std::this_thread::sleep_for(milliseconds(1100));
  exchanges.clear();
  ASSERT_TRUE(device->as_meter()->read("voltage"));
  ASSERT_EQ(exchanges.size(), 3u);
  EXPECT_EQ(exchanges[0].written, first_start);
}

TEST_F(Fnb58, WhatWaitedBeforeTheQuestionIsNotItsAnswer) {
  ScriptedMeter meter;
  bus.plug(meter, "1-1");
  const auto device = opened("fnb58");
  ASSERT_TRUE(device);
  meter.waiting = {old, old, old};
  EXPECT_DOUBLE_EQ(device->as_meter()->read("voltage").value().value, 5.12345);
}

TEST_F(Fnb58, AReportThatIsDamagedAnywhereIsPassedOver) {
  ScriptedMeter meter;
  bus.plug(meter, "1-1");
  const auto device = opened("fnb58");
  ASSERT_TRUE(device);
  meter.after_keep_up.clear();
  for (std::size_t at = 0; at < told.size(); ++at) {
    Bytes damaged = old;
    damaged[at] ^= 0x01;
    meter.after_keep_up.push_back(damaged);
    meter.after_keep_up.push_back(
        Bytes(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(at)));
  }
  meter.after_keep_up.push_back(told);
  EXPECT_DOUBLE_EQ(device->as_meter()->read("voltage").value().value, 5.12345);
}

TEST_F(Fnb58, WhereNothingElseComesThatIsAnError) {
  ScriptedMeter meter;
  bus.plug(meter, "1-1");
  const auto device = opened("fnb58");
  ASSERT_TRUE(device);
  meter.after_keep_up = {Bytes(told.begin(), told.begin() + 63)};
  EXPECT_FAILS(device->as_meter()->read("voltage"), ErrorCode::protocol,
               "no report with samples whose check holds");
  meter.after_keep_up.clear();
  meter.after_start.clear();
  EXPECT_FAILS(device->as_meter()->read("voltage"), ErrorCode::timeout, "told nothing within");
}

TEST_F(Fnb58, AMeterThatSaysNothingIsNotOpened) {
  ScriptedMeter meter;
  meter.after_start.clear();
  bus.plug(meter, "1-1");
  EXPECT_FAILS(open("fnb58", {}), ErrorCode::timeout, "is its firmware new");
}

TEST_F(Fnb58, AnUnknownQuantityIsAskedOfNobody) {
  ScriptedMeter meter;
  bus.plug(meter, "1-1");
  const auto device = opened("fnb58");
  ASSERT_TRUE(device);
  exchanges.clear();
  EXPECT_FAILS(device->as_meter()->read("energy"), ErrorCode::usage,
               "it has power, voltage, current and temperature");
  EXPECT_TRUE(exchanges.empty());
}

// It may hang where nobody takes what it still says.
TEST_F(Fnb58, AtTheEndNothingIsLeftInTheMeter) {
  ScriptedMeter meter;
  bus.plug(meter, "1-1");
  {
    const auto device = opened("fnb58");
    ASSERT_TRUE(device);
    meter.waiting = {old, told, old};
  }
  EXPECT_TRUE(meter.waiting.empty());
}

// Its third interface is HID; those before are mass storage.
TEST_F(Fnb58, TheSimulatedOneIsFoundOnItsHidInterface) {
  plug("fnb58");
  const auto device = opened("fnb58");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "FNIRSI FNB58 0001A0000000");
  EXPECT_DOUBLE_EQ(device->as_meter()->read("voltage").value().value, 5);
  EXPECT_DOUBLE_EQ(device->as_meter()->read("current").value().value, 0.4);
  EXPECT_TRUE(device->harmless_exchange());
}

class FaultyFnb58 : public UsbStation, public ::testing::WithParamInterface<std::string> {};

TEST_P(FaultyFnb58, IsRightOrAnError) {
  auto& board = plug("fnb58");
  const auto device = opened("fnb58");
  ASSERT_TRUE(device);
  bus.spoil(board, parsed({GetParam()}));
  for (int i = 0; i < 3; ++i) {
    const auto reading = device->as_meter()->read("voltage");
    if (reading) {
      EXPECT_DOUBLE_EQ(reading->value, 5);
    }
  }
  bus.spoil(board, {});
  EXPECT_DOUBLE_EQ(device->as_meter()->read("voltage").value().value, 5);
}

INSTANTIATE_TEST_SUITE_P(Usb, FaultyFnb58,
                         ::testing::Values("silent@1", "late:700@1", "truncate", "truncate:63@1",
                                           "corrupt@1", "corrupt", "stall@1"));

TEST_F(Fnb58, UnpluggedItIsGoneAndFoundAgain) {
  auto& board = plug("fnb58");
  auto device = opened("fnb58");
  ASSERT_TRUE(device);
  bus.spoil(board, parsed({"vanish:1@1"}));
  EXPECT_FAILS(device->as_meter()->read("voltage"), ErrorCode::io, "the device is gone");
  EXPECT_FAILS(device->as_meter()->read("voltage"), ErrorCode::io, "the device is gone");
  device.reset();
  bus.settle();
  bus.spoil(board, {});
  device = opened("fnb58");
  ASSERT_TRUE(device);
  EXPECT_DOUBLE_EQ(device->as_meter()->read("voltage").value().value, 5);
}

TEST_F(Fnb58, ItIsKnownByItsIds) {
  EXPECT_EQ(find_driver(driver_table(), "fnb58")->recognises.size(), 4u);
}

}  // namespace
}  // namespace brewproof::testing
