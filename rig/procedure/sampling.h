// Keeps what acts are confirmed by on record: each reading of such a meter, whoever wanted to know
// it, and readings of its own between the acts.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "rig/bench/bench.h"
#include "rig/bench/condition_file.h"
#include "rig/model/sample.h"
#include "rig/procedure/procedure_file.h"

namespace brewproof {

using Sampled = std::function<void(const Sample&)>;

class Sampling {
 public:
  /// `sampled` empty: meters are read when somebody asks, and nothing is kept.
  Sampling(const ProcedureFile& procedure, const BenchFile& bench_file, Bench& bench,
           const Clock& clock, Sampled sampled)
      : bench_file_(bench_file), bench_(bench), clock_(clock), sampled_(std::move(sampled)) {
    if (!sampled_) return;
    for (const auto& [name, event] : procedure.events)
      for (const Condition& condition : event.confirm)
        if (!condition.is_state) last_raw_ns_[condition.control] = 0;
  }

  Result<Meter::Reading> measure(const std::string& control) {
    auto reading = bench_.measure(control);
    const auto last = last_raw_ns_.find(control);
    if (last == last_raw_ns_.end()) return reading;
    last->second = clock_.now().raw_ns;
    const std::string& quantity = bench_file_.controls.at(control).quantity;
    if (reading)
      sampled_({control, quantity, std::string(unit_of(quantity)), reading->value, reading->at,
                reading->moving});
    return reading;
  }

  /// Reads those that nobody has asked for half a second. A meter that fails is asked again later:
  /// whoever needs its value is told.
  void look(std::int64_t now_raw_ns) {
    constexpr std::int64_t at_least_every_ns = 500'000'000;
    for (const auto& [control, last] : last_raw_ns_)
      if (now_raw_ns - last >= at_least_every_ns) (void)measure(control);
  }

 private:
  const BenchFile& bench_file_;
  Bench& bench_;
  const Clock& clock_;
  Sampled sampled_;
  std::map<std::string, std::int64_t> last_raw_ns_;  // meter -> when it was last asked
};

}  // namespace brewproof
