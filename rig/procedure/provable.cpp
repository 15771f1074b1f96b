// What must be refused before anything is brewed.
#include <fmt/format.h>

#include <cmath>

#include "rig/model/alpha_shares.h"
#include "rig/procedure/lots.h"
#include "rig/procedure/make_plan.h"
#include "rig/procedure/reach.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

constexpr std::int64_t most_slots = 100'000;

class Provability {
 public:
  explicit Provability(const ProcedureFile& procedure) : procedure_(procedure) {}

  std::vector<Error> check() {
    check_size();
    check_shams();
    for (const auto& [event_name, event] : procedure_.events)
      for (const auto& [name, spec] : event.parameters) check_parameter(event, spec);
    return std::move(errors_);
  }

 private:
  void add(const std::string& place, const std::string& message) {
    const std::string at = place.empty() ? procedure_.path : place;
    errors_.push_back({ErrorCode::bad_file, fmt::format("{}: {}", at, yaml::printable(message))});
  }

  void check_size() {
    const std::string& at = procedure_.design_place;
    if (procedure_.blocks < 1 || procedure_.per_block < 1)
      return add(at, "the design has no trials: blocks and per_block must be at least 1");
    const std::int64_t blocks = std::int64_t{procedure_.blocks} + procedure_.reserve;
    const auto arms = static_cast<std::int64_t>(2 * procedure_.events.size());
    if (blocks * procedure_.per_block * arms > most_slots)
      add(at,
          fmt::format("the design has more than {} slots: lower blocks or per_block", most_slots));

    const double share = exact_share(procedure_.alpha, procedure_.stop.has_value());
    const std::string_view part =
        procedure_.stop ? "a quarter of alpha: design.stop has another" : "half of alpha";
    const double block_p = separation_p(procedure_.per_block, procedure_.per_block);
    const double p = std::pow(block_p, procedure_.blocks);
    if (p > share)
      add(at, fmt::format(
                  "{} of {} + {} can prove nothing: even perfect separation has p = "
                  "{:.2g}, and {:.2g} is needed ({}): use at least blocks: {}",
                  procedure_.blocks == 1 ? "1 block" : fmt::format("{} blocks", procedure_.blocks),
                  procedure_.per_block, procedure_.per_block, p, share, part,
                  static_cast<int>(std::ceil(std::log(share) / std::log(block_p)))));
    if (1 / (static_cast<double>(procedure_.draws) + 1) > share)
      add(at, fmt::format("{} draws can prove nothing: the smallest p they reach is {:.3g}, and "
                          "{:.2g} is needed ({}): use at least draws: {}",
                          procedure_.draws, 1 / (static_cast<double>(procedure_.draws) + 1), share,
                          part, static_cast<std::int64_t>(std::ceil(1 / share)) - 1));
  }

  void check_shams() {
    bool any = procedure_.events.empty();
    for (const auto& [name, event] : procedure_.events) any = any || !event.sham.empty();
    if (!any)
      add(procedure_.events.begin()->second.place,
          "no event has a sham: nothing can be proved to be caused. Add `sham: host`, `sham: none` "
          "or `sham: {dummy: CONTROL}`");
  }

  void check_parameter(const EventSpec& event, const ParameterSpec& spec) {
    const std::string name = event.name + "." + spec.name;
    const std::uint64_t values = different_values(spec);
    if (values < 2)
      return add(spec.place,
                 fmt::format("{} has one value only: nothing can be proved of it. Give it two or "
                             "more values, or write the value into the step and take the "
                             "parameter out",
                             name));
    if (!spec.unique) return;
    const std::uint64_t arms = event.sham.empty() ? 1 : 2;
    const std::uint64_t needed =
        arms * static_cast<std::uint64_t>(procedure_.blocks + procedure_.reserve) *
        static_cast<std::uint64_t>(procedure_.per_block);
    if (values < needed)
      add(spec.place,
          fmt::format("{} has {} different values and {} are needed ({} blocks and {} in reserve, "
                      "{} trials of {} {} each): widen it, or take `unique` out",
                      name, values, needed, procedure_.blocks, procedure_.reserve,
                      procedure_.per_block, arms, arms == 1 ? "arm" : "arms"));
  }

  const ProcedureFile& procedure_;
  std::vector<Error> errors_;
};

}  // namespace

std::vector<Error> what_cannot_be_proved(const ProcedureFile& procedure) {
  return Provability(procedure).check();
}

}  // namespace brewproof
