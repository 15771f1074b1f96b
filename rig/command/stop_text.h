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
/// After how many blocks the rule ends the run at the soonest: where one message, and nothing else,
/// follows every act. 0: the plan has no such rule, or it could end no run.
[[nodiscard]] int soonest_end(const Plan& plan);

}  // namespace brewproof
