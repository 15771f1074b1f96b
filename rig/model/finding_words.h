// The words that findings.json, the store, comparisons and the reports use for enumerations.
#pragma once

#include <optional>
#include <string_view>

#include "rig/model/finding.h"
#include "rig/model/trial.h"

namespace brewproof {

/// "stimulus", "time", "counter" ...
[[nodiscard]] std::string_view kind_word(FieldKind kind);
[[nodiscard]] std::optional<FieldKind> kind_of_word(std::string_view word);

/// "ok", "excluded", "unconfirmed"
[[nodiscard]] std::string_view status_word(TrialStatus status);

}  // namespace brewproof
