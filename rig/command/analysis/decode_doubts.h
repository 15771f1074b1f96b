// What the decoder's own totals leave in doubt: packets that it cannot read, limits that it
// reached, a ledger that does not add up.
#pragma once

#include <string>
#include <vector>

#include "rig/command/analysis/source.h"
#include "rig/reading/telling.h"

namespace brewproof {

struct DecodeDoubts {
  std::vector<std::string> reasons;  // reason codes
  std::vector<std::string> notes;    // the same in words, with numbers and places
};

[[nodiscard]] DecodeDoubts decode_doubts(const DecodeTotals& totals,
                                         const std::vector<AnalysisSource::Capture>& captures);

}  // namespace brewproof
