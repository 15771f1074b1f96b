#include <fmt/core.h>

#include <atomic>

#include "rig/bench/mark.h"
#include "rig/command/doctor/check.h"
#include "rig/guardian/bench_lock.h"
#include "rig/guardian/guardian.h"

namespace brewproof {
namespace {

// "; espresso guarded, latte board-timed"
std::string marks_on(const BenchFile& bench, const std::string& resource, Device& device) {
  std::string text;
  for (const auto& [name, control] : bench.controls)
    if (control.kind == ControlConfig::Kind::output && control.resource == resource)
      text += fmt::format("{}{} {}", text.empty() ? "; " : ", ", name,
                          text_of(mark_of(bench, timer_of(device, control) != nullptr)));
  return text;
}

Checks resource_checks(const BenchFile& bench, DriverTable drivers) {
  Checks checks;
  for (const auto& [name, resource] : bench.resources) {
    const DriverEntry* driver = find_driver(drivers, resource.driver);
    if (driver == nullptr) continue;
    SystemClock clock;
    auto device = driver->open(resource, {clock, {}});
    checks.push_back(device ? Check{"resource " + name, Check::State::good,
                                    (*device)->identity() + marks_on(bench, name, **device), ""}
                            : Check{"resource " + name, Check::State::bad, device.error().message,
                                    "look at " + resource.place});
  }
  return checks;
}

// Started, asked whether it is ready, and sent away again.
Check guardian_check(const BenchFile& bench, const BenchLock& lock) {
  if (!bench.guardian)
    return {
        "guardian", Check::State::note,
        "switched off: if brewproof is killed, a contact stays as it is until somebody opens it",
        "take `guardian: off` out of the bench file, or use boards that time the press "
        "themselves, or a watchdog relay, and stay with the machine"};
  const std::atomic<int> no_request{0};
  auto guardian = Guardian::start(bench, lock, no_request, {});
  if (!guardian)
    return {"guardian", Check::State::bad, guardian.error().message,
            "build it: nothing moves without it"};
  guardian->dismiss();
  return {"guardian", Check::State::good, "ready", ""};
}

}  // namespace

Checks device_checks(const BenchFile& bench, DriverTable drivers) {
  auto lock = BenchLock::take(bench.path, "brewproof doctor");
  if (!lock) return {{"devices", Check::State::bad, lock.error().message, ""}};
  Checks checks = resource_checks(bench, drivers);
  checks.push_back(guardian_check(bench, *lock));
  return checks;
}

}  // namespace brewproof
