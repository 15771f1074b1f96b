// A station with mocked USB sockets: simulated boards are plugged in, drivers find them through
// unmodified libusb.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "fixtures/usb/board_kind.h"
#include "fixtures/usb/mocked_bus.h"
#include "tests/drivers/station.h"

namespace brewproof::testing {

/// `{"stall@2", "stuck:1"}`
inline sim::Faults parsed(const std::vector<std::string>& texts) {
  std::vector<sim::Fault> list;
  for (const std::string& text : texts) list.push_back(sim::parse_fault(text).value());
  return sim::Faults(std::move(list));
}

/// How a simulated board is plugged in.
struct Plug {
  std::string path = "1-1";
  std::string id = "";  // as usual for the kind
  int channels = 0;     // as usual
};

/// A device that a driver must leave alone.
class Stranger final : public sim::UsbBoard {
 public:
  explicit Stranger(sim::UsbDescription description) : description_(std::move(description)) {}
  [[nodiscard]] sim::UsbDescription description() const override { return description_; }
  std::optional<Bytes> control(const sim::Setup&, ByteView) override {
    ADD_FAILURE() << "it was talked to";
    return std::nullopt;
  }

 private:
  sim::UsbDescription description_;
};

class UsbStation : public ::testing::Test, public Station {
 protected:
  void SetUp() override {
    if (!sim::MockedBus::works())
      GTEST_SKIP() << "libumockdev-preload.so.0 does not stand before libc here";
  }

  /// A simulated board of that kind in a socket: `plug("dcttech", {"stall@2", "stuck:1"})`.
  sim::UsbBoard& plug(std::string_view kind, const std::vector<std::string>& faults = {},
                      const Plug& as = {}) {
    boards_.push_back(sim::make_usb_board(
        kind,
        {.channels = as.channels, .id = as.id, .contact = contact(), .faults = parsed(faults)}));
    bus.plug(*boards_.back(), as.path);
    return *boards_.back();
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

 private:
  sim::UsbBoard::Contact contact() {
    return [this](int channel, bool closed) {
      const std::lock_guard lock(contacts_mutex_);
      contacts_.push_back(fmt::format("{} {}", channel, closed ? "closed" : "open"));
    };
  }

  mutable std::mutex contacts_mutex_;  // boards run on the bus's threads
  std::vector<std::string> contacts_;
  std::vector<std::unique_ptr<sim::UsbBoard>> boards_;

 protected:
  sim::MockedBus bus;  // last: its threads end before what they call
};

}  // namespace brewproof::testing
