// What a plan can and cannot show, and what it costs, before anything moves.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "rig/bench/condition_file.h"
#include "rig/bench/mark.h"
#include "rig/model/alpha_shares.h"
#include "rig/procedure/act.h"
#include "rig/procedure/make_plan.h"
#include "rig/procedure/payment_step.h"
#include "rig/procedure/reach.h"
#include "rig/procedure/service_stops.h"
#include "rig/yaml/units.h"

namespace brewproof {
namespace {

class Forecaster {
 public:
  Forecaster(const Plan& plan, const ProcedureFile& procedure, const BenchFile& bench,
             int soonest_end)
      : plan_(plan), procedure_(procedure), bench_(bench), soonest_end_(soonest_end) {}

  Forecast go() {
    forecast_.slots = static_cast<int>(plan_.slots.size());
    forecast_.reserve_slots = static_cast<int>(plan_.reserve.size());
    for (const auto& [name, design] : plan_.design.events) foresee_event(name, design);
    foresee_parameters();
    foresee_use();
    foresee_time();
    foresee_outputs();
    warn_of_design();
    warn_of_network();
    return std::move(forecast_);
  }

 private:
  template <class... Args>
  void warn(fmt::format_string<Args...> format, Args&&... args) {
    forecast_.warnings.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  void foresee_event(const std::string& name, const EventDesign& design) {
    std::map<int, std::pair<int, int>> arms;  // by block: trials, shams
    Forecast::Event event;
    event.event = name;
    for (const Slot& slot : plan_.slots) {
      if (slot.event != name) continue;
      ++(slot.sham ? arms[slot.block].second : arms[slot.block].first);
      ++(slot.sham ? event.sham_trials : event.trials);
    }
    for (const auto& [block, counts] : arms)
      event.smallest_p *= separation_p(counts.first, counts.second);
    event.none_seen_bound = none_seen_bound(event.trials);
    if (const auto found = procedure_.events.find(name); found != procedure_.events.end())
      for (const Condition& condition : found->second.confirm)
        event.confirm.push_back(condition_text(condition));
    if (design.sham.empty())
      warn(
          "{} has no sham: what follows it can only be a candidate (grade C). Add `sham: host`, "
          "`sham: none` or `sham: {{dummy: CONTROL}}`",
          name);
    forecast_.events.push_back(event);
  }

  // Whether a board times a press, only the board itself says, and nothing is opened here.
  void foresee_outputs() {
    const std::string otherwise(text_of(mark_of(bench_, false)));
    for (const auto& [name, control] : bench_.controls)
      if (control.kind == ControlConfig::Kind::output)
        forecast_.outputs.push_back(
            {name, fmt::format("{}/{}", control.resource, control.channel),
             control.board_timed ? "board-timed or " + otherwise : otherwise});
  }

  double parameter_p(const std::string& event, const std::string& name,
                     const ParameterDesign& design, Forecast::Parameter& parameter) const {
    std::map<Value, int> counts;
    int trials = 0;
    for (const Slot& slot : plan_.slots)
      if (slot.event == event && !slot.sham && slot.parameters.contains(name)) {
        ++counts[slot.parameters.at(name)];
        ++trials;
      }
    parameter.values = static_cast<int>(counts.size());
    if (design.unique) return matching_p(trials);
    std::vector<int> of_levels;
    of_levels.reserve(counts.size());
    for (const auto& [value, count] : counts) of_levels.push_back(count);
    return counts.size() < 2 ? 1 : mapping_p(of_levels);
  }

  // Of a balanced deal over so many blocks.
  double p_of_blocks(const ParameterDesign& design, int blocks) const {
    const int trials = blocks * plan_.per_block;
    if (design.unique) return matching_p(trials);
    const auto levels = static_cast<int>(design.levels.size());
    std::vector<int> counts(design.levels.size(), trials / levels);
    for (int i = 0; i < trials % levels; ++i) ++counts[static_cast<std::size_t>(i)];
    return mapping_p(counts);
  }

  // The first number of blocks, `from` at least, whose deal reaches `needed`; 0 = none up to 1000.
  int blocks_for(const ParameterDesign& design, double needed, int from) const {
    for (int blocks = from; blocks <= 1000; ++blocks)
      if (p_of_blocks(design, blocks) <= needed) return blocks;
    return 0;
  }

  // A rule looks at what is sent, not at what is in it: it may end the run before contents can be
  // proved.
  void warn_of_early_end(const std::string& name, const ParameterDesign& design, double needed) {
    if (!plan_.design.stop || (!design.unique && design.levels.size() < 2)) return;
    const int least = std::max(plan_.design.stop->least_blocks, soonest_end_);
    const int blocks = blocks_for(design, needed, least);
    if (blocks <= least) return;
    warn("{}: the rule for an early end may end the run after {} {}, and its fields need {}: {}",
         name, least, least == 1 ? "block" : "blocks", blocks,
         blocks < plan_.blocks
             ? fmt::format("use stop: {{when: decided, least_blocks: {}}}", blocks)
             : "leave the rule out, or use more blocks");
  }

  void foresee_parameters() {
    std::size_t count = 0;
    for (const auto& [name, event] : plan_.design.events) count += event.parameters.size();
    const double needed =
        values_share(plan_.design.alpha) / static_cast<double>(std::max<std::size_t>(count, 1));
    for (const auto& [event_name, event] : plan_.design.events)
      for (const auto& [name, design] : event.parameters) {
        Forecast::Parameter parameter;
        parameter.event = event_name;
        parameter.parameter = name;
        parameter.smallest_p = parameter_p(event_name, name, design, parameter);
        parameter.provable = parameter.smallest_p <= needed;
        if (!parameter.provable) {
          const int blocks = design.unique ? 0 : blocks_for(design, needed, plan_.blocks + 1);
          warn(
              "{}.{}: {} values reach p = {:.2g} at best, and {:.2g} is needed (0.4 of alpha "
              "over {} parameters): its fields cannot be proved{}",
              event_name, name, parameter.values, parameter.smallest_p, needed, count,
              blocks == 0 ? "" : fmt::format("; use blocks: {}", blocks));
        }
        if (parameter.provable)
          warn_of_early_end(fmt::format("{}.{}", event_name, name), design, needed);
        forecast_.parameters.push_back(parameter);
      }
  }

  std::string currency_of(const EventSpec& event) const {
    for (const auto& [name, spec] : event.parameters)
      if (!spec.currency.empty()) return spec.currency;
    for (const Step& step : event.steps)
      if (const auto found = step.arguments.find("currency"); found != step.arguments.end())
        return found->second;
    for (const Step& step : event.steps)
      if (const auto found = insertion_of(step, {}, bench_);
          step.kind == Step::Kind::insert && found)
        return found->worth.currency;
    return "";
  }

  void foresee_use() {
    for (const bool reserve : {false, true})
      for (const Slot& slot : reserve ? plan_.reserve : plan_.slots) {
        if (slot.sham || !procedure_.events.contains(slot.event)) continue;
        const EventSpec& event = procedure_.events.at(slot.event);
        const Use use = use_of(event, slot.parameters, bench_);
        (reserve ? forecast_.reserve_cups : forecast_.cups) += use.cups;
        (reserve ? forecast_.reserve_payments : forecast_.payments) += use.payments;
        if (use.money_minor != 0) forecast_.money_minor[currency_of(event)] += use.money_minor;
        if (!reserve)
          for (const Consumable& consumable : bench_.consumables)
            forecast_.consumables[consumable.name] += units_of(consumable, slot, procedure_);
      }
    for (const ServiceStop& stop : plan_.stops) {
      const bool reserve = stop.before_block > plan_.blocks;
      (reserve ? forecast_.reserve_conditioning_cups : forecast_.conditioning_cups) +=
          std::ssize(stop.cups);
      for (const ServiceTask& task : stop.tasks)
        forecast_.services[task.consumable] += reserve ? 0 : 1;
    }
    for (const Consumable& consumable : bench_.consumables) {
      forecast_.services[consumable.name] += 0;
      for (const ServiceStop& stop : plan_.stops)
        for (const std::string& cup : stop.cups)
          if (const auto use = consumable.use.find(cup);
              use != consumable.use.end() && stop.before_block <= plan_.blocks)
            forecast_.consumables[consumable.name] += use->second;
      if (consumable.price)
        forecast_.prices[consumable.name] = {
            consumable.price->minor * forecast_.consumables[consumable.name],
            consumable.price->currency};
    }
    warn_of_limits();
  }

  void warn_of_limits() {
    const auto compare = [&](std::string_view what, const std::optional<std::int64_t>& limit,
                             std::int64_t needed, std::int64_t more) {
      if (!limit) return;
      if (needed > *limit)
        warn("limits.{} is {} and the plan needs {}: raise it, or lower design.blocks", what,
             *limit, needed);
      else if (needed + more > *limit)
        warn(
            "limits.{} is {} and the plan with its reserve needs {}: a damaged block may not be "
            "replaced",
            what, *limit, needed + more);
    };
    compare("cups", bench_.limits.cups, forecast_.cups + forecast_.conditioning_cups,
            forecast_.reserve_cups + forecast_.reserve_conditioning_cups);
    compare("payments", bench_.limits.payments, forecast_.payments, forecast_.reserve_payments);
    if (!bench_.limits.money) return;
    for (const auto& [currency, minor] : forecast_.money_minor)
      if (currency == bench_.limits.money->currency && minor > bench_.limits.money->minor)
        warn(
            "limits.money is {} and the plan with its reserve needs up to {}: raise it, or lower "
            "the amounts",
            yaml::money_text(bench_.limits.money->minor, currency),
            yaml::money_text(minor, currency));
  }

  std::int64_t press_ns(const std::string& control, int times = 1) const {
    const auto found = bench_.controls.find(control);
    if (found == bench_.controls.end()) return 0;
    const std::chrono::nanoseconds once = found->second.press;
    return (times * once + (times - 1) * gap_of(found->second)).count();
  }

  // Of a step that presses an output; 0 of another.
  std::int64_t pressed_ns(const Step& step, const Slot& slot, const EventSpec& event) const {
    int times = 1;
    if (step.kind == Step::Kind::power)
      return step.duration.count() > 0 ? step.duration.count()
                                       : press_ns(substitute(step.control, slot.parameters));
    if (step.kind == Step::Kind::insert)
      if (const auto insertion = insertion_of(step, slot.parameters, bench_))
        times = insertion->pulses;
    if (slot.sham) return event.sham == "dummy" ? press_ns(event.sham_control, times) : 0;
    return is_pressed(step) ? press_ns(substitute(step.control, slot.parameters), times) : 0;
  }

  // From readiness to the end of the drain. The loop reads the sensor in sham slots too, and there
  // it waits in vain; a rise it watches to the end everywhere.
  std::int64_t slot_ns(const Slot& slot, bool longest) const {
    const EventSpec& event = procedure_.events.at(slot.event);
    std::int64_t steps = 0;
    for (const Step& step : event.steps) {
      if (step.kind == Step::Kind::wait)
        steps += step.duration.count();
      else if (step.kind == Step::Kind::wait_quiet)
        steps += (longest ? step.within : step.duration).count();
      else
        steps += pressed_ns(step, slot, event);
    }
    std::int64_t confirm = 0, rise = 0, ready = 0;
    for (const Condition& condition : event.confirm) {
      confirm = std::max(confirm, condition.within.count());
      if (condition.rises_by) rise = std::max(rise, condition.within.count());
    }
    for (const Condition& condition : bench_.ready) ready = std::max(ready, condition.hold.count());
    const std::int64_t observed =
        std::max(event.observe.count(), slot.sham || longest ? confirm : rise);
    return ready + slot.jitter_ns + steps + observed + plan_.drain_ns;
  }

  // A stop is listened to before and after, so that no window of a trial reaches into it.
  void foresee_stop(int block, std::int64_t at_ns) {
    for (const ServiceStop& stop : plan_.stops) {
      if (stop.before_block != block) continue;
      const bool reserve = block > plan_.blocks;
      forecast_.stops.push_back({block, at_ns, reserve, stop.attended(), what_to_do(stop)});
      if (!reserve) forecast_.expected_ns += 2 * listening_ns(plan_);
      forecast_.longest_ns += 2 * listening_ns(plan_);
    }
  }

  void foresee_time() {
    const std::int64_t listen = listening_ns(plan_);
    forecast_.expected_ns = forecast_.longest_ns = plan_.idle_ns + listen;
    int block = 0;
    for (const Slot& slot : plan_.slots) {
      if (!procedure_.events.contains(slot.event)) continue;
      if (std::exchange(block, slot.block) != slot.block)
        foresee_stop(slot.block, forecast_.expected_ns - listen);
      forecast_.expected_ns += slot_ns(slot, false);
      forecast_.longest_ns += slot_ns(slot, true);
    }
    for (const Slot& slot : plan_.reserve) {
      if (!procedure_.events.contains(slot.event)) continue;
      if (std::exchange(block, slot.block) != slot.block)
        foresee_stop(slot.block, forecast_.longest_ns - listen);
      forecast_.longest_ns += slot_ns(slot, true);
    }
    if (bench_.limits.wall_clock && forecast_.longest_ns > bench_.limits.wall_clock->count())
      warn(
          "limits.wall_clock is {} s and the plan with its reserve takes {} s without the "
          "machine's own brewing time: raise it, or lower design.blocks",
          bench_.limits.wall_clock->count() / 1'000'000'000, forecast_.longest_ns / 1'000'000'000);
  }

  void warn_of_design() {
    std::int64_t slot = 0;
    for (const auto& [name, event] : plan_.design.events) {
      slot = std::max(slot, event.observe_ns + plan_.drain_ns);
      for (const Window& window : plan_.design.windows)
        if (window.end_ns > event.observe_ns + plan_.drain_ns) {
          warn(
              "{} is observed for {} ms and a window ends at {} ms: messages of the next trial "
              "fall into it. Lengthen `observe`",
              name, event.observe_ns / 1'000'000, window.end_ns / 1'000'000);
          break;
        }
    }
    const std::int64_t least =
        plan_.design.background_ns ? std::min(*plan_.design.background_ns, 2 * slot) : 2 * slot;
    if (procedure_.jitter.count() < least)
      warn(
          "design.jitter is {} ms: below {} ms ({}) a background period can keep step with the "
          "slots",
          procedure_.jitter.count() / 1'000'000, least / 1'000'000,
          plan_.design.background_ns ? "the longest background period, or two slots"
                                     : "two slots; design.background is not declared");
    if (plan_.design.background_ns && plan_.idle_ns < *plan_.design.background_ns)
      warn(
          "design.idle is {} ms: shorter than the background period of {} ms it cannot check the "
          "declaration",
          plan_.idle_ns / 1'000'000, *plan_.design.background_ns / 1'000'000);
    if (plan_.reserve_blocks == 0) warn("design.reserve is 0: a damaged block cannot be replaced");
  }

  void warn_of_network() {
    if (bench_.network.capture.empty()) {
      warn("bench {} captures nothing (network.capture is not set): only the actions are recorded",
           bench_.name);
      return;
    }
    std::vector<std::string> unobserved;
    for (const auto& [path, state] : bench_.network.paths)
      if (state == "unobserved") unobserved.push_back(path);
    if (!unobserved.empty())
      warn("unobserved in network.paths: {}: \"none seen\" will be inconclusive",
           fmt::join(unobserved, ", "));
  }

  const Plan& plan_;
  const ProcedureFile& procedure_;
  const BenchFile& bench_;
  int soonest_end_;
  Forecast forecast_;
};

}  // namespace

Forecast forecast(const Plan& plan, const ProcedureFile& procedure, const BenchFile& bench,
                  int soonest_end) {
  return Forecaster(plan, procedure, bench, soonest_end).go();
}

}  // namespace brewproof
