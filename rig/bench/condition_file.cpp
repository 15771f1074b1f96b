#include "rig/bench/condition_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rig/yaml/did_you_mean.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

std::optional<double> threshold(const yaml::Node& node, Condition& condition) {
  if (!node) return std::nullopt;
  const yaml::Quantity quantity = node.quantity();
  if (!condition.unit.empty() && !quantity.unit.empty() && condition.unit != quantity.unit)
    node.fault(fmt::format("{} is in {} and the other threshold in {}: both must be the same",
                           node.name(), quantity.unit, condition.unit));
  condition.unit = quantity.unit;
  return quantity.value;
}

// `is: on` of an input, whose value is 1 or 0.
void read_state(const yaml::Node& node, Condition& condition) {
  const bool on = node.choice({"on", "off"}) == "on";
  (on ? condition.above : condition.below) = 0.5;
  condition.is_state = true;
}

}  // namespace

std::vector<Condition> read_conditions(const yaml::Node& node,
                                       const std::map<std::string, ControlConfig>* controls) {
  std::vector<Condition> conditions;
  if (!node) return conditions;
  yaml::Map sensors = node.map();
  for (const auto& [control, value] : sensors.named_entries()) {
    Condition condition;
    condition.control = control;
    condition.place = value.place_text();
    yaml::Map keys = value.map();
    const yaml::Node is = keys.optional("is");
    const yaml::Node above = keys.optional("above"), below = keys.optional("below");
    if (is && (above || below))
      is.fault(
          fmt::format("{} has a threshold too: `is` is for an input, `above` and `below` for a "
                      "meter",
                      value.name()));
    if (is)
      read_state(is, condition);
    else {
      condition.above = threshold(above, condition);
      condition.below = threshold(below, condition);
    }
    if (const yaml::Node hold = keys.optional("for")) condition.hold = hold.duration();
    if (const yaml::Node within = keys.optional("within")) condition.within = within.duration();
    if (value.is_map() && !condition.above && !condition.below)
      value.fault(fmt::format(
          "{} has no threshold: add `above: 500 W` or `below: 30 W`, or `is: on` for an "
          "input",
          value.name()));
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

std::string_view text_of(ControlConfig::Kind kind) {
  switch (kind) {
    case ControlConfig::Kind::output:
      return "output";
    case ControlConfig::Kind::input:
      return "input";
    case ControlConfig::Kind::reader:
      return "reader";
    case ControlConfig::Kind::meter:
      break;
  }
  return "meter";
}

std::vector<std::string> names_of(const std::map<std::string, ControlConfig>& controls,
                                  ControlConfig::Kind kind) {
  std::vector<std::string> names;
  for (const auto& [name, control] : controls)
    if (control.kind == kind) names.push_back(name);
  return names;
}

std::string misfit(const Condition& condition,
                   const std::map<std::string, ControlConfig>& controls) {
  const auto kind = condition.is_state ? ControlConfig::Kind::input : ControlConfig::Kind::meter;
  const auto control = controls.find(condition.control);
  if (control == controls.end() || control->second.kind != kind)
    return fmt::format("there is no {} control {}{}", text_of(kind),
                       yaml::in_quotes(condition.control),
                       yaml::did_you_mean(condition.control, names_of(controls, kind)));
  if (control->second.watched)
    return fmt::format("{} is an emergency input: nothing else may depend on it",
                       condition.control);
  if (condition.is_state) return "";
  const std::string_view unit = unit_of(control->second.quantity);
  if (!condition.unit.empty() && !unit.empty() && condition.unit != unit)
    return fmt::format("control {} measures {} in {}, and the threshold is in {}",
                       condition.control, control->second.quantity, unit, condition.unit);
  return "";
}

}  // namespace brewproof
