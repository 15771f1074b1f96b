// A simulated device on its port, and the driver that it is made for at the other end.
#pragma once

#include <optional>

#include "tests/drivers/station.h"
#include "tests/fixtures/machine/station.h"

namespace brewproof::testing {

class SimulatedDevice : public ::testing::Test {
 protected:
  /// `simulator`: the arguments of brewproof-sim, without the port.
  void run(std::vector<std::string> simulator) {
    simulator.insert(simulator.end(), {"--port", path()});
    simulator_.emplace(simulator);
    ASSERT_EQ(simulator_->line(), "ready");
  }
  void open(const std::string& driver, std::map<std::string, std::string> options = {}) {
    options["port"] = path();
    device_ = station_.opened(driver, std::move(options));
    ASSERT_TRUE(device_);
  }
  [[nodiscard]] std::string path() const { return folder_.path() / "port"; }

  Result<Meter::Reading> read(const std::string& quantity) {
    return device_->as_meter()->read(quantity);
  }
  /// Under a fault of the line: none of so many readings is wrong, and not all of them fail.
  void is_right_or_an_error(const std::string& quantity, double value, int readings) {
    bool any = false;
    for (int i = 0; i < readings; ++i) {
      const auto reading = read(quantity);
      any = any || reading;
      if (reading) {
        EXPECT_DOUBLE_EQ(reading->value, value);
      }
    }
    EXPECT_TRUE(any);
  }

  sim::ScratchFolder folder_;
  std::optional<sim::Simulator> simulator_;
  Station station_;
  std::unique_ptr<Device> device_;
};

}  // namespace brewproof::testing
