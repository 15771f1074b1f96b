#include "rig/proof/size_clusters.h"

#include <algorithm>
#include <cmath>

namespace brewproof {
namespace {

using Classes = std::span<const SizedMessages>;

constexpr std::size_t varying_classes = 8;
constexpr double far_wider = 8;
constexpr std::uint64_t narrow = 3;  // from one size to the next: two sizes between them

std::uint64_t gap(const SizedMessages& before, const SizedMessages& after) {
  return after.least > before.most ? after.least - before.most : 0;
}

/// Of the classes without those that stand out.
double usual_count(std::vector<std::size_t> counts) {
  const auto middle = counts.begin() + static_cast<std::ptrdiff_t>((counts.size() - 1) / 2);
  std::ranges::nth_element(counts, middle);
  return static_cast<double>(*middle);
}

/// What stands out raises the middle, which hides others: found by and by.
std::vector<bool> standing_out(Classes classes) {
  std::vector<bool> out(classes.size());
  for (bool found = true; found;) {
    found = false;
    std::vector<std::size_t> counts;
    for (std::size_t i = 0; i < classes.size(); ++i)
      if (!out[i]) counts.push_back(classes[i].count);
    if (counts.size() < varying_classes) break;
    const double usual = usual_count(std::move(counts));
    const double most = usual + 4 * std::sqrt(usual) + 3;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      if (out[i] || static_cast<double>(classes[i].count) <= most) continue;
      out[i] = found = true;
    }
  }
  return out;
}

class Clusters {
 public:
  explicit Clusters(Classes classes)
      : classes_(classes), joined_(classes.size(), false), varies_(classes.size(), false) {}

  /// Joins those of [begin, end) that are of one cluster.
  void find(std::size_t begin, std::size_t end) {
    if (const std::size_t at = split(begin, end); at != end) {
      find(begin, at);
      return find(at, end);
    }
    if (end - begin < varying_classes) return;
    for (std::size_t i = begin; i < end; ++i) varies_[i] = true;
    for (std::size_t i = begin + 1; i < end; ++i) joined_[i] = true;
  }

  [[nodiscard]] std::vector<SizeClass> spans() {
    for (std::size_t i = 1; i < classes_.size(); ++i) {
      const bool cut =
          !varies_[i - 1] && !varies_[i] && gap(classes_[i - 1], classes_[i]) <= narrow;
      if (cut) joined_[i] = true;
    }
    std::vector<SizeClass> spans(classes_.size());
    for (std::size_t begin = 0; begin < classes_.size();) {
      std::size_t end = begin + 1;
      while (end < classes_.size() && joined_[end]) ++end;
      std::fill(spans.begin() + static_cast<std::ptrdiff_t>(begin),
                spans.begin() + static_cast<std::ptrdiff_t>(end),
                SizeClass{classes_[begin].label.low, classes_[end - 1].label.high});
      begin = end;
    }
    return spans;
  }

 private:
  /// Behind the widest gap, where it is far wider than the others; `end`: there is none.
  [[nodiscard]] std::size_t split(std::size_t begin, std::size_t end) const {
    if (end - begin < 3) return end;
    std::uint64_t widest = 0, all = 0;
    std::size_t at = end;
    for (std::size_t i = begin + 1; i < end; ++i) {
      const std::uint64_t here = gap(classes_[i - 1], classes_[i]);
      all += here;
      if (here > widest) {
        widest = here;
        at = i;
      }
    }
    const auto others = static_cast<double>(end - begin - 2);
    const double mean = static_cast<double>(all - widest) / others;
    return static_cast<double>(widest) > far_wider * std::max(mean, 1.0) ? at : end;
  }

  Classes classes_;
  std::vector<bool> joined_;  // to the one before
  std::vector<bool> varies_;  // in a cluster of many classes
};

}  // namespace

std::vector<SizeClass> size_clusters(Classes classes) {
  Clusters clusters(classes);
  const std::vector<bool> out = standing_out(classes);
  for (std::size_t begin = 0; begin < classes.size();) {
    std::size_t end = begin;
    while (end < classes.size() && !out[end]) ++end;
    if (end > begin) clusters.find(begin, end);
    begin = end + 1;
  }
  return clusters.spans();
}

}  // namespace brewproof
