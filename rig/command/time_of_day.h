// A time of day on the clock of the wall, as a person at the bench names it.
#pragma once

#include <cstdint>
#include <string>

#include "rig/model/result.h"

namespace brewproof {

/// "22:30" -> the next time that it is so here, in the station's time zone, as CLOCK_REALTIME
/// nanoseconds: today, or tomorrow where that is past. Error `usage`: it is no HH:MM.
[[nodiscard]] Result<std::int64_t> next_time_of_day(const std::string& text,
                                                    std::int64_t now_real_ns);

}  // namespace brewproof
