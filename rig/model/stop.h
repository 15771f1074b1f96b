// What a person has asked a run to do: one number, which signal handlers raise and whoever waits
// looks at.
#pragma once

namespace brewproof {

inline constexpr int stop_after_trial = 1;      // end the trial, then stop safely
inline constexpr int stop_now = 2;              // stop safely in the middle of it
inline constexpr int stop_in_emergency = 1000;  // cut every output at once

}  // namespace brewproof
