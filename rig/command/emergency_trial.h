// Commissioning of the emergency inputs: a person presses each and lets it go again, and the rig
// sees both. A button whose wire never arrived would be found out on the worst day.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "rig/bench/bench_file.h"
#include "rig/model/clock.h"

namespace brewproof {

/// Control -> "" where it was not seen within a minute, else who pressed it. Without a `person` an
/// input is confirmed by its reading. To be called before anything watches them or is switched.
[[nodiscard]] Result<std::map<std::string, std::string>> try_emergency_inputs(
    const BenchFile& bench, const std::string& person, Clock& clock,
    const std::function<Result<void>()>& may_go_on);

}  // namespace brewproof
