#include "rig/command/emergency_trial.h"

#include <fmt/core.h>

#include "drivers/catalogue.h"
#include "rig/bench/open_device.h"
#include "rig/bench/sense.h"

namespace brewproof {
namespace {

constexpr std::int64_t within_ns = 60'000'000'000;
constexpr std::int64_t between_looks_ns = 20'000'000;

class Trial {
 public:
  Trial(Clock& clock, const std::function<Result<void>()>& may_go_on)
      : clock_(clock), may_go_on_(may_go_on) {}

  // True once the input says so; false where it does not in time.
  Result<bool> see(Device& device, const ControlConfig& control, bool on) {
    const std::int64_t deadline = clock_.now().raw_ns + within_ns;
    while (clock_.now().raw_ns < deadline) {
      if (auto allowed = may_go_on_(); !allowed) return pass_on(std::move(allowed));
      auto sensed = measure(device, control, clock_);
      if (!sensed) return pass_on(std::move(sensed));
      if ((sensed->value > 0.5) == on) return true;
      clock_.sleep_until(clock_.now().raw_ns + between_looks_ns);
    }
    return false;
  }

  // Pressed, and let go.
  Result<bool> press(Device& device, const ControlConfig& control, bool stops_when_on) {
    fmt::print(stderr, "Press {} now.\n", control.name);
    auto pressed = see(device, control, stops_when_on);
    if (!pressed || !*pressed) return pressed;
    fmt::print(stderr, "Seen. Let it go.\n");
    return see(device, control, !stops_when_on);
  }

 private:
  Clock& clock_;
  const std::function<Result<void>()>& may_go_on_;
};

}  // namespace

Result<std::map<std::string, std::string>> try_emergency_inputs(
    const BenchFile& bench, const std::string& person, Clock& clock,
    const std::function<Result<void>()>& may_go_on) {
  std::map<std::string, std::string> confirmed;
  OpenBuses buses;
  for (const EmergencyInput& input : bench.emergency) {
    const ControlConfig& control = bench.controls.at(input.control);
    auto device =
        open_device(bench.resources.at(control.resource), driver_table(), {clock, {}, &buses});
    if (!device) return pass_on(std::move(device));
    if (person.empty()) {
      auto sensed = measure(**device, control, clock);
      if (!sensed) return pass_on(std::move(sensed));
      confirmed[input.control] = "its reading";
      continue;
    }
    auto seen = Trial(clock, may_go_on).press(**device, control, input.on);
    if (!seen) return pass_on(std::move(seen));
    confirmed[input.control] = *seen ? person : "";
  }
  return confirmed;
}

}  // namespace brewproof
