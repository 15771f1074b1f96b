#include "rig/command/analysis/decode_doubts.h"

#include <fmt/format.h>

namespace brewproof {
namespace {

std::string packets_text(std::uint64_t count) {
  return fmt::format("{} packet{}", count, count == 1 ? "" : "s");
}

std::string unread_text(std::uint16_t link_type, const UnreadLink& unread,
                        const std::vector<AnalysisSource::Capture>& captures) {
  const PacketPlace& at = unread.first;
  const std::string name =
      at.file < captures.size() ? captures[at.file].name : fmt::format("capture {}", at.file + 1);
  const std::string which = link_type == other_links ? std::string("further link types")
                                                     : fmt::format("link type {}", link_type);
  return fmt::format(
      "{} of {} could not be read, the first of them packet {} of {} (byte {}): the machine's may "
      "be among them",
      packets_text(unread.packets), which, at.frame, name, at.offset);
}

}  // namespace

DecodeDoubts decode_doubts(const DecodeTotals& totals,
                           const std::vector<AnalysisSource::Capture>& captures) {
  DecodeDoubts doubts;
  if (!totals.unread_links.empty()) doubts.reasons.emplace_back("link-unread");
  for (const auto& [link_type, unread] : totals.unread_links)
    doubts.notes.push_back(unread_text(link_type, unread, captures));
  if (totals.folded_messages != 0) {
    doubts.reasons.emplace_back("messages-folded");
    doubts.notes.push_back(
        fmt::format("{} messages beyond the {} that one flow may have were told together, without "
                    "their fields",
                    totals.folded_messages, DecodeOptions{}.max_flow_messages));
  }
  if (totals.lost_bytes != 0) {
    doubts.reasons.emplace_back("byte-ledger");
    doubts.notes.push_back(fmt::format(
        "of the {} bytes that the machine sent {} {}: a defect of this program, please report it",
        totals.up_bytes, totals.lost_bytes > 0 ? totals.lost_bytes : -totals.lost_bytes,
        totals.lost_bytes > 0 ? "are of no class" : "are of two classes"));
  }
  return doubts;
}

}  // namespace brewproof
