// How one stake is divided among all that is looked at, so that whoever looks after every block is
// fooled with no more than the promised chance by any of it.
//
// Each event has its part of the stake. A hypothesis is a pattern: which slots of the event and its
// sham show a part of a message within a window; what shows in the same slots is one hypothesis. It
// is staked with the first block in which it could win or lose (some slots show it, not all): of
// the k-th block's part, 1/(k(k+1)), all that begin there have the same share. Patterns that were
// one and part later divide their share. Nothing of this looks at the lots, so if the lots of an
// event do not matter, the sum over its patterns of share x e-value has mean at most its part at
// any end, and the chance that share x e-value of any pattern ever reaches 1/alpha is at most
// alpha. A pattern whose past changes (a message template that takes in more, a batch of records
// that arrives late) is a new one, staked when it is first seen so; the share of the old one is
// gone.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>

namespace brewproof {

/// One character a slot, block by block: '1' where it shows, '0' where not, '|' after each block.
using HitPattern = std::string;

/// Can the lots of any block of it matter?
[[nodiscard]] bool can_win(const HitPattern& pattern);

class Stakes {
 public:
  /// `part`: the event's of the whole stake.
  explicit Stakes(double part) : part_(part) {}

  /// One block more. `patterns`: all that there are now, over all blocks until this one.
  void add_block(const std::set<HitPattern>& patterns);

  /// 0: it is none of the last block's, or could not win yet.
  [[nodiscard]] double share_of(const HitPattern& pattern) const;
  [[nodiscard]] const std::map<HitPattern, double>& shares() const { return shares_; }

 private:
  double part_, waiting_ = 0;
  std::size_t blocks_ = 0;
  std::map<HitPattern, double> shares_;
};

}  // namespace brewproof
