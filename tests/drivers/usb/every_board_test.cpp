// What every driver of a USB board that switches does with every fault of its simulated board: one
// that is new is tested here without a line more. Its bytes are in a test of its own.

#include <algorithm>

#include "drivers/recognition.h"
#include "drivers/transport/plugged_usb.h"
#include "tests/drivers/usb/usb_station.h"

namespace brewproof::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class EveryUsbBoard : public UsbStation,
                      public ::testing::WithParamInterface<const sim::UsbBoardKind*> {
 protected:
  static std::string kind() { return std::string(GetParam()->name); }
  static const DriverEntry& driver() { return *find_driver(driver_table(), kind()); }
  static bool reads_back() { return driver().read_back != ReadBack::none; }

  void SetUp() override {
    UsbStation::SetUp();
    ASSERT_NE(find_driver(driver_table(), kind()), nullptr) << "a board without a driver";
  }
  std::unique_ptr<Device> plugged() {
    board = &plug(kind());
    return opened(kind(), here);
  }
  void spoil(const std::string& fault) { bus.spoil(*board, parsed({fault})); }

  const std::map<std::string, std::string> here{{"usb.path", "1-1"}};
  sim::UsbBoard* board = nullptr;
};

TEST_P(EveryUsbBoard, IsKnownByWhatItSaysOfItself) {
  if (driver().recognises.empty()) GTEST_SKIP() << "it looks like any other of its class";
  plug(kind());
  const auto all = list_plugged_usb();
  const auto found = std::ranges::find(all, "1-1", &PluggedUsb::usb_path);
  ASSERT_NE(found, all.end());
  std::vector<std::string_view> names;
  for (const Recognised& each :
       recognise({found->vid, found->pid, found->manufacturer, found->product}, driver_table()))
    names.push_back(each.driver->name);
  EXPECT_THAT(names, ::testing::Contains(kind()));
}

TEST_P(EveryUsbBoard, ObeysItsDriver) {
  const auto device = plugged();
  ASSERT_TRUE(device);
  Switch& relays = *device->as_switch();
  EXPECT_EQ(relays.read_back(), driver().read_back);
  const int last = GetParam()->channels;
  ASSERT_TRUE(relays.set(last, true));
  if (reads_back()) {
    EXPECT_EQ(relays.read(last).value(), true);
    if (last > 1) {
      EXPECT_EQ(relays.read(1).value(), false);
    }
  } else {
    EXPECT_EQ(relays.read(last).value(), std::nullopt);
  }
  ASSERT_TRUE(relays.set(last, false));
  ASSERT_TRUE(relays.set(1, true));
  const auto sent = relays.all_off();
  ASSERT_TRUE(sent);
  EXPECT_LE(sent->before_write.raw_ns, sent->after_drain.raw_ns);
  EXPECT_THAT(contacts(), ElementsAre(fmt::format("{} closed", last), fmt::format("{} open", last),
                                      "1 closed", "1 open"));
}

TEST_P(EveryUsbBoard, OpeningAndClosingMoveNothing) {
  ASSERT_TRUE(plugged()->as_switch()->set(1, true));
  const auto device = opened(kind(), here);
  ASSERT_TRUE(device);
  if (reads_back()) {
    EXPECT_EQ(device->as_switch()->read(1).value(), true);
  }
  EXPECT_THAT(contacts(), ElementsAre("1 closed"));
}

TEST_P(EveryUsbBoard, AChannelThatTheBoardLacksIsNeverSent) {
  const auto device = plugged();
  ASSERT_TRUE(device);
  exchanges.clear();
  for (const int channel : {-1, 0, GetParam()->channels + 1, 256, 257}) {
    EXPECT_FAILS(device->as_switch()->set(channel, true), ErrorCode::usage,
                 fmt::format("dev has no channel {}", channel));
    EXPECT_FAILS(device->as_switch()->read(channel), ErrorCode::usage, "dev has no channel");
  }
  EXPECT_THAT(exchanges, IsEmpty());
}

TEST_P(EveryUsbBoard, TheHarmlessExchangeSwitchesNothing) {
  const auto device = plugged();
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(1, true));
  exchanges.clear();
  const auto sent = device->harmless_exchange();
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_FALSE(exchanges.empty());
  EXPECT_THAT(contacts(), ElementsAre("1 closed"));
}

TEST_P(EveryUsbBoard, AStuckRelayShowsInTheReadBack) {
  if (!reads_back()) GTEST_SKIP() << "has no read-back";
  const auto device = plugged();
  ASSERT_TRUE(device);
  spoil("stuck:1");
  ASSERT_TRUE(device->as_switch()->set(1, true));
  EXPECT_EQ(device->as_switch()->read(1).value(), false);
}

