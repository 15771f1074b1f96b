// A run that ended at the border of a block, as its plan or the person who began it had laid down,
// before its blocks were all done. It is complete, and shorter.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace brewproof {

struct EarlyEnd {
  /// "decided": by the plan's rule (Design::stop), which looked at what was seen. "max-cups",
  /// "until": by a bound that looks at nothing that the machine sends.
  std::string reason;
  int after_blocks = 0, of_blocks = 0;  // done, and to be done without it
  std::int64_t cups_saved = 0;          // of the blocks that were not begun
  friend bool operator==(const EarlyEnd&, const EarlyEnd&) = default;
};

/// Did it end because of what was seen? Then the p of a fixed number of trials is no p.
[[nodiscard]] inline bool by_rule(const EarlyEnd& end) { return end.reason == "decided"; }

/// As journal (`early-end` line) and findings.json (`run.early_end`) hold it.
[[nodiscard]] nlohmann::json early_end_json(const EarlyEnd& end);
/// nullopt where it is not in that form.
[[nodiscard]] std::optional<EarlyEnd> read_early_end(const nlohmann::json& json);

}  // namespace brewproof
