#include "rig/command/analysis/pictures.h"

#include <algorithm>
#include <tuple>

#include "rig/command/analysis/captures.h"

namespace brewproof {
namespace {

constexpr std::size_t most_marks = 4000;
constexpr std::size_t excerpts_per_finding = 2;
constexpr std::size_t excerpt_bytes = 512;

}  // namespace

std::map<PacketPlace, std::string> claimed_packets(const std::vector<Finding>& findings) {
  std::map<PacketPlace, std::string> claimed;
  for (const Finding& finding : findings)
    for (const Evidence& e : finding.evidence)
      claimed.emplace(PacketPlace{e.file, e.offset, e.frame}, finding.id);
  return claimed;
}

std::vector<TimelineMark> timeline(const std::vector<KeptMessage>& messages,
                                   const std::map<PacketPlace, std::string>& claimed) {
  std::size_t others = 0;
  for (const KeptMessage& message : messages)
    if (message.from_dut && !claimed.contains(message.first)) ++others;
  const std::size_t every = others / most_marks + 1;
  std::vector<TimelineMark> marks;
  std::size_t seen = 0;
  for (const KeptMessage& message : messages) {
    if (!message.from_dut) continue;
    const auto found = claimed.find(message.first);
    if (found == claimed.end() && seen++ % every != 0) continue;
    marks.push_back({message.time_ns, found == claimed.end() ? "" : found->second,
                     message.protocol() + " " + message.message(), message.size});
  }
  std::ranges::sort(
      marks, {}, [](const TimelineMark& m) { return std::tuple(m.time_ns, m.label, m.finding); });
  return marks;
}

Result<std::vector<PacketExcerpt>> excerpts(const AnalysisSource& source,
                                            const std::vector<Finding>& findings) {
  std::multimap<PacketPlace, std::pair<std::string, Evidence>> wanted;
  for (const Finding& finding : findings)
    for (std::size_t i = 0; i < std::min(excerpts_per_finding, finding.evidence.size()); ++i) {
      const Evidence& e = finding.evidence[i];
      wanted.emplace(PacketPlace{e.file, e.offset, e.frame}, std::pair(finding.id, e));
    }
  std::vector<PacketExcerpt> found;
  if (wanted.empty()) return found;
  auto read = for_each_packet(source.captures, [&](const Packet& packet) {
    const auto [first, last] = wanted.equal_range(packet.place);
    for (auto it = first; it != last; ++it) {
      const ByteView part = packet.data.first(std::min(packet.data.size(), excerpt_bytes));
      found.push_back({it->second.first, it->second.second, packet.time_ns,
                       Bytes(part.begin(), part.end()), packet.original_length});
    }
  });
  if (!read) return pass_on(std::move(read));
  std::ranges::sort(found, {}, [](const PacketExcerpt& e) {
    return std::tuple(e.finding, e.where.trial, e.where.file, e.where.offset);
  });
  return found;
}

}  // namespace brewproof
