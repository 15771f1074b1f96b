#include "rig/proof/confounded.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

namespace brewproof {
namespace {

/// By act the first act with the same level: equal where two parameters part the acts alike.
std::vector<std::size_t> parts_of(const std::vector<const Trial*>& acts,
                                  const std::string& parameter) {
  std::map<std::string, std::size_t> first;
  std::vector<std::size_t> parts;
  for (const Trial* act : acts) {
    const Value* value = value_of(*act, parameter);
    parts.push_back(first.try_emplace(value ? to_text(*value) : "", parts.size()).first->second);
  }
  return parts;
}

/// "drink and method", "drink, method and size"
std::string list_of(const std::string& first, const std::vector<std::string>& others) {
  const std::vector<std::string> before(others.begin(), others.end() - 1);
  return fmt::format("{}{}{} and {}", first, before.empty() ? "" : ", ", fmt::join(before, ", "),
                     others.back());
}

/// Drawn, and the same in all acts.
std::vector<std::string> constants_of(const std::string& event, const Design& design,
                                      const std::vector<const Trial*>& acts) {
  const auto known = design.events.find(event);
  if (known == design.events.end() || acts.size() < 2) return {};
  std::vector<std::string> constants;
  for (const auto& [name, parameter] : known->second.parameters) {
    if (parameter.kind != ParameterKind::drawn) continue;
    std::set<Value> values;
    for (const Trial* act : acts)
      if (const Value* value = value_of(*act, name); value && *value != Value{""})
        values.insert(*value);
    if (values.size() == 1) constants.push_back(name);
  }
  return constants;
}

}  // namespace

std::vector<DrawnParameter> told_together(std::vector<DrawnParameter> parameters,
                                          const std::vector<const Trial*>& acts) {
  std::vector<DrawnParameter> told;
  std::map<std::vector<std::size_t>, std::size_t> known;
  for (DrawnParameter& parameter : parameters) {
    if (!parameter.unique) {
      const auto [same, fresh] = known.try_emplace(parts_of(acts, parameter.name), told.size());
      if (!fresh) {
        told[same->second].together.push_back(parameter.name);
        continue;
      }
    }
    told.push_back(std::move(parameter));
  }
  return told;
}

std::string in_words(const Stimulus& stimulus) {
  std::string words = stimulus.parameter;
  for (const std::string& other : stimulus.together) words += " or " + other;
  return words;
}

Untold untold_of(const std::string& event, const Design& design,
                 const std::vector<DrawnParameter>& parameters,
                 const std::vector<const Trial*>& acts) {
  Untold untold;
  for (const DrawnParameter& parameter : parameters) {
    if (parameter.together.empty()) continue;
    untold.together.push_back(
        fmt::format("{} always went together in {}: what carries the one may carry the other",
                    list_of(parameter.name, parameter.together), event));
  }
  for (const std::string& name : constants_of(event, design, acts))
    untold.constant.push_back(
        fmt::format("{} never varied in {}: nothing can tell what carries it", name, event));
  return untold;
}

}  // namespace brewproof
