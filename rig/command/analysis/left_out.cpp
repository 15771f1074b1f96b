#include "rig/command/analysis/left_out.h"

namespace brewproof {

std::uint64_t set_aside(std::vector<KeptMessage>& messages, std::vector<Stop>& stops) {
  std::uint64_t bytes = 0;
  std::erase_if(messages, [&](const KeptMessage& message) {
    if (!message.from_dut) return false;
    for (Stop& stop : stops) {
      if (message.time_ns < stop.from_ns || message.time_ns > stop.to_ns) continue;
      ++stop.messages;
      stop.bytes += message.size;
      bytes += message.size;
      return true;
    }
    return false;
  });
  return bytes;
}

void leave_out_untouched(std::vector<Trial>& trials, const std::set<int>& passive_blocks) {
  for (Trial& trial : trials)
    if (trial.block && passive_blocks.contains(*trial.block) && trial.status == TrialStatus::ok) {
      trial.status = TrialStatus::excluded;
      trial.reason = "untouched";
    }
}

}  // namespace brewproof
