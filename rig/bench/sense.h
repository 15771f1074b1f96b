// A sensor control's present value, whichever thread and device it is read by.
#pragma once

#include "rig/bench/bench_file.h"
#include "rig/bench/driver.h"

namespace brewproof {

/// A meter's quantity in its SI unit; an input's 1 (on) or 0; a reader's 1 while, or if since the
/// last call, a session was open that nobody here began. Error `bad_file`: the device is no
/// such sensor.
[[nodiscard]] Result<Meter::Reading> measure(Device& device, const ControlConfig& control,
                                             Clock& clock);

}  // namespace brewproof
