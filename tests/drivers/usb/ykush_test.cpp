// Yepkit YKUSH: the bytes are those of the vendor's own tool (see drivers/ykush.cpp).

#include "tests/drivers/usb/usb_station.h"

namespace brewproof::testing {
namespace {

using ::testing::ElementsAre;

Bytes report(const std::string& start) {
  Bytes bytes = hex(start);
  bytes.resize(64);
  return bytes;
}

class Ykush : public UsbStation {
 protected:
  std::unique_ptr<Device> plugged(const std::vector<std::string>& faults = {}, int channels = 3) {
    plug("ykush", faults, {.path = "1-1.4", .channels = channels});
    return opened("ykush");
  }
};

TEST_F(Ykush, SwitchesAPortAndReadsItBack) {
  const auto device = plugged();
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "YKUSH YK12345");
  Switch& ports = *device->as_switch();
  ASSERT_TRUE(ports.set(2, true));
  EXPECT_EQ(ports.read(2).value(), true);
  EXPECT_EQ(ports.read(3).value(), false);
  ASSERT_TRUE(ports.set(2, false));
  EXPECT_THAT(contacts(), ElementsAre("2 closed", "2 open"));
  ASSERT_EQ(exchanges.size(), 4u);
  EXPECT_EQ(exchanges[0].written, report("12"));
  EXPECT_EQ(exchanges[0].received, report("01"));
  EXPECT_EQ(exchanges[1].written, report("22"));
  EXPECT_EQ(exchanges[1].received, report("01 12"));
  EXPECT_EQ(exchanges[2].received, report("01 03"));
  EXPECT_EQ(exchanges[3].written, report("02"));
}

TEST_F(Ykush, AllOffIsOneCommand) {
  const auto device = plugged();
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(1, true));
  ASSERT_TRUE(device->as_switch()->set(3, true));
  ASSERT_TRUE(device->as_switch()->all_off());
  EXPECT_THAT(contacts(), ElementsAre("1 closed", "3 closed", "1 open", "3 open"));
  EXPECT_EQ(exchanges.back().written, report("0A"));
}

TEST_F(Ykush, TheXsHasOnePortAndNoCommandForAll) {
  const auto device = plugged({}, 1);
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "YKUSHXS YK12345");
  ASSERT_TRUE(device->as_switch()->set(1, true));
  ASSERT_TRUE(device->as_switch()->all_off());
  EXPECT_EQ(exchanges.back().written, report("01"));
  EXPECT_FAILS(device->as_switch()->set(2, true), ErrorCode::usage, "its board has 1");
}

TEST_F(Ykush, TheThirdModelsFourthPortIsItsFiveVolts) {
  const auto device = plugged({}, 4);
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "YKUSH3 YK12345");
  ASSERT_TRUE(device->as_switch()->set(4, true));
  EXPECT_EQ(exchanges.back().written, report("14"));
}

TEST_F(Ykush, TheUsbSerialNumberTellsBoardsApart) {
  plug("ykush", {}, {.path = "1-2", .id = "YK99999"});
  plug("ykush", {}, {.path = "1-1"});
  const auto device = opened("ykush", {{"usb.serial", "YK99999"}});
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "YKUSH YK99999");
}

TEST_F(Ykush, ALateAnswerIsNotTakenForTheNextOne) {
  const auto device = plugged({"late:800@2"});
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(1, true));
  EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::timeout, "did not answer");
  EXPECT_EQ(device->as_switch()->read(2).value(), false) << "and not port 1's";
  EXPECT_EQ(device->as_switch()->read(1).value(), true);
}

// Off is what makes the bench safe: it leaves at once, whatever is still owed.
TEST_F(Ykush, OffDoesNotWaitForALateAnswer) {
  const auto device = plugged({"late:3000@2"});
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(1, true));
  EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::timeout, "did not answer");
  (void)device->as_switch()->all_off();
  EXPECT_THAT(contacts(), ElementsAre("1 closed", "1 open"));
}

TEST_F(Ykush, AnAnswerCutAtAnyByteThatMattersIsRefused) {
  for (const char* cut : {"truncate:0@1", "truncate:1@1"}) {
    plug("ykush", {cut}, {.path = "1-2"});
    const auto device = opened("ykush");
    ASSERT_TRUE(device);
    EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::protocol,
                 "where 01 and 11 or 01 was expected");
    bus.unplug("1-2");
  }
}

// Nothing stands where 01 should.
TEST_F(Ykush, ARefusalIsNotAnAcknowledgement) {
  const auto device = plugged({"truncate:0@1"});
  ASSERT_TRUE(device);
  EXPECT_FAILS(device->as_switch()->set(1, true), ErrorCode::protocol, "its state is unknown");
}

}  // namespace
}  // namespace brewproof::testing
