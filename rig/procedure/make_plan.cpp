#include "rig/procedure/make_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <span>
#include <utility>

#include "rig/model/sha256.h"
#include "rig/procedure/lots.h"

namespace brewproof {
namespace {

struct Arm {
  std::string event;
  bool sham = false;
};

std::string sham_text(const EventSpec& event) {
  return event.sham == "dummy" ? "dummy: " + event.sham_control : event.sham;
}

Design design_of(const ProcedureFile& procedure, std::uint64_t seed) {
  Design design;
  for (const auto& [name, event] : procedure.events) {
    EventDesign& of_event = design.events[name];
    of_event.sham = sham_text(event);
    of_event.observe_ns = event.observe.count();
    for (const auto& [parameter_name, spec] : event.parameters) {
      ParameterDesign& parameter = of_event.parameters[parameter_name];
      parameter.unique = spec.unique;
      parameter.money = !spec.currency.empty();
      parameter.currency = spec.currency;
      if (!spec.unique) parameter.levels = levels_of(spec);
    }
  }
  design.windows = procedure.windows;
  design.alpha = procedure.alpha;
  design.draws = procedure.draws;
  design.seed = seed;
  if (procedure.background) design.background_ns = procedure.background->count();
  design.stop = procedure.stop;
  return design;
}

std::vector<Arm> arms_of(const ProcedureFile& procedure) {
  std::vector<Arm> arms;
  for (const auto& [name, event] : procedure.events) {
    arms.push_back({name, false});
    if (!event.sham.empty()) arms.push_back({name, true});
  }
  return arms;
}

// Appends `blocks` blocks, each with every arm `per_block` times in an order of its own.
void deal_blocks(const ProcedureFile& procedure, int blocks, int first_block, int first_trial,
                 Generator order, Generator jitter, std::vector<Slot>& slots) {
  const auto most_jitter = static_cast<std::uint64_t>(procedure.jitter.count());
  for (int block = 0; block < blocks; ++block) {
    std::vector<Arm> lots;
    for (const Arm& arm : arms_of(procedure))
      lots.insert(lots.end(), static_cast<std::size_t>(procedure.per_block), arm);
    order.shuffle(std::span(lots));
    for (const Arm& arm : lots) {
      Slot slot;
      slot.trial = first_trial + static_cast<int>(slots.size());
      slot.block = first_block + block;
      slot.event = arm.event;
      slot.sham = arm.sham;
      slot.jitter_ns = static_cast<std::int64_t>(jitter.below(most_jitter + 1));
      slots.push_back(std::move(slot));
    }
  }
}

std::vector<Slot*> slots_of(std::vector<Slot>& slots, const Arm& arm, int block) {
  std::vector<Slot*> mine;
  for (Slot& slot : slots)
    if (slot.event == arm.event && slot.sham == arm.sham && (block == 0 || slot.block == block))
      mine.push_back(&slot);
  return mine;
}

std::string purpose_of(const ParameterSpec& spec, const Arm& arm) {
  return fmt::format("parameter/{}/{}/{}", arm.event, spec.name, arm.sham ? "sham" : "event");
}

// Gives one parameter's values to slots of one arm. A unique value is not in `used`.
void give(const ParameterSpec& spec, const std::vector<Slot*>& slots, Generator& lots,
          std::set<Value>& used) {
  const bool balanced = spec.kind != ParameterSpec::Kind::one_of || spec.balanced;
  const std::vector<Value> values = spec.unique
                                        ? draw_unique(spec, slots.size(), used, lots)
                                        : deal(levels_of(spec), balanced, slots.size(), lots);
  for (std::size_t i = 0; i < slots.size(); ++i) slots[i]->parameters[spec.name] = values[i];
}

// Over the whole run, then to each reserve block apart, so that a block taken from the reserve is
// as balanced as the one it replaces. The reserve comes last: its size changes no committed lot.
void deal_parameter(const ParameterSpec& spec, const std::vector<Arm>& arms, Plan& plan) {
  std::set<Value> used;  // a unique value is used once in the whole run, shams included
  for (const Arm& arm : arms) {
    Generator lots = stream(plan.design.seed, purpose_of(spec, arm));
    give(spec, slots_of(plan.slots, arm, 0), lots, used);
  }
  for (const Arm& arm : arms) {
    Generator lots = stream(plan.design.seed, purpose_of(spec, arm) + "/reserve");
    for (int block = plan.blocks + 1; block <= plan.blocks + plan.reserve_blocks; ++block)
      give(spec, slots_of(plan.reserve, arm, block), lots, used);
  }
}

}  // namespace

Result<Plan> make_plan(const ProcedureFile& procedure, std::uint64_t seed,
                       const std::string& nonce) {
  if (const std::vector<Error> errors = what_cannot_be_proved(procedure); !errors.empty()) {
    Error all{ErrorCode::bad_file, ""};
    for (const Error& error : errors)
      all.message += (all.message.empty() ? "" : "\n") + error.message;
    return tl::unexpected(std::move(all));
  }
  Plan plan;
  plan.procedure = procedure.name;
  plan.nonce = nonce;
  plan.design = design_of(procedure, seed);
  plan.blocks = procedure.blocks;
  plan.per_block = procedure.per_block;
  plan.reserve_blocks = procedure.reserve;
  plan.idle_ns = procedure.idle.count();
  plan.drain_ns = procedure.drain.count();

  deal_blocks(procedure, plan.blocks, 1, 1, stream(seed, "order"), stream(seed, "jitter"),
              plan.slots);
  deal_blocks(procedure, plan.reserve_blocks, plan.blocks + 1,
              static_cast<int>(plan.slots.size()) + 1, stream(seed, "order/reserve"),
              stream(seed, "jitter/reserve"), plan.reserve);
  for (const auto& [event_name, event] : procedure.events) {
    std::vector<Arm> arms = {{event_name, false}};
    if (!event.sham.empty()) arms.push_back({event_name, true});
    for (const auto& [name, spec] : event.parameters) deal_parameter(spec, arms, plan);
  }
  return plan;
}

Plan soak_plan(const ProcedureFile& procedure, std::uint64_t seed, std::int64_t soak_ns) {
  Plan plan;
  plan.procedure = procedure.name;
  plan.design = design_of(procedure, seed);
  plan.design.stop.reset();
  plan.idle_ns = soak_ns;
  plan.drain_ns = procedure.drain.count();
  return plan;
}

Result<std::set<int>> passive_blocks(const Plan& plan, int percent) {
  if (percent == 0) return std::set<int>();
  if (plan.blocks < 2)
    return fail(ErrorCode::bad_file,
                "network.gateway.passive_share needs two blocks or more: one to compare with");
  std::vector<int> blocks(static_cast<std::size_t>(plan.blocks));
  std::iota(blocks.begin(), blocks.end(), 1);
  Generator lots = stream(plan.design.seed, "passive");
  lots.shuffle(std::span(blocks));
  const int count = std::clamp((plan.blocks * percent + 50) / 100, 1, plan.blocks / 2);
  return std::set<int>(blocks.begin(), blocks.begin() + count);
}

}  // namespace brewproof
