#include <unistd.h>

#include "rig/command/doctor/check.h"
#include "rig/process/child.h"

namespace brewproof {

Checks resource_checks(const BenchFile& bench, DriverTable drivers) {
  Checks checks;
  for (const auto& [name, resource] : bench.resources)
    for (const DriverEntry* driver : drivers) {
      if (driver->name != resource.driver) continue;
      SystemClock clock;
      auto device = driver->open(resource, {clock, {}});
      checks.push_back(
          device ? Check{"resource " + name, Check::State::good, (*device)->identity(), ""}
                 : Check{"resource " + name, Check::State::bad, device.error().message,
                         "look at " + resource.place});
    }
  return checks;
}

Check guardian_check() {
  const std::string program = program_beside("brewproof-guardian");
  if (::access(program.c_str(), X_OK) == 0) return {"guardian", Check::State::good, "", ""};
  return {"guardian", Check::State::note,
          "none: if brewproof is killed, a contact stays as it is until somebody opens it",
          "use boards that time the press themselves, or a watchdog relay, and stay with the "
          "machine"};
}

}  // namespace brewproof
