#include "rig/proof/stakes.h"

#include <utility>
#include <vector>

namespace brewproof {
namespace {

/// Without its last block.
HitPattern before_last_block(const HitPattern& pattern) {
  if (pattern.size() < 2) return "";
  const std::size_t end = pattern.rfind('|', pattern.size() - 2);
  return end == HitPattern::npos ? "" : pattern.substr(0, end + 1);
}

}  // namespace

bool can_win(const HitPattern& pattern) {
  bool shows = false, shows_not = false;
  for (const char slot : pattern) {
    if (slot == '|') {
      if (shows && shows_not) return true;
      shows = shows_not = false;
    } else {
      (slot == '1' ? shows : shows_not) = true;
    }
  }
  return false;
}

void Stakes::add_block(const std::set<HitPattern>& patterns) {
  ++blocks_;
  const auto k = static_cast<double>(blocks_);
  waiting_ += part_ / (k * (k + 1));
  std::map<HitPattern, std::vector<const HitPattern*>> children;
  std::vector<const HitPattern*> fresh;
  for (const HitPattern& pattern : patterns) {
    const HitPattern parent = before_last_block(pattern);
    if (shares_.contains(parent))
      children[parent].push_back(&pattern);
    else if (can_win(pattern))
      fresh.push_back(&pattern);
  }
  std::map<HitPattern, double> next;
  for (const auto& [parent, parted] : children)
    for (const HitPattern* child : parted)
      next[*child] = shares_.at(parent) / static_cast<double>(parted.size());
  for (const HitPattern* pattern : fresh)
    next[*pattern] = waiting_ / static_cast<double>(fresh.size());
  if (!fresh.empty()) waiting_ = 0;
  shares_ = std::move(next);
}

double Stakes::share_of(const HitPattern& pattern) const {
  const auto known = shares_.find(pattern);
  return known == shares_.end() ? 0 : known->second;
}

}  // namespace brewproof
