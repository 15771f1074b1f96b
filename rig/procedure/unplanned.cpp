#include "rig/procedure/unplanned.h"

#include <algorithm>
#include <utility>

#include "rig/procedure/payment_bus.h"

namespace brewproof {
namespace {

// A tenth of the time in which an act must show is short enough to see any act, and each reading is
// on record.
constexpr std::int64_t least_interval_ns = 50'000'000, most_interval_ns = 500'000'000;

}  // namespace

UnplannedWatch::UnplannedWatch(const ProcedureFile& procedure, const BenchFile& bench)
    : interval_ns_(most_interval_ns) {
  for (const Condition& rest : bench.ready) {
    Watched watched;
    if (rest.is_state) {
      watched.control = rest.control;
      watched.upside_down = rest.above.has_value();
      watched.above = watched.rest = watched.upside_down ? -0.5 : 0.5;
      watched_.push_back(std::move(watched));
      continue;
    }
    if (!rest.below) continue;
    for (const auto& [name, event] : procedure.events)
      for (const Condition& confirm : event.confirm) {
        if (confirm.control != rest.control || !confirm.above) continue;
        watched.above =
            watched.control.empty() ? *confirm.above : std::min(watched.above, *confirm.above);
        watched.within_ns = std::max(watched.within_ns, confirm.within.count());
        watched.control = confirm.control;
        watched.unit = confirm.unit;
      }
    if (watched.control.empty()) continue;
    watched.rest = *rest.below;
    interval_ns_ = std::clamp(watched.within_ns / 10, least_interval_ns, interval_ns_);
    for (const Condition& own : bench.by_itself)
      if (own.control == watched.control) watched.by_itself.push_back(own);
    watched_.push_back(std::move(watched));
  }
  const auto watch_cards = [this](const std::string& name) {
    Watched watched;
    watched.control = name;
    watched.above = watched.rest = 0.5;
    watched_.push_back(std::move(watched));
  };
  for (const auto& [name, control] : bench.controls)
    if (control.kind == ControlConfig::Kind::reader) watch_cards(name);
  if (bench.payment == "real") watch_cards(std::string(real_terminal));
}

void UnplannedWatch::look(const Measure& measure, std::int64_t now_raw_ns) {
  if (looked_raw_ns_ && now_raw_ns - *looked_raw_ns_ < interval_ns_) return;
  looked_raw_ns_ = now_raw_ns;
  for (Watched& watched : watched_) {
    // The real terminal is no control that could be asked: its sessions are heard (stray_session).
    if (watched.control == real_terminal && watched.above == watched.rest) continue;
    if (const auto reading = measure(watched.control); reading && judging_)
      judge(watched, *reading);
  }
}

void UnplannedWatch::judge(Watched& watched, const Meter::Reading& reading) {
  const double value = watched.upside_down ? -reading.value : reading.value;
  if (!watched.rise && value > watched.above)
    watched.rise =
        UnplannedAct{watched.control,    reading.value,     watched.unit, reading.at.real_ns,
                     reading.at.real_ns, watched.within_ns, false};
  if (!watched.rise) return;
  watched.rise->peak = std::max(watched.rise->peak, reading.value);
  watched.rise->to_ns = reading.at.real_ns;
  if (value < watched.rest) end(watched);
}

void UnplannedWatch::end(Watched& watched) {
  UnplannedAct act = *std::exchange(watched.rise, std::nullopt);
  act.by_itself = std::ranges::any_of(watched.by_itself, [&](const Condition& own) {
    return (!own.below || act.peak < *own.below) && (!own.above || act.peak > *own.above) &&
           (own.within.count() == 0 || act.to_ns - act.from_ns <= own.within.count());
  });
  ended_.push_back(std::move(act));
}

void UnplannedWatch::stray_session(const std::string& reader, Instant at) {
  for (Watched& watched : watched_)
    if (watched.control == reader && judging_) judge(watched, {1, at});
}

void UnplannedWatch::act_begins() { judging_ = false; }

void UnplannedWatch::at_rest() {
  for (Watched& watched : watched_)
    if (watched.rise) end(watched);
  judging_ = true;
}

bool UnplannedWatch::open() const {
  return std::ranges::any_of(watched_,
                             [](const Watched& watched) { return watched.rise.has_value(); });
}

bool UnplannedWatch::can_see(const EventSpec& event) const {
  return !event.confirm.empty() &&
         std::ranges::all_of(event.confirm, [&](const Condition& confirm) {
           return std::ranges::find(watched_, confirm.control, &Watched::control) != watched_.end();
         });
}

Result<bool> record_unplanned(const std::vector<UnplannedAct>& acts, int block,
                              const std::vector<Trial>& trials, Journal& journal,
                              std::vector<Damage>& damage) {
  const auto last = std::find_if(trials.rbegin(), trials.rend(),
                                 [&](const Trial& trial) { return trial.block == block; });
  const bool begun = last != trials.rend();
  bool lost = false;
  for (const UnplannedAct& act : acts) {
    auto written =
        journal.append("unplanned",
                       {{"control", act.control},
                        {"peak", act.peak},
                        {"unit", act.unit},
                        {"from_ns", act.from_ns},
                        {"to_ns", act.to_ns},
                        {"by_itself", act.by_itself},
                        {"block", begun ? nlohmann::json(block) : nlohmann::json(nullptr)}},
                       Journal::Sync::yes);
    if (!written) return pass_on(std::move(written));
    if (act.by_itself) continue;
    // The meter may be late; and between two trials of a block it is that block's loss too.
    Damage span{"unplanned-act", act.from_ns - act.within_ns, act.to_ns};
    if (begun) span.from_ns = std::min(span.from_ns, last->end_ns);
    written = journal.append("damage",
                             {{"reason", span.reason},
                              {"text", "the machine was used where no act was assigned"},
                              {"from_ns", span.from_ns},
                              {"to_ns", span.to_ns}},
                             Journal::Sync::yes);
    if (!written) return pass_on(std::move(written));
    damage.push_back(span);
    lost = lost || begun;
  }
  return lost;
}

}  // namespace brewproof
