// A station with mocked USB sockets: simulated boards are plugged in, drivers find them through
// unmodified libusb.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "fixtures/usb/mocked_bus.h"
#include "tests/drivers/station.h"

namespace brewproof::testing {

/// `{fault("stall@2"), fault("stuck:1")}`
inline sim::Fault fault(std::string_view text) { return sim::parse_fault(text).value(); }

class UsbStation : public ::testing::Test, public Station {
 protected:
  void SetUp() override {
    if (!sim::MockedBus::works())
      GTEST_SKIP() << "libumockdev-preload.so.0 does not stand before libc here";
  }

  std::unique_ptr<Device> opened(const std::string& driver,
                                 std::map<std::string, std::string> options = {}) {
    auto device = open(driver, std::move(options));
    if (device) return std::move(*device);
    ADD_FAILURE() << device.error().message;
    return nullptr;
  }

  /// What the contacts of the simulated boards did: "1 closed", "1 open".
  std::vector<std::string> contacts() const {
    const std::lock_guard lock(contacts_mutex_);
    return contacts_;
  }
  sim::UsbBoard::Contact contact() {
    return [this](int channel, bool closed) {
      const std::lock_guard lock(contacts_mutex_);
      contacts_.push_back(fmt::format("{} {}", channel, closed ? "closed" : "open"));
    };
  }

 private:
  mutable std::mutex contacts_mutex_;  // boards run on the bus's threads
  std::vector<std::string> contacts_;

 protected:
  sim::MockedBus bus;  // last: its threads end before what they call
};

}  // namespace brewproof::testing
