// The captures of an analysis: decoded in a process of its own, or gone through packet by packet,
// and what is known of the files.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "rig/command/analysis/key_logs.h"
#include "rig/command/analysis/source.h"
#include "rig/command/analysis/watched.h"
#include "rig/model/decoder_fault.h"
#include "rig/model/packet.h"
#include "rig/reading/telling.h"

namespace brewproof {

struct CapturesRead {
  std::vector<CaptureFile> files;
  std::vector<Watch> watched;         // of the files that hold a packet
  bool damaged = false;               // a file ends in the middle of something
  bool changed = false;               // a file is not the one that was journalled
  std::optional<DecoderFault> fault;  // the decoder died in the middle
  std::vector<std::string> faults;    // what is damaged, with file:offset; how the decoder died
  DecodeTotals totals;
  KeyLogs key_logs;  // also, without their text, those inside captures
};

/// Decodes every packet of every capture in order, in another process (rig/reading). A damaged file
/// is read up to the damage, which is noted, not thrown away; so is what came until the decoder
/// died. The key logs are read before: an error of theirs is one of this.
[[nodiscard]] Result<CapturesRead> decode_captures(const AnalysisSource& source,
                                                   const MessageSink& sink);

/// Reads every packet of every capture in order, a damaged file up to the damage.
[[nodiscard]] Result<void> for_each_packet(const std::vector<AnalysisSource::Capture>& captures,
                                           const std::function<void(const Packet&)>& use);

/// Which files these are, and whether they are those that the journal names. Packets that are there
/// twice, in two files of the same bytes, are an error.
[[nodiscard]] Result<void> hash_captures(const std::vector<AnalysisSource::Capture>& captures,
                                         CapturesRead& read);

}  // namespace brewproof
