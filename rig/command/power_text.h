// What `plan` says of messages that do not follow every act: how likely its blocks prove them.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "rig/model/plan.h"

namespace brewproof {

/// nullopt: no event has a sham, or a rule for an early end has a table of its own (stop_text.h).
[[nodiscard]] std::optional<nlohmann::json> power_json(const Plan& plan);
/// The same as a table. Ends in LF.
[[nodiscard]] std::string power_text(const nlohmann::json& power);

}  // namespace brewproof
