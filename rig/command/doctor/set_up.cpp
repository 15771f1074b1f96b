#include "rig/command/doctor/set_up.h"

#include "rig/command/stop_request.h"
#include "rig/network/held_network.h"

namespace brewproof {

Result<void> hold_network(const BenchFile& bench, const std::function<void(const Checks&)>& tell) {
  const std::atomic<int>& stop = stop_requests();
  auto held = HeldNetwork::set_up(bench);
  if (!held) return pass_on(std::move(held));
  tell(reach_checks(bench));
  const Result<void> ended = held->hold(stop);
  auto down = held->take_down();
  return ended ? std::move(down) : ended;
}

}  // namespace brewproof
