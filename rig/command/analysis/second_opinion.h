// A second, independent decoder on the messages of an analysis: asked before anything is claimed,
// heard again when it is.
#pragma once

#include <string>
#include <vector>

#include "rig/command/analysis/captures.h"
#include "rig/command/analysis/source.h"
#include "rig/crosscheck/crosscheck.h"
#include "rig/model/finding.h"

namespace brewproof {

/// Whether tshark is asked.
struct OpinionWish {
  bool ask = true;
  std::string why_not;  // as findings.json says it; "" = not told
  std::string tool;     // of the findings in the folder: "tshark 4.0.17"; "" = there is none
};
[[nodiscard]] OpinionWish no_opinion();  // --no-cross-check

/// As some findings were made: to make them again, to explain them.
[[nodiscard]] OpinionWish opinion_wish_of(const AnalysisSettings& made);

/// Asks, and writes what was answered into `settings`; a tshark that is missing or fails is said
/// there and is no error. What it reads alone goes into the messages.
struct SecondOpinion {
  std::vector<Disagreement> disagreements;
  std::string note;                // for people, about this station; "" = none
  std::uint64_t up_explained = 0;  // unexplained bytes from the DUT that became values
};
[[nodiscard]] SecondOpinion second_opinion(const AnalysisSource& source, const CapturesRead& read,
                                           const OpinionWish& wish,
                                           std::vector<KeptMessage>& messages,
                                           AnalysisSettings& settings);

/// A finding that stands on a message which the two read differently is lowered: A becomes B, with
/// the reason `second-opinion-differs`. One whose content tshark alone could read says so
/// (`one-opinion`).
void weigh(std::vector<Finding>& findings, const std::vector<Disagreement>& disagreements);

}  // namespace brewproof
