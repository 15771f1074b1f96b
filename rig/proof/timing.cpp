#include "rig/proof/timing.h"

#include <bit>
#include <map>
#include <unordered_map>
#include <utility>

#include "rig/proof/lots.h"
#include "rig/proof/step_down.h"

namespace brewproof {
namespace {

std::size_t count_common(const Bits& a, const Bits& b) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    count += static_cast<std::size_t>(std::popcount(a[i] & b[i]));
  }
  return count;
}

/// Tests of one event with the same slots seen have the same p under every fall of the lots.
struct Column {
  std::size_t event = 0;
  Bits seen;
  UpperTail tail;
  double p = 1;
};

}  // namespace

TimingTest count_presence(const Arms& arms, const Bits& seen) {
  TimingTest test;
  for (const Stratum& stratum : arms.strata) {
    BlockCount block{stratum.size(), stratum.acts, 0};
    std::size_t hits = 0;
    for (std::size_t p = stratum.begin; p < stratum.end; ++p) {
      if (!has_bit(seen, p)) continue;
      ++block.seen;
      if (has_bit(arms.acts, p)) ++hits;
    }
    test.blocks.push_back(block);
    test.block_hits.push_back(hits);
    test.event_hits += hits;
    test.sham_hits += block.seen - hits;
  }
  test.smallest_p = smallest_p(test.blocks);
  return test;
}

namespace {

/// The tests and, for those in the family, their columns.
class Family {
 public:
  explicit Family(const std::vector<Arms>& arms) : arms_(arms) {
    for (const Arms& one : arms) {
      auto& positions = position_of_.emplace_back();
      for (std::size_t p = 0; p < one.trials.size(); ++p) positions.emplace(one.trials[p], p);
    }
  }

  void add(std::size_t event, std::size_t node, std::size_t window, std::span<const Hit> hits) {
    Bits seen = empty_bits(arms_[event].trials.size());
    bool any = false;
    for (const Hit& hit : hits) {
      const auto position = position_of_[event].find(hit.trial);
      if (position == position_of_[event].end()) continue;
      set_bit(seen, position->second);
      any = true;
    }
    if (!any) return;
    TimingTest test = count_presence(arms_[event], seen);
    test.event = event;
    test.node = node;
    test.window = window;
    if (test.smallest_p <= hopeless_p) {
      ++family_.looked_at;
      const std::size_t column = column_of(event, std::move(seen), test);
      test.p = columns_[column].p;
      column_of_test_.push_back(column);
    } else {
      test.p = upper_tail(stratified_law(test.blocks)).at(test.event_hits);
      column_of_test_.push_back(none);
    }
    family_.tests.push_back(std::move(test));
  }

  TimingFamily adjust(std::uint64_t seed, std::uint64_t draws) {
    std::vector<Lots> lots(arms_.begin(), arms_.end());
    std::vector<Bits> acts;
    for (const Arms& one : arms_) acts.push_back(one.acts);
    std::vector<double> observed;
    for (const Column& column : columns_) observed.push_back(column.p);

    Generator generator = redraw_generator(seed, "timing");
    const auto redraw = [&](std::size_t, std::span<double> p) {
      for (std::size_t e = 0; e < lots.size(); ++e) lots[e].redraw(generator, acts[e]);
      for (std::size_t c = 0; c < columns_.size(); ++c) {
        p[c] = columns_[c].tail.at(count_common(columns_[c].seen, acts[columns_[c].event]));
      }
    };
    const std::vector<double> adjusted = columns_.empty()
                                             ? std::vector<double>{}
                                             : step_down(observed, draws, redraw, Redraws::sampled);
    for (std::size_t t = 0; t < family_.tests.size(); ++t) {
      if (column_of_test_[t] != none) family_.tests[t].p_adjusted = adjusted[column_of_test_[t]];
    }
    family_.distinct = columns_.size();
    return std::move(family_);
  }

 private:
  std::size_t column_of(std::size_t event, Bits seen, const TimingTest& test) {
    const auto [known, fresh] = column_by_bits_.try_emplace({event, seen}, columns_.size());
    if (fresh) {
      Column column{event, std::move(seen), upper_tail(stratified_law(test.blocks)), 1};
      column.p = column.tail.at(test.event_hits);
      columns_.push_back(std::move(column));
    }
    return known->second;
  }

  const std::vector<Arms>& arms_;
  std::vector<std::unordered_map<std::size_t, std::size_t>>
      position_of_;  // by event: trial -> position
  TimingFamily family_;
  std::vector<Column> columns_;
  std::vector<std::size_t> column_of_test_;
  std::map<std::pair<std::size_t, Bits>, std::size_t> column_by_bits_;
};

}  // namespace

TimingFamily test_timing(const std::vector<Arms>& arms, const Presence& presence,
                         std::size_t windows, std::uint64_t seed, std::uint64_t draws) {
  Family family(arms);
  for (std::size_t n = 0; n < presence.size(); ++n) {
    const std::span<const Hit> hits(presence[n]);
    std::size_t begin = 0;
    for (std::size_t w = 0; w < windows; ++w) {
      std::size_t end = begin;
      while (end < hits.size() && hits[end].window == w) ++end;
      for (std::size_t e = 0; e < arms.size() && end > begin; ++e) {
        family.add(e, n, w, hits.subspan(begin, end - begin));
      }
      begin = end;
    }
  }
  return family.adjust(seed, draws);
}

}  // namespace brewproof
