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

// `rises_by: 30..60 g` of a confirm.
void read_rise(const yaml::Node& node, bool of_act, Condition& condition) {
  if (!of_act)
    node.fault(
        fmt::format("{}: `rises_by` is for `confirm`: here nothing is done that something "
                    "could rise after",
                    node.name()));
  const yaml::QuantityRange range = node.quantity_range();
  condition.unit = range.least.unit;
  condition.rises_by = RiseRange{range.least.value, range.most.value, node.raw().value_or("")};
  if (!condition.unit.empty() && range.least.value <= 0)
    node.fault(fmt::format("{} is {}: what does not rise would do: begin it above 0", node.name(),
                           yaml::in_quotes(condition.rises_by->written)));
}

// Exactly one of `is`, `rises_by` and the thresholds.
void check_kinds(const yaml::Node& node, const yaml::Node& is, const yaml::Node& rises_by,
                 bool threshold) {
  if (is && threshold)
    is.fault(
        fmt::format("{} has a threshold too: `is` is for an input, `above` and `below` for a "
                    "meter",
                    node.name()));
  if (rises_by && (is || threshold))
    rises_by.fault(fmt::format("{} has {} too: `rises_by` stands alone", node.name(),
                               is ? "`is`" : "a threshold"));
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
    const yaml::Node rises_by = keys.optional("rises_by");
    check_kinds(value, is, rises_by, above || below);
    if (is)
      read_state(is, condition);
    else if (rises_by)
      read_rise(rises_by, controls == nullptr, condition);
    else {
      condition.above = threshold(above, condition);
      condition.below = threshold(below, condition);
    }
    if (const yaml::Node hold = keys.optional("for")) {
      condition.hold = hold.duration();
      if (rises_by)
        hold.fault(fmt::format("{}: what has risen need not stay: take `for` out", hold.name()));
    }
    if (const yaml::Node within = keys.optional("within")) condition.within = within.duration();
    if (value.is_map() && !condition.above && !condition.below && !condition.rises_by)
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

std::string condition_text(const Condition& condition) {
  std::string text = condition.control;
  if (condition.is_state) text += condition.above ? " is on" : " is off";
  if (condition.rises_by) text += " rises by " + condition.rises_by->written;
  if (condition.above && !condition.is_state)
    text += " above " + yaml::quantity_text(*condition.above, condition.unit);
  if (condition.below && !condition.is_state)
    text += " below " + yaml::quantity_text(*condition.below, condition.unit);
  const auto seconds = [](std::chrono::nanoseconds time) {
    return fmt::format("{} s", static_cast<double>(time.count()) / 1e9);
  };
  if (condition.hold.count() > 0) text += " for " + seconds(condition.hold);
  if (condition.within.count() > 0) text += " within " + seconds(condition.within);
  return text;
}

bool is_count(std::string_view quantity) { return quantity.starts_with("count_"); }

std::string_view unit_of(std::string_view quantity) {
  if (is_count(quantity)) return "count";
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> units = {
      {{"power", "W"},
       {"current", "A"},
       {"voltage", "V"},
       {"frequency", "Hz"},
       {"energy", "J"},
       {"mass", "kg"},
       {"temperature", "°C"},
       {"coins", "coins"},
       {"credit", "minor units"},
       {"doses", "doses"}}};
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
  const bool is_money = control->second.quantity == "credit";
  const bool fits = is_money ? yaml::minor_digits(condition.unit) >= 0 : condition.unit == unit;
  if (!condition.unit.empty() && !unit.empty() && !fits)
    return fmt::format("control {} measures {} in {}, and the {} is in {}", condition.control,
                       control->second.quantity, is_money ? "money" : unit,
                       condition.rises_by ? "rise" : "threshold", condition.unit);
  return "";
}

}  // namespace brewproof
