#include "rig/procedure/run_bounds.h"

#include "rig/procedure/act.h"
#include "rig/procedure/service_stops.h"

namespace brewproof {

std::string bound_passed(const RunBounds& bounds, std::int64_t cups, std::int64_t real_ns) {
  if (bounds.max_cups && cups > *bounds.max_cups) return "max-cups";
  if (bounds.until_real_ns && real_ns > *bounds.until_real_ns) return "until";
  return "";
}

std::int64_t cups_of(const Block& block, const Plan& plan, const ProcedureFile& procedure,
                     const BenchFile& bench) {
  std::int64_t cups = 0;
  for (const Slot* slot : block)
    if (!slot->sham) cups += use_of(procedure.events.at(slot->event), slot->parameters, bench).cups;
  for (const ServiceStop& stop : plan.stops)
    if (stop.before_block == block.front()->block) cups += std::ssize(stop.cups);
  return cups;
}

std::int64_t least_ns(const Block& block, const Plan& plan) {
  std::int64_t ns = listening_ns(plan);
  for (const Slot* slot : block)
    ns += plan.design.events.at(slot->event).observe_ns + plan.drain_ns + slot->jitter_ns;
  return ns;
}

Result<void> may_begin_within(const RunBounds& bounds, const Plan& plan,
                              const ProcedureFile& procedure, const BenchFile& bench,
                              std::int64_t now_real_ns) {
  const std::vector<Block> blocks = blocks_of(plan.slots);
  if (blocks.empty()) return {};
  const std::int64_t cups = cups_of(blocks.front(), plan, procedure, bench);
  const std::int64_t needed_ns = plan.idle_ns + least_ns(blocks.front(), plan);
  const std::string passed = bound_passed(bounds, cups, now_real_ns + needed_ns);
  if (passed == "max-cups")
    return fail(ErrorCode::usage,
                "--max-cups {}: the first block alone brews {}: allow as many, or lower "
                "design.per_block",
                *bounds.max_cups, cups);
  if (passed == "until")
    return fail(ErrorCode::usage,
                "--until: the first block alone takes {} s at the least: name a later time",
                needed_ns / 1'000'000'000);
  return {};
}

}  // namespace brewproof