// What a latch is worth.
TEST_P(EveryUsbBoard, AContactThatNeverMovesDoesNotShow) {
  if (!reads_back()) GTEST_SKIP() << "has no read-back";
  const auto device = plugged();
  ASSERT_TRUE(device);
  spoil("inert:1");
  ASSERT_TRUE(device->as_switch()->set(1, true));
  EXPECT_EQ(device->as_switch()->read(1).value(), true);
  EXPECT_THAT(contacts(), IsEmpty());
}

TEST_P(EveryUsbBoard, AStallIsARefusalAndMovesNothing) {
  const auto device = plugged();
  ASSERT_TRUE(device);
  spoil("stall");
  EXPECT_FAILS(device->as_switch()->set(1, true), ErrorCode::protocol, "stall");
  EXPECT_FALSE(device->harmless_exchange());
  EXPECT_THAT(contacts(), IsEmpty());
  bus.spoil(*board, {});
  ASSERT_TRUE(device->as_switch()->set(1, true));
  EXPECT_THAT(contacts(), ElementsAre("1 closed"));
}

// It is off throughout: a reading may fail, and must not say on. Then it is on.
TEST_P(EveryUsbBoard, AFaultyAnswerIsNeverAWrongState) {
  if (!reads_back()) GTEST_SKIP() << "has no read-back";
  const auto device = plugged();
  ASSERT_TRUE(device);
  for (const char* fault : {"silent@1", "late:700@1", "truncate:0@1", "truncate:1@1",
                            "truncate:2@1", "truncate:3@1", "stall@1"}) {
    SCOPED_TRACE(fault);
    spoil(fault);
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(device->as_switch()->read(1).value_or(std::nullopt).value_or(false), false);
    }
    bus.spoil(*board, {});
    ASSERT_TRUE(device->as_switch()->set(1, true));
    EXPECT_EQ(device->as_switch()->read(1).value(), true);
    ASSERT_TRUE(device->as_switch()->set(1, false));
    EXPECT_EQ(device->as_switch()->read(1).value(), false);
  }
}

// Whether it obeyed is then unknown, and said so; nothing is sent a second time by itself.
TEST_P(EveryUsbBoard, SilenceIsATimeoutWhereAnAnswerIsDue) {
  const auto device = plugged();
  ASSERT_TRUE(device);
  spoil("silent");
  const auto sent = device->as_switch()->set(1, true);
  if (!sent) {
    EXPECT_EQ(sent.error().code, ErrorCode::timeout) << sent.error().message;
    EXPECT_THAT(sent.error().message, ::testing::HasSubstr("its state is unknown"));
  }
  EXPECT_LE(contacts().size(), 1u);
  bus.spoil(*board, {});
  ASSERT_TRUE(device->as_switch()->all_off());
  if (reads_back()) {
    EXPECT_EQ(device->as_switch()->read(1).value(), false);
  }
}

TEST_P(EveryUsbBoard, UnpluggedInMidActItIsGoneAndFoundAgain) {
  auto device = plugged();
  ASSERT_TRUE(device);
  spoil("vanish:1@1");
  EXPECT_FAILS(device->as_switch()->set(1, true), ErrorCode::io, "the device is gone");
  EXPECT_FAILS(device->as_switch()->all_off(), ErrorCode::io, "the device is gone");
  EXPECT_FAILS(device->harmless_exchange(), ErrorCode::io, "the device is gone");
  device.reset();
  bus.settle();
  bus.spoil(*board, {});
  const auto again = opened(kind(), here);
  ASSERT_TRUE(again);
  ASSERT_TRUE(again->as_switch()->all_off());
  if (reads_back()) {
    EXPECT_EQ(again->as_switch()->read(1).value(), false);
  }
  EXPECT_THAT(contacts(), IsEmpty()) << "the act never reached it and was not repeated";
}

std::vector<const sim::UsbBoardKind*> kinds_that_switch() {
  const auto all = sim::usb_board_kinds();
  std::vector<const sim::UsbBoardKind*> kinds(all.begin(), all.end());
  std::erase_if(kinds, [](const sim::UsbBoardKind* kind) { return kind->channels == 0; });
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(All, EveryUsbBoard, ::testing::ValuesIn(kinds_that_switch()),
                         [](const auto& each) { return std::string(each.param->name); });

}  // namespace
}  // namespace brewproof::testing
