// The arithmetic behind a finding, laid open line by line, so that a person with a pocket
// calculator comes to the same numbers.
#pragma once

#include <cstdint>
#include <string>

#include "rig/proof/attribute.h"

namespace brewproof {

/// Plain ASCII lines: the table of blocks, the law of each block, the tail, what looking at many
/// things cost, and for every stimulus field how its agreement was counted. Text of the DUT is
/// escaped (\x1b). `id` is that of a finding or candidate ("F1", "C2"); for another one the answer
/// says which there are.
[[nodiscard]] std::string arithmetic(const ProofInput& input, const std::string& id);

/// One field of every finding that has this path: trial by trial what was drawn and what stood
/// there, and the arithmetic of their agreement. "" where no finding has it.
[[nodiscard]] std::string arithmetic_of_field(const ProofInput& input, const std::string& path);

/// The messages that begin at or before this frame (from 1, of capture `file`) and end there or
/// later; the trials they fall into, and the findings on them, else the tests that came nearest.
/// "" where no message holds it.
[[nodiscard]] std::string arithmetic_of_frame(const ProofInput& input, std::uint32_t file,
                                              std::uint64_t frame);

/// Field by field, from which source its values come and why; "" where it has none.
[[nodiscard]] std::string sources_in_words(const Finding& finding);
/// The same of the fields with this path, by finding.
[[nodiscard]] std::string sources_of_field(const std::vector<Finding>& findings,
                                           const std::string& path);

/// Its peri-event histogram as a table, empty bins left out; "" where it has none.
[[nodiscard]] std::string histogram_in_words(const Finding& finding);

}  // namespace brewproof
