#include "rig/procedure/unplanned.h"

#include <algorithm>
#include <utility>

namespace brewproof {
namespace {

// A tenth of the time in which an act must show is short enough to see any act, and each reading is
// on record.
constexpr std::int64_t least_interval_ns = 50'000'000, most_interval_ns = 500'000'000;

}  // namespace

UnplannedWatch::UnplannedWatch(const ProcedureFile& procedure, const BenchFile& bench)
    : interval_ns_(most_interval_ns) {
  for (const Condition& rest : bench.ready) {
    if (!rest.below) continue;
    WatchedMeter meter;
    for (const auto& [name, event] : procedure.events)
      for (const Condition& confirm : event.confirm) {
        if (confirm.control != rest.control || !confirm.above) continue;
        meter.above =
            meter.control.empty() ? *confirm.above : std::min(meter.above, *confirm.above);
        meter.within_ns = std::max(meter.within_ns, confirm.within.count());
        meter.control = confirm.control;
        meter.unit = confirm.unit;
      }
    if (meter.control.empty()) continue;
    meter.rest = *rest.below;
    interval_ns_ = std::clamp(meter.within_ns / 10, least_interval_ns, interval_ns_);
    for (const Condition& own : bench.by_itself)
      if (own.control == meter.control) meter.by_itself.push_back(own);
    meters_.push_back(std::move(meter));
  }
}

void UnplannedWatch::look(const Measure& measure, std::int64_t now_raw_ns) {
  if (looked_raw_ns_ && now_raw_ns - *looked_raw_ns_ < interval_ns_) return;
  looked_raw_ns_ = now_raw_ns;
  for (WatchedMeter& meter : meters_)
    if (const auto reading = measure(meter.control); reading && judging_) judge(meter, *reading);
}

void UnplannedWatch::judge(WatchedMeter& meter, const Meter::Reading& reading) {
  if (!meter.rise && reading.value > meter.above)
    meter.rise = UnplannedAct{meter.control,      reading.value,   meter.unit, reading.at.real_ns,
                              reading.at.real_ns, meter.within_ns, false};
  if (!meter.rise) return;
  meter.rise->peak = std::max(meter.rise->peak, reading.value);
  meter.rise->to_ns = reading.at.real_ns;
  if (reading.value < meter.rest) end(meter);
}

void UnplannedWatch::end(WatchedMeter& meter) {
  UnplannedAct act = *std::exchange(meter.rise, std::nullopt);
  act.by_itself = std::ranges::any_of(meter.by_itself, [&](const Condition& own) {
    return (!own.below || act.peak < *own.below) && (!own.above || act.peak > *own.above) &&
           (own.within.count() == 0 || act.to_ns - act.from_ns <= own.within.count());
  });
  ended_.push_back(std::move(act));
}

void UnplannedWatch::act_begins() { judging_ = false; }

void UnplannedWatch::at_rest() {
  for (WatchedMeter& meter : meters_)
    if (meter.rise) end(meter);
  judging_ = true;
}

bool UnplannedWatch::open() const {
  return std::ranges::any_of(meters_,
                             [](const WatchedMeter& meter) { return meter.rise.has_value(); });
}

bool UnplannedWatch::can_see(const EventSpec& event) const {
  return !event.confirm.empty() &&
         std::ranges::all_of(event.confirm, [&](const Condition& confirm) {
           return std::ranges::find(meters_, confirm.control, &WatchedMeter::control) !=
                  meters_.end();
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
