#include "rig/bench/condition_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rig/yaml/did_you_mean.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

std::optional<double> threshold(const yaml::Node& node, MeterCondition& condition) {
  if (!node) return std::nullopt;
  const yaml::Quantity quantity = node.quantity();
  if (!condition.unit.empty() && !quantity.unit.empty() && condition.unit != quantity.unit)
    node.fault(fmt::format("{} is in {} and the other threshold in {}: both must be the same",
                           node.name(), quantity.unit, condition.unit));
  condition.unit = quantity.unit;
  return quantity.value;
}

}  // namespace

std::vector<MeterCondition> read_conditions(const yaml::Node& node,
                                            const std::map<std::string, ControlConfig>* controls) {
  std::vector<MeterCondition> conditions;
  if (!node) return conditions;
  yaml::Map meters = node.map();
  for (const auto& [control, value] : meters.named_entries()) {
    MeterCondition condition;
    condition.control = control;
    condition.place = value.place_text();
    yaml::Map keys = value.map();
    condition.above = threshold(keys.optional("above"), condition);
    condition.below = threshold(keys.optional("below"), condition);
    if (const yaml::Node hold = keys.optional("for")) condition.hold = hold.duration();
    if (const yaml::Node within = keys.optional("within")) condition.within = within.duration();
    if (value.is_map() && !condition.above && !condition.below)
      value.fault(
          fmt::format("{} has no threshold: add `above: 500 W` or `below: 30 W`", value.name()));
    if (condition.above && condition.below && *condition.above >= *condition.below)
      value.fault(fmt::format("{}: nothing is above {} and below {}", value.name(),
                              *condition.above, *condition.below));
    keys.close();
    if (const std::string wrong = controls == nullptr ? "" : misfit(condition, *controls);
        !wrong.empty())
      value.fault(fmt::format("{}: {}", value.name(), wrong));
    conditions.push_back(std::move(condition));
  }
  return conditions;
}

std::string_view unit_of(std::string_view quantity) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> units = {
      {{"power", "W"}, {"current", "A"}, {"voltage", "V"}, {"frequency", "Hz"}, {"energy", "Wh"}}};
  for (const auto& [name, unit] : units)
    if (name == quantity) return unit;
  return "";
}

std::vector<std::string> names_of(const std::map<std::string, ControlConfig>& controls,
                                  ControlConfig::Kind kind) {
  std::vector<std::string> names;
  for (const auto& [name, control] : controls)
    if (control.kind == kind) names.push_back(name);
  return names;
}

std::string misfit(const MeterCondition& condition,
                   const std::map<std::string, ControlConfig>& controls) {
  const auto control = controls.find(condition.control);
  if (control == controls.end() || control->second.kind != ControlConfig::Kind::meter)
    return fmt::format(
        "there is no meter control {}{}", yaml::in_quotes(condition.control),
        yaml::did_you_mean(condition.control, names_of(controls, ControlConfig::Kind::meter)));
  const std::string_view unit = unit_of(control->second.quantity);
  if (!condition.unit.empty() && !unit.empty() && condition.unit != unit)
    return fmt::format("control {} measures {} in {}, and the threshold is in {}",
                       condition.control, control->second.quantity, unit, condition.unit);
  return "";
}

}  // namespace brewproof
