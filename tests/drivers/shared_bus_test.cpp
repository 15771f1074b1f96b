// Several devices on one Modbus bus: one owner of the port, each exchange under its own resource.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

const Bytes read_at_1 = hex("01 01 00 00 00 08 3D CC");
const Bytes none_on_at_1 = hex("01 01 01 00 51 88");
const Bytes read_at_2 = hex("02 01 00 00 00 08 3D FF");
const Bytes none_on_at_2 = hex("02 01 01 00 51 CC");
const Bytes on_1_at_2 = hex("02 05 00 00 FF 00 8C 09");
const Bytes ask_meter_at_3 = hex("03 04 00 00 00 0A 71 EF");
const Bytes reading_at_3 =
    hex("03 04 14 08 FD 15 38 00 00 30 D3 00 00 04 D2 00 00 01 F4 00 64 00 00 09 05");

void answer(PtyPeer& bus, const Bytes& question, const Bytes& bytes) {
  bus.expect(question);
  bus.say(bytes);
}

class SharedBusTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Device>> open(const std::string& name, const std::string& driver,
                                       std::map<std::string, std::string> options) {
    for (const DriverEntry* entry : driver_table())
      if (entry->name == driver)
        return entry->open({name, driver, std::move(options), "bench.yaml:1:1"}, context_);
    return fail(ErrorCode::usage, "no driver {}", driver);
  }
  SystemClock clock_;
  OpenBuses buses_;
  std::vector<Exchange> exchanges_;
  DriverContext context_{clock_, [this](const Exchange& e) { exchanges_.push_back(e); }, &buses_};
};

TEST_F(SharedBusTest, TwoBoardsAndAMeterTakeTurnsOnOnePort) {
  PtyPeer peer([](PtyPeer& b) {
    answer(b, read_at_1, none_on_at_1);
    answer(b, read_at_2, none_on_at_2);
    answer(b, ask_meter_at_3, reading_at_3);
    answer(b, on_1_at_2, on_1_at_2);
    answer(b, ask_meter_at_3, reading_at_3);
    answer(b, read_at_1, none_on_at_1);
  });
  const auto left = open("left", "modbus_relay", {{"port", peer.path()}, {"address", "1"}});
  ASSERT_TRUE(left) << left.error().message;
  const auto right = open("right", "modbus_relay", {{"port", peer.path()}, {"address", "2"}});
  ASSERT_TRUE(right) << right.error().message;
  const auto meter = open("meter", "pzem004t", {{"port", peer.path()}, {"address", "3"}});
  ASSERT_TRUE(meter) << meter.error().message;
  EXPECT_TRUE((*right)->as_switch()->set(1, true));
  EXPECT_DOUBLE_EQ((*meter)->as_meter()->read("power").value().value, 1249.9);
  EXPECT_EQ((*left)->as_switch()->read(1).value(), false);
  std::vector<std::string> names;
  for (const Exchange& e : exchanges_) names.push_back(e.resource);
  EXPECT_THAT(names, ::testing::ElementsAre("left", "right", "meter", "right", "meter", "left"));
}

TEST_F(SharedBusTest, AnotherNameOfThePortIsTheSameBus) {
  PtyPeer peer([](PtyPeer& b) {
    answer(b, read_at_1, none_on_at_1);
    answer(b, read_at_2, none_on_at_2);
  });
  const std::string link = ::testing::TempDir() + "/shared_bus_" + std::to_string(::getpid());
  ASSERT_EQ(::symlink(peer.path().c_str(), link.c_str()), 0);
  const auto left = open("left", "modbus_relay", {{"port", peer.path()}, {"address", "1"}});
  const auto right = open("right", "modbus_relay", {{"port", link}, {"address", "2"}});
  ::unlink(link.c_str());
  EXPECT_TRUE(left);
  EXPECT_TRUE(right) << right.error().message;
}

TEST_F(SharedBusTest, OneBusHasOneBaud) {
  PtyPeer peer([](PtyPeer& b) { answer(b, read_at_1, none_on_at_1); });
  const auto left = open("left", "modbus_relay", {{"port", peer.path()}, {"address", "1"}});
  ASSERT_TRUE(left);
  EXPECT_FAILS(
      open("right", "modbus_relay", {{"port", peer.path()}, {"address", "2"}, {"baud", "19200"}}),
      ErrorCode::bad_file, "runs at 9600 baud for left");
}

TEST_F(SharedBusTest, ThePortIsFreeWhenTheLastDeviceIsClosed) {
  PtyPeer peer([](PtyPeer& b) {
    for (int i = 0; i < 2; ++i) answer(b, read_at_1, none_on_at_1);
  });
  auto left = open("left", "modbus_relay", {{"port", peer.path()}, {"address", "1"}});
  ASSERT_TRUE(left);
  left->reset();
  Station alone;  // opens without the store: the lock must be gone
  EXPECT_TRUE(alone.open("modbus_relay", {{"port", peer.path()}}));
}

TEST_F(SharedBusTest, ASilentNeighbourDoesNotBreakTheOthers) {
  PtyPeer peer([](PtyPeer& b) {
    answer(b, read_at_1, none_on_at_1);
    b.expect(read_at_2);
    answer(b, read_at_1, none_on_at_1);
  });
  const auto left = open("left", "modbus_relay", {{"port", peer.path()}, {"address", "1"}});
  ASSERT_TRUE(left);
  EXPECT_FAILS(open("right", "modbus_relay", {{"port", peer.path()}, {"address", "2"}}),
               ErrorCode::timeout, "right: address 02 did not answer");
  EXPECT_EQ((*left)->as_switch()->read(1).value(), false);
}

}  // namespace
}  // namespace brewproof::testing
