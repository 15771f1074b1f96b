#include "rig/crosscheck/frame_ranges.h"

#include <fmt/format.h>

#include <algorithm>

namespace brewproof {
namespace {

constexpr std::size_t most_ranges = 1000;

/// Ranges with at most `gap` frames between them become one.
std::vector<FrameRange> joined(const std::vector<FrameRange>& ranges, std::uint64_t gap) {
  std::vector<FrameRange> wide;
  for (const FrameRange& range : ranges) {
    if (!wide.empty() && range.first <= wide.back().last + 1 + gap)
      wide.back().last = std::max(wide.back().last, range.last);
    else
      wide.push_back(range);
  }
  return wide;
}

}  // namespace

std::string frame_filter(const std::vector<FrameRange>& ranges) {
  std::vector<FrameRange> listed = joined(ranges, 0);
  if (listed.size() > most_ranges) {
    std::vector<std::uint64_t> gaps;
    for (std::size_t i = 1; i < listed.size(); ++i)
      gaps.push_back(listed[i].first - listed[i - 1].last - 1);
    const auto widest_closed =
        gaps.begin() + static_cast<std::ptrdiff_t>(listed.size() - most_ranges - 1);
    std::ranges::nth_element(gaps, widest_closed);
    listed = joined(listed, *widest_closed);
  }
  std::string text;
  for (const FrameRange& range : listed)
    text += fmt::format("{}{}..{}", text.empty() ? "" : ",", range.first, range.last);
  return "frame.number in {" + text + "}";
}

}  // namespace brewproof
