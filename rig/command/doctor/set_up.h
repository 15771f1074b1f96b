// doctor --set-up and --take-down: the network of a bench, held until somebody asks to stop.
#pragma once

#include <functional>

#include "rig/command/doctor/check.h"
#include "rig/model/result.h"

namespace brewproof {

/// Sets up, tells what stands, and holds it until Ctrl-C (or SIGTERM, SIGHUP), then takes it down.
/// Errors as HeldNetwork's.
[[nodiscard]] Result<void> hold_network(const BenchFile& bench,
                                        const std::function<void(const Checks&)>& tell);

}  // namespace brewproof
