// The units of several runs as one: which messages of one run are the same kind as which of
// another. What becomes {} in a template may depend on how many values were met, so templates are
// made of all runs' messages together; where the runs' times overlap, they are moved apart for
// that.
//
// Holds pointers into the runs' workings, which must outlive it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rig/proof/workings.h"

namespace brewproof {

/// One run as the analysis left it. Without `input` and `workings` only its findings are known.
struct RunView {
  const Findings* findings = nullptr;
  const ProofInput* input = nullptr;
  const Workings* workings = nullptr;
};

class SameUnits {
 public:
  explicit SameUnits(std::span<const RunView> runs);

  [[nodiscard]] const std::vector<Signature>& all() const { return units_; }
  /// Of a message of a run's Traffic; `none` for a look-up that serves a flow.
  [[nodiscard]] std::size_t unit_of(std::size_t run, std::size_t message) const {
    return unit_of_[run][message];
  }
  /// Indices into the run's Traffic::messages, in order of time.
  [[nodiscard]] const std::vector<std::size_t>& messages(std::size_t run, std::size_t unit) const {
    return messages_[run][unit];
  }

 private:
  std::vector<Signature> units_;                                 // without their messages
  std::vector<std::vector<std::size_t>> unit_of_;                // by run, by message
  std::vector<std::vector<std::vector<std::size_t>>> messages_;  // by run, by unit
};

}  // namespace brewproof
