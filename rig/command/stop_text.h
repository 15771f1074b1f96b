// What `plan` says of the rule for an early end: what it needs before it can end the run.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "rig/model/plan.h"

namespace brewproof {

/// nullopt: the plan has no such rule.
[[nodiscard]] std::optional<nlohmann::json> stop_outlook_json(const Plan& plan);
/// The same as a table. Ends in LF.
[[nodiscard]] std::string stop_outlook_text(const nlohmann::json& outlook);

}  // namespace brewproof
