// Messages that are told by their size alone ("record 210..219 B") come in the classes that the
// decoder rounds to. Their kinds are clusters of sizes: what varies by an amount, a name or a
// counter is of one kind, wherever the borders of the classes fall. Label-blind: neither lots nor
// parameter values are looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rig/proof/size_class.h"

namespace brewproof {

/// The messages of one destination and protocol whose size is of one class.
struct SizedMessages {
  SizeClass label;                    // as the messages tell it
  std::uint64_t least = 0, most = 0;  // bytes, that they really have
  std::size_t count = 0;
};

/// For each of these, which are sorted by their sizes and do not overlap, the span of the cluster
/// that it belongs to: from the low end of its first class to the high end of its last one.
///
/// * A class stands out where it has many more messages than the others around it (more than
///   m + 4 sqrt(m) + 3 where the middle one of them has m): a heartbeat among sales.
/// * What does not is split at gaps that are far wider than the others (8 times their mean). A part
///   of 8 classes or more is one cluster: a size that varies.
/// * Of all others a class is joined to the next one where no more than 2 sizes lie between them:
///   one kind that a border of classes has cut.
[[nodiscard]] std::vector<SizeClass> size_clusters(std::span<const SizedMessages> classes);

}  // namespace brewproof
