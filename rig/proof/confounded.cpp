#include "rig/proof/confounded.h"

#include <fmt/core.h>

#include <map>

#include "rig/model/list_text.h"

namespace brewproof {
namespace {

/// Drawn, and the same in all acts.
std::vector<std::string> constants_of(const std::string& event, const Design& design,
                                      const std::vector<const Trial*>& acts) {
  const auto known = design.events.find(event);
  if (known == design.events.end() || acts.size() < 2) return {};
  std::vector<std::string> constants;
  for (const auto& [name, parameter] : known->second.parameters) {
    if (parameter.kind != ParameterKind::drawn) continue;
    if (values_of(with_value(acts, name), name).size() == 1) constants.push_back(name);
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
      // Equal where two parameters part the acts alike.
      const auto [same, fresh] =
          known.try_emplace(numbered_values(acts, parameter.name), told.size());
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
    std::vector<std::string> names = {parameter.name};
    names.insert(names.end(), parameter.together.begin(), parameter.together.end());
    untold.together.push_back(
        fmt::format("{} always went together in {}: what carries the one may carry the other",
                    list_text(names), event));
  }
  for (const std::string& name : constants_of(event, design, acts))
    untold.constant.push_back(
        fmt::format("{} never varied in {}: nothing can tell what carries it", name, event));
  return untold;
}

}  // namespace brewproof
