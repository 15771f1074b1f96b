// What a confirmation run was begun for, as its journal (`confirm` line) and findings.json hold it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "rig/model/finding.h"

namespace brewproof {

[[nodiscard]] nlohmann::json claim_json(const ClaimToConfirm& claim);
[[nodiscard]] nlohmann::json confirming_json(const ConfirmationWish& wish);
/// nullopt where it is not in that form.
[[nodiscard]] std::optional<ConfirmationWish> read_confirming(const nlohmann::json& json);

/// Those of a run's findings that have a timing of their own: what rides on other messages is found
/// by its content and cannot be asked so.
[[nodiscard]] std::vector<ClaimToConfirm> claims_to_confirm(const Findings& findings);

}  // namespace brewproof
