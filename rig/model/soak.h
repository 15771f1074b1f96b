// What a run without any act measured, as findings.json holds it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "rig/model/finding.h"

namespace brewproof {

[[nodiscard]] nlohmann::json soak_json(const Soak& soak);
/// nullopt where it is not in that form.
[[nodiscard]] std::optional<Soak> read_soak(const nlohmann::json& json);

}  // namespace brewproof
