// All that a run says of what was around the machine: the machine itself, bench, boards, procedure,
// network, servers, day. Two runs' lists are held against each other before anything that the
// machine sent is.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "rig/command/analysis/analysis.h"
#include "rig/evidence/run_folder.h"
#include "rig/model/comparison.h"

namespace brewproof {

struct Surroundings {
  /// By group and name: what it is. A group that is not among the keys is not known of this run.
  std::map<std::string, std::map<std::string, std::string>> groups;

  void tell(const std::string& group, const std::string& what, std::string value) {
    groups[group][what] = std::move(value);
  }
};

/// Of a run whose packets are there. Error `bad_file`: a file of the folder cannot be read.
[[nodiscard]] Result<Surroundings> surroundings_of(const RunFolder& folder,
                                                   const Analysis& analysis);
/// Of a run of which only the findings are there.
[[nodiscard]] Surroundings surroundings_of(const Findings& findings);

/// What is not the same in all of them, with its weight (rig/proof/firmware_rule.h) before it is
/// weighed. What only some runs know is told as one difference of its group.
[[nodiscard]] std::vector<ContextDifference> differences(const std::vector<Surroundings>& runs);

}  // namespace brewproof
