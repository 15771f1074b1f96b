// Who opens an output's contact when the program that closed it is gone (faults.md, rings 1 and 3).
#pragma once

#include <string_view>

#include "rig/bench/bench_file.h"
#include "rig/bench/driver.h"

namespace brewproof {

enum class Mark {
  board_timed,  // the board ends the press itself
  guarded,      // the guardian does
  unguarded,    // nobody: only for what does no harm where it stays closed
};

[[nodiscard]] constexpr Mark mark_of(const BenchFile& bench, bool board_times_it) {
  return board_times_it ? Mark::board_timed : bench.guardian ? Mark::guarded : Mark::unguarded;
}

/// The device's own timer, where it can time this control's press exactly; nullptr where the host
/// must.
[[nodiscard]] PulseSwitch* timer_of(Device& device, const ControlConfig& control);

[[nodiscard]] constexpr std::string_view text_of(Mark mark) {
  return mark == Mark::board_timed ? "board-timed"
         : mark == Mark::guarded   ? "guarded"
                                   : "unguarded";
}

}  // namespace brewproof
