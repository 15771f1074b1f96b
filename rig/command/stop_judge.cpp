#include "rig/command/stop_judge.h"

#include <fmt/core.h>

#include <chrono>
#include <cmath>

#include "results/inert_text.h"
#include "rig/command/analysis/early_look.h"
#include "rig/process/signals_held.h"

namespace brewproof {

std::optional<bool> StopJudge::decided() {
  if (!look_.valid()) {
    if (auto prepared = prepare_(); !prepared) return judge(pass_on(std::move(prepared)));
    const SignalsHeld held;
    look_ = std::async(std::launch::async, [this] { return early_look_at(folder_); });
  }
  if (look_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return std::nullopt;
  return judge(look_.get());
}

bool StopJudge::judge(const Result<EarlyLook>& look) {
  nlohmann::json events = nlohmann::json::object();
  if (look)
    for (const Betting& event : look->events) {
      const double won = ln_won(event.best);
      events[event.event] = {
          {"ln_won", std::isfinite(won) ? nlohmann::json(won) : nlohmann::json(nullptr)},
          {"decided", decides(event.best, look->level)}};
    }
  const std::string fault = look ? "" : look.error().message;
  const bool may_stop = look && look->may_stop(rule_);
  auto written = journal_.append(
      "early-look",
      {{"blocks", look ? look->blocks : 0}, {"events", std::move(events)}, {"fault", fault}},
      Journal::Sync::no);
  if (!fault.empty())
    note_(fmt::format("Note: the rule for an early end could not look, and the run goes on: {}.",
                      inert(fault, 400)));
  // Without the journal a run proves nothing; the next act's intent says so.
  return may_stop && written;
}

}  // namespace brewproof
