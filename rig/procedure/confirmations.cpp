#include "rig/procedure/confirmations.h"

#include <map>
#include <string>

namespace brewproof {
namespace {

struct Acts {
  std::size_t planned = 0, unconfirmed = 0;
};

Result<void> give_up(const std::string& of, const Acts& acts, const std::string& why) {
  return fail(ErrorCode::unconfirmed,
              "{} of the {} acts planned{} were commanded and reported by the board, but not "
              "confirmed ({}): more than 5 % show nothing, so the run stops. Look whether the "
              "machine is on, whether the contact reaches its button, and whether the sensor sees "
              "it (`brewproof commission` tries each control)",
              acts.unconfirmed, acts.planned, of, why);
}

}  // namespace

Result<void> still_confirmed(const Plan& plan, const std::vector<Trial>& trials) {
  if (trials.empty() || trials.back().status != TrialStatus::unconfirmed) return {};
  std::map<std::string, Acts> events;
  Acts all;
  for (const Slot& slot : plan.slots) {
    if (slot.sham) continue;
    ++events[slot.event].planned;
    ++all.planned;
  }
  for (const Trial& trial : trials) {
    if (trial.sham || trial.status != TrialStatus::unconfirmed) continue;
    ++events[trial.event].unconfirmed;
    ++all.unconfirmed;
  }
  const std::string& why = trials.back().reason;
  for (const auto& [event, acts] : events)
    if (acts.unconfirmed >= least_unconfirmed_of_event &&
        too_many_unconfirmed(acts.unconfirmed, acts.planned))
      return give_up(" of " + event, acts, why);
  if (too_many_unconfirmed(all.unconfirmed, all.planned)) return give_up("", all, why);
  return {};
}

}  // namespace brewproof
