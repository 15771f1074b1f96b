#include "rig/procedure/confirm_act.h"

#include <algorithm>

#include "rig/yaml/units.h"

namespace brewproof {
namespace {

constexpr std::int64_t next_try_ns = 10'000'000;
constexpr std::int64_t readable_within_ns = 2'000'000'000;
// A hundred readings show the pour; more would only fill the record.
constexpr std::int64_t least_apart_ns = 10'000'000, most_apart_ns = 200'000'000;

// One meter until its rise is decided.
class RiseWatch {
 public:
  RiseWatch(const Condition& condition, const Meter::Reading& base, std::int64_t contact_raw_ns)
      : condition_(condition),
        deadline_raw_ns_(contact_raw_ns + condition.within.count()),
        apart_ns_(std::clamp(condition.within.count() / 100, least_apart_ns, most_apart_ns)),
        rise_{condition.control, condition.unit, base, base, std::nullopt} {}

  Result<void> look(const Measure& measure, Clock& clock) {
    const Instant asked = clock.now();
    if (decided_ || asked.raw_ns < next_raw_ns_) return {};
    next_raw_ns_ = std::min(asked.raw_ns + apart_ns_, std::max(deadline_raw_ns_, asked.raw_ns));
    const auto reading = measure(condition_.control);
    if (!reading) {
      const bool gone = reading.error().code == ErrorCode::io;
      if (gone || clock.now().raw_ns > deadline_raw_ns_ + readable_within_ns)
        return tl::unexpected(reading.error());
      return {};
    }
    rise_.value = *reading;
    const double by = reading->value - rise_.base.value;
    beyond_ = by > condition_.rises_by->most;
    if (!beyond_ && !rise_.reached && by >= condition_.rises_by->least)
      rise_.reached = Bracket{asked, clock.now()};
    decided_ = beyond_ || asked.raw_ns >= deadline_raw_ns_;
    return {};
  }

  [[nodiscard]] bool decided() const { return decided_; }
  [[nodiscard]] bool confirmed() const { return rise_.reached && !beyond_; }
  [[nodiscard]] const Rise& rise() const { return rise_; }
  [[nodiscard]] std::string why_not() const {
    return fmt::format(
        "{} rose by {}{}, not by {}", condition_.control,
        yaml::quantity_text(rise_.value.value - rise_.base.value, condition_.unit),
        beyond_ ? ""
                : fmt::format(" within {} s", static_cast<double>(condition_.within.count()) / 1e9),
        condition_.rises_by->written);
  }

 private:
  const Condition& condition_;
  std::int64_t deadline_raw_ns_, apart_ns_, next_raw_ns_ = 0;
  Rise rise_;
  bool decided_ = false, beyond_ = false;
};

class RiseWatches {
 public:
  RiseWatches(const std::vector<Condition>& conditions, const Bases& bases,
              std::int64_t contact_raw_ns) {
    for (const Condition& condition : conditions)
      if (condition.rises_by)
        watches_.emplace_back(condition, bases.at(condition.control), contact_raw_ns);
  }

  Result<void> look(const Measure& measure, Clock& clock) {
    for (RiseWatch& watch : watches_)
      if (auto looked = watch.look(measure, clock); !looked) return looked;
    return {};
  }

  [[nodiscard]] bool decided() const { return std::ranges::all_of(watches_, &RiseWatch::decided); }

  void tell(Sighting& sighting) const {
    for (const RiseWatch& watch : watches_) {
      sighting.rises.push_back(watch.rise());
      if (!watch.confirmed() && sighting.why_not.empty()) sighting.why_not = watch.why_not();
      const auto& reached = watch.rise().reached;
      if (reached && (!sighting.met || sighting.met->end.raw_ns < reached->end.raw_ns))
        sighting.met = reached;
    }
    if (!sighting.why_not.empty()) sighting.met.reset();
  }

 private:
  std::vector<RiseWatch> watches_;
};

}  // namespace

Result<Bases> read_bases(const std::vector<Condition>& conditions, const Measure& measure,
                         Clock& clock, const Wait& wait) {
  Bases bases;
  for (const Condition& condition : conditions) {
    if (!condition.rises_by) continue;
    const std::int64_t give_up_raw_ns = clock.now().raw_ns + readable_within_ns;
    auto reading = measure(condition.control);
    while (!reading && reading.error().code != ErrorCode::io &&
           clock.now().raw_ns < give_up_raw_ns) {
      if (auto waited = wait(clock.now().raw_ns + next_try_ns); !waited)
        return pass_on(std::move(waited));
      reading = measure(condition.control);
    }
    if (!reading) return pass_on(std::move(reading));
    bases[condition.control] = *reading;
  }
  return bases;
}

Result<Sighting> confirm_act(const std::vector<Condition>& conditions, const Bases& bases,
                             const Measure& measure, Clock& clock, const Wait& wait,
                             std::int64_t contact_raw_ns) {
  RiseWatches rises(conditions, bases, contact_raw_ns);
  // Rises are looked at in each wait for the others, too.
  const Wait looking_wait = [&](std::int64_t raw_ns) -> Result<void> {
    if (auto looked = rises.look(measure, clock); !looked) return looked;
    return wait(raw_ns);
  };
  Sighting sighting;
  std::vector<Condition> others;
  std::chrono::nanoseconds within{0};
  for (const Condition& condition : conditions)
    if (!condition.rises_by) {
      others.push_back(condition);
      within = std::max(within, condition.within);
    }
  if (!others.empty()) {
    auto met =
        wait_until_met(others, measure, clock, looking_wait, contact_raw_ns + within.count());
    if (!met) return pass_on(std::move(met));
    sighting.met = *met;
    if (!*met) sighting.why_not = "no sensor confirmed the act";
  }
  while (true) {
    if (auto looked = rises.look(measure, clock); !looked) return pass_on(std::move(looked));
    if (rises.decided()) break;
    if (auto waited = wait(clock.now().raw_ns + next_try_ns); !waited)
      return pass_on(std::move(waited));
  }
  rises.tell(sighting);
  return sighting;
}

nlohmann::json rises_json(const std::vector<Rise>& rises) {
  nlohmann::json all = nlohmann::json::array();
  for (const Rise& rise : rises) {
    const auto reading = [](const Meter::Reading& one) {
      return nlohmann::json{
          {"value", one.value}, {"at_ns", one.at.real_ns}, {"moving", one.moving}};
    };
    all.push_back({{"control", rise.control},
                   {"unit", rise.unit},
                   {"base", reading(rise.base)},
                   {"last", reading(rise.value)},
                   {"reached_ns", rise.reached ? nlohmann::json(rise.reached->end.real_ns)
                                               : nlohmann::json(nullptr)}});
  }
  return all;
}

}  // namespace brewproof
