#include "rig/procedure/service_stops.h"

#include <algorithm>
#include <set>

#include "rig/procedure/act.h"
#include "rig/procedure/blocks.h"

namespace brewproof {
namespace {

class Stops {
 public:
  Stops(const Plan& plan, const ProcedureFile& procedure, const BenchFile& bench)
      : plan_(plan), procedure_(procedure), bench_(bench) {
    for (const Consumable& consumable : bench.consumables) left_.push_back(consumable.holds);
  }

  Result<std::vector<ServiceStop>> go() {
    for (const std::vector<Slot>* slots : {&plan_.slots, &plan_.reserve})
      for (const Block& block : blocks_of(*slots))
        if (auto placed = before(block.front()->block, needs(block)); !placed)
          return pass_on(std::move(placed));
    return std::move(stops_);
  }

 private:
  using Units = std::vector<std::int64_t>;  // by consumable, in the bench file's order

  [[nodiscard]] Units needs(const Block& block) const {
    Units needs(bench_.consumables.size());
    for (std::size_t c = 0; c < needs.size(); ++c)
      for (const Slot* slot : block) needs[c] += units_of(bench_.consumables[c], *slot, procedure_);
    return needs;
  }

  // One cup of each kind that a consumable put right asks for.
  [[nodiscard]] std::vector<std::string> cups_after(const std::set<std::size_t>& due) const {
    std::vector<std::string> cups;
    for (const std::size_t c : due)
      if (const std::string& cup = bench_.consumables[c].conditioning;
          !cup.empty() && std::ranges::find(cups, cup) == cups.end())
        cups.push_back(cup);
    return cups;
  }

  [[nodiscard]] std::int64_t used_by(const std::vector<std::string>& cups, std::size_t c) const {
    std::int64_t sum = 0;
    for (const std::string& cup : cups)
      if (const auto use = bench_.consumables[c].use.find(cup);
          use != bench_.consumables[c].use.end())
        sum += use->second;
    return sum;
  }

  Result<void> before(int block, const Units& need) {
    // A conditioning cup may take the last of something else, which then is due too.
    std::set<std::size_t> due;
    std::vector<std::string> cups;
    for (bool grew = true; grew;) {
      grew = false;
      cups = cups_after(due);
      for (std::size_t c = 0; c < need.size(); ++c)
        if (left_[c] < need[c] + used_by(cups, c)) grew = due.insert(c).second || grew;
    }
    for (const std::size_t c : due)
      if (const Consumable& consumable = bench_.consumables[c];
          consumable.holds < need[c] + used_by(cups, c))
        return too_small(block, consumable, need[c], used_by(cups, c));
    for (std::size_t c = 0; c < need.size(); ++c)
      left_[c] =
          (due.contains(c) ? bench_.consumables[c].holds : left_[c]) - need[c] - used_by(cups, c);
    if (due.empty()) return {};
    ServiceStop stop;
    stop.before_block = block;
    for (const std::size_t c : due)
      stop.tasks.push_back(
          {bench_.consumables[c].name, bench_.consumables[c].service, bench_.consumables[c].by});
    stop.cups = std::move(cups);
    stops_.push_back(std::move(stop));
    return {};
  }

  static Result<void> too_small(int block, const Consumable& consumable, std::int64_t need,
                                std::int64_t conditioning) {
    return fail(ErrorCode::bad_file,
                "{}: block {} uses {} of {}{} and there is room for {}: nothing is refilled inside "
                "a block; lower design.per_block, or correct `holds`",
                consumable.place, block, need, consumable.name,
                conditioning == 0 ? "" : fmt::format(" and conditioning {}", conditioning),
                consumable.holds);
  }

  const Plan& plan_;
  const ProcedureFile& procedure_;
  const BenchFile& bench_;
  Units left_;
  std::vector<ServiceStop> stops_;
};

}  // namespace

Result<std::vector<ServiceStop>> service_stops(const Plan& plan, const ProcedureFile& procedure,
                                               const BenchFile& bench) {
  return Stops(plan, procedure, bench).go();
}

std::int64_t units_of(const Consumable& consumable, const Slot& slot,
                      const ProcedureFile& procedure) {
  const auto event = procedure.events.find(slot.event);
  if (slot.sham || event == procedure.events.end()) return 0;
  std::set<std::string> users = {slot.event};
  for (const auto& [name, value] : slot.parameters) users.insert(to_text(value));
  for (const Step& step : event->second.steps)
    if (step.kind == Step::Kind::press) users.insert(substitute(step.control, slot.parameters));
  std::int64_t sum = 0;
  for (const std::string& user : users)
    if (const auto found = consumable.use.find(user); found != consumable.use.end())
      sum += found->second;
  return sum;
}

ServiceStop whole_service(const BenchFile& bench, int before_block) {
  ServiceStop stop;
  stop.before_block = before_block;
  for (const Consumable& consumable : bench.consumables) {
    stop.tasks.push_back({consumable.name, consumable.service, consumable.by});
    const std::string& cup = consumable.conditioning;
    if (!cup.empty() && std::ranges::find(stop.cups, cup) == stop.cups.end())
      stop.cups.push_back(cup);
  }
  return stop;
}

std::string what_to_do(const ServiceStop& stop) {
  std::string text;
  for (const ServiceTask& task : stop.tasks)
    text += fmt::format("{}{} {}{}", text.empty() ? "" : " and ", task.service, task.consumable,
                        task.by.empty() ? "" : fmt::format(" (by {})", task.by));
  for (std::size_t i = 0; i < stop.cups.size(); ++i)
    text += (i == 0 ? ", then " : " and ") + stop.cups[i];
  return text + (stop.cups.empty() ? "" : " for no score");
}

std::int64_t listening_ns(const Plan& plan) {
  std::int64_t longest = plan.drain_ns;
  for (const Window& window : plan.design.windows) longest = std::max(longest, window.end_ns);
  return longest;
}

}  // namespace brewproof
