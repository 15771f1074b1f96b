// The packets of all captures of an analysis, in order, and what is known of the files.
#pragma once

#include <functional>
#include <vector>

#include "rig/command/analysis/source.h"
#include "rig/command/analysis/watched.h"
#include "rig/model/packet.h"

namespace brewproof {

struct CapturesRead {
  std::vector<CaptureFile> files;
  std::vector<Watch> watched;  // of the files that hold a packet
  bool damaged = false;        // a file ends in the middle of something
  bool changed = false;        // a file is not the one that was journalled
};

/// Reads every packet of every capture in order. A damaged file is read up to the damage, which is
/// noted, not thrown away.
[[nodiscard]] Result<CapturesRead> for_each_packet(
    const std::vector<AnalysisSource::Capture>& captures,
    const std::function<void(const Packet&)>& use);

/// Which files these are, and whether they are those that the journal names.
[[nodiscard]] Result<void> hash_captures(const std::vector<AnalysisSource::Capture>& captures,
                                         CapturesRead& read);

}  // namespace brewproof
