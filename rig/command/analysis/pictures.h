// What the report shows of the packets themselves: marks of its time line, the first bytes of the
// packets that bear a finding.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "results/report.h"
#include "rig/command/analysis/source.h"
#include "rig/model/kept_message.h"

namespace brewproof {

/// The first packet of each piece of evidence, and the finding that it belongs to.
[[nodiscard]] std::map<PacketPlace, std::string> claimed_packets(
    const std::vector<Finding>& findings);

/// Uplink messages as marks of the timeline; where there are too many, every claimed one and an
/// even sample of the others.
[[nodiscard]] std::vector<TimelineMark> timeline(const std::vector<KeptMessage>& messages,
                                                 const std::map<PacketPlace, std::string>& claimed);

/// Two packets of each finding at most, read from the captures again.
[[nodiscard]] Result<std::vector<PacketExcerpt>> excerpts(const AnalysisSource& source,
                                                          const std::vector<Finding>& findings);

}  // namespace brewproof
