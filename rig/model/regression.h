// What a regression run found to be otherwise than an earlier run, as findings.json holds it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "rig/model/finding.h"

namespace brewproof {

[[nodiscard]] nlohmann::json regression_json(const Regression& regression);
/// nullopt where it is not in that form.
[[nodiscard]] std::optional<Regression> read_regression(const nlohmann::json& json);

}  // namespace brewproof
