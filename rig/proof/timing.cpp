#include "rig/proof/timing.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <utility>

#include "rig/model/parallel.h"
#include "rig/proof/every_kth.h"
#include "rig/proof/falls.h"
#include "rig/proof/lots.h"
#include "rig/proof/step_down.h"

namespace brewproof {
namespace {

/// What falls of the lots in a row, one after another in `acts`, have in common with `seen`.
using CountCommon = void (*)(const Bits& seen, const Bits& acts, std::span<std::size_t> hits);

void count_plainly(const Bits& seen, const Bits& acts, std::span<std::size_t> hits) {
  for (std::size_t d = 0; d < hits.size(); ++d) {
    const std::uint64_t* const fall = acts.data() + d * seen.size();
    hits[d] = 0;
    for (std::size_t i = 0; i < seen.size(); ++i) {
      hits[d] += static_cast<std::size_t>(std::popcount(seen[i] & fall[i]));
    }
  }
}

#if defined(__x86_64__)
/// The same with the processor's own instruction, which x86-64 does not promise.
[[gnu::target("popcnt")]] void count_by_instruction(const Bits& seen, const Bits& acts,
                                                    std::span<std::size_t> hits) {
  const std::size_t words = seen.size();
  for (std::size_t d = 0; d < hits.size(); ++d) {
    const std::uint64_t* const fall = acts.data() + d * words;
    std::size_t count = 0;
    for (std::size_t i = 0; i < words; ++i) {
      count += static_cast<std::size_t>(__builtin_popcountll(seen[i] & fall[i]));
    }
    hits[d] = count;
  }
}
#endif

CountCommon fastest_count() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("popcnt")) return count_by_instruction;
#endif
  return count_plainly;
}

/// Tests of one event that see the same have the same p under every fall of the lots.
struct Pattern {
  std::size_t event = 0, every = 0;
  Bits seen;                     // but for own messages
  std::vector<InWindow> own;     // for every = 1, from the first window's first message on
  std::vector<Between> between;  // where the acts of all events are counted
  friend auto operator<=>(const Pattern&, const Pattern&) = default;
};

constexpr double rounding = 1 + 1e-9;  // as in step_down

struct Column {
  std::vector<BlockCount> blocks;  // of a test by presence
  UpperTail tail;
  std::size_t score = 0;
  std::size_t telling = 0;  // the lowest score whose p is adjusted
  double p = 1;
  Adjusted adjusted;
  bool hopeless = false;
};

std::size_t count_common(const Bits& a, const Bits& b) {
  std::size_t count = 0;
  count_plainly(a, b, {&count, 1});
  return count;
}

Pattern pattern_of(std::size_t event, const Sight& sight, Counting how) {
  Pattern pattern{event, how.every, {}, {}, {}};
  if (how.every == 1) {
    pattern.own = sight.shared;
    const std::size_t first = pattern.own.empty() ? 0 : pattern.own.front().first;
    for (InWindow& window : pattern.own) window = {window.first - first, window.end - first};
    return pattern;
  }
  pattern.seen = sight.seen;
  if (!how.all_events) return pattern;
  pattern.between = sight.between;
  for (Between& gap : pattern.between)  // more acts than k + 1 say no more
    gap.acts = std::min(gap.acts, static_cast<std::uint16_t>(how.every + 1));
  return pattern;
}

LotWalk walk_of(const Pattern& pattern, const Arms& arms) {
  return pattern.every == 1
             ? own_message_walk(pattern.own)
             : every_kth_walk(pattern.seen, arms.trials.size(), pattern.every, pattern.between);
}

/// The law of the score, and p as the lots fell.
void settle(const Pattern& pattern, const Arms& arms, Column& column) {
  if (pattern.every == 0) {
    column.tail = upper_tail(stratified_law(column.blocks));
    column.score = count_common(pattern.seen, arms.acts);
  } else {
    const LotWalk walk = walk_of(pattern, arms);
    column.tail = upper_tail(law_of(walk, arms));
    column.score = score_of(walk, arms.acts);
  }
  column.p = column.tail.at(column.score);
}

/// What that takes, about.
std::size_t steps_of_law(const Pattern& pattern, const Arms& arms) {
  if (pattern.every == 0) return arms.act_count * arms.act_count;
  return cost_of_law(
      pattern.every == 1 ? own_message_states(pattern.own) : every_kth_states(pattern.every), arms);
}

void settle(TimingTest& test, const Column& column) {
  test.score = column.score;
  test.smallest_p = column.tail.probability.back();
  test.p = column.p;
}

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

std::optional<Scored> counted_by(const TimingTest& test) {
  if (test.how.every == 0) return std::nullopt;
  return Scored{static_cast<int>(test.how.every), static_cast<int>(test.score),
                test.how.all_events};
}

std::vector<Counting> tests_of(const Sight& sight, const Arms& arms) {
  if (!sight.shared.empty()) {
    if (enough_for_all(sight.shared)) return {};
    const std::size_t cost = cost_of_law(own_message_states(sight.shared), arms);
    return {{cost <= most_walked ? std::size_t{1} : std::size_t{0}}};
  }
  std::vector<Counting> tests{{}};
  const auto add = [&](const std::vector<std::size_t>& every, bool all_events) {
    for (const std::size_t k : every)
      if (cost_of_law(every_kth_states(k), arms) <= most_walked) tests.push_back({k, all_events});
  };
  add(possible_k(arms.act_count, count_common(sight.seen, sight.seen)), false);
  add(sight.possible_k, true);
  return tests;
}

LotWalk lot_walk_of(const Sight& sight, const Arms& arms, Counting how) {
  if (how.every == 1) return own_message_walk(sight.shared);
  return every_kth_walk(sight.seen, arms.trials.size(), how.every,
                        how.all_events ? std::span(sight.between) : std::span<const Between>());
}

TimingTest test_by(const Sight& sight, const Arms& arms, Counting how) {
  TimingTest test = count_presence(arms, sight.seen);
  test.how = how;
  Column column;
  column.blocks = test.blocks;
  settle(pattern_of(test.event, sight, how), arms, column);
  settle(test, column);
  return test;
}

namespace {

/// A test, and what it sees.
struct Seen {
  TimingTest test;
  Pattern pattern;
};

/// The tests of one node.
std::vector<Seen> tests_of(std::size_t n, const std::vector<Arms>& arms, const Sights& sights,
                           const Node& node, std::span<const Hit> hits,
                           const std::vector<Window>& windows) {
  std::vector<Seen> tests;
  std::size_t begin = 0;
  for (std::size_t w = 0; w < windows.size(); ++w) {
    std::size_t end = begin;
    while (end < hits.size() && hits[end].window == w) ++end;
    for (std::size_t e = 0; e < arms.size() && end > begin; ++e) {
      const Sight sight = sights.of(e, node, windows[w], hits.subspan(begin, end - begin));
      TimingTest test = count_presence(arms[e], sight.seen);
      if (test.event_hits + test.sham_hits == 0) continue;
      test.event = e;
      test.node = n;
      test.window = w;
      for (const Counting how : tests_of(sight, arms[e])) {
        test.how = how;
        tests.push_back({test, pattern_of(e, sight, how)});
      }
    }
    begin = end;
  }
  return tests;
}

/// The tests and, for those in the family, their columns.
class Family {
 public:
  explicit Family(const std::vector<Arms>& arms) : arms_(arms) {}

  /// Its column holds p for all tests that see the same.
  void add(Seen&& seen) {
    const auto [known, fresh] = columns_.try_emplace(std::move(seen.pattern));
    if (fresh && seen.test.how.every == 0) known->second.blocks = seen.test.blocks;
    column_of_test_.push_back(&known->second);
    family_.tests.push_back(std::move(seen.test));
  }

  TimingFamily adjust(std::uint64_t seed, std::uint64_t draws, double level) {
    settle_columns(most_adjusted(level));
    std::vector<Lots> lots(arms_.begin(), arms_.end());
    std::vector<Bits> acts, falls;  // by event: one fall of the lots, and a batch of them
    std::vector<Falls> side_by_side;
    for (const Arms& one : arms_) {
      acts.push_back(one.acts);
      falls.emplace_back(one.acts.size() * step_down_batch);
      side_by_side.emplace_back(one.trials.size());
    }
    std::vector<std::pair<const Pattern*, Column*>> family;
    std::vector<double> observed, smallest;
    for (auto& [pattern, column] : columns_) {
      if (column.hopeless) continue;
      family.emplace_back(&pattern, &column);
      observed.push_back(column.p);
      smallest.push_back(column.tail.probability.back());
    }

    Generator generator = redraw_generator(seed, "timing");
    const auto draw = [&](std::size_t count) {
      for (std::size_t d = 0; d < count; ++d) {
        for (std::size_t e = 0; e < lots.size(); ++e) {
          lots[e].redraw(generator, acts[e]);
          std::ranges::copy(acts[e],
                            falls[e].begin() + static_cast<std::ptrdiff_t>(d * acts[e].size()));
          side_by_side[e].set(d, acts[e]);
        }
      }
    };
    const CountCommon count_all = fastest_count();
    const auto p_of = [&](std::size_t c, std::span<double> p) {
      const auto& [pattern, column] = family[c];
      std::array<std::size_t, step_down_batch> room;
      const std::span<std::size_t> scores = std::span(room).first(p.size());
      if (pattern->every == 0) {
        count_all(pattern->seen, falls[pattern->event], scores);
      } else if (pattern->every == 1) {
        score_own_messages(pattern->own, side_by_side[pattern->event], scores);
      } else if (!pattern->between.empty()) {
        score_every_kth_of_all(pattern->seen, pattern->every, pattern->between,
                               side_by_side[pattern->event], scores);
      } else {
        score_every_kth(pattern->seen, pattern->every, side_by_side[pattern->event], scores);
      }
      for (std::size_t d = 0; d < p.size(); ++d)
        p[d] = scores[d] < column->telling ? 1.0 : column->tail.at(scores[d]);
    };
    if (!family.empty()) {
      const std::vector<Adjusted> adjusted =
          step_down(observed, draws, draw, p_of, steps_of_scores(), Redraws::sampled,
                    {level, most_adjusted(level), smallest});
      for (std::size_t c = 0; c < family.size(); ++c) family[c].second->adjusted = adjusted[c];
    }
    for (std::size_t t = 0; t < family_.tests.size(); ++t) {
      family_.tests[t].p_adjusted = column_of_test_[t]->adjusted.p;
      family_.tests[t].draws = column_of_test_[t]->adjusted.draws;
    }
    family_.distinct = family.size();
    return std::move(family_);
  }

 private:
  void settle_columns(double told) {
    std::vector<std::pair<const Pattern*, Column*>> all;
    std::size_t steps = 0;
    for (auto& [pattern, column] : columns_) {
      all.emplace_back(&pattern, &column);
      steps += steps_of_law(pattern, arms_[pattern.event]);
    }
    in_parallel(all.size(), steps, [&](std::size_t c) {
      const auto& [pattern, column] = all[c];
      settle(*pattern, arms_[pattern->event], *column);
      const std::vector<double>& falling = column->tail.probability;
      const auto telling =
          std::ranges::find_if(falling, [&](double p) { return p <= told * rounding; });
      column->telling = column->tail.first + static_cast<std::size_t>(telling - falling.begin());
    });
    for (std::size_t t = 0; t < family_.tests.size(); ++t) {
      TimingTest& test = family_.tests[t];
      Column& column = *column_of_test_[t];
      settle(test, column);
      column.hopeless = test.smallest_p > hopeless_p;
      if (!column.hopeless) ++family_.looked_at;
    }
  }

  /// What the scores of one pattern under a batch of falls take: by presence.
  [[nodiscard]] std::size_t steps_of_scores() const {
    std::size_t words = 0;
    for (const Arms& one : arms_) words = std::max(words, one.acts.size());
    return step_down_batch * (words + 8);
  }

  const std::vector<Arms>& arms_;
  TimingFamily family_;
  std::map<Pattern, Column> columns_;
  std::vector<Column*> column_of_test_;
};

}  // namespace

TimingFamily test_timing(const std::vector<Arms>& arms, const Sights& sights,
                         const std::vector<Node>& nodes, const Presence& presence,
                         const std::vector<Window>& windows, std::uint64_t seed,
                         std::uint64_t draws, double level) {
  constexpr std::size_t at_once = 512;       // nodes
  constexpr std::size_t steps_of_a_hit = 8;  // and of a trial, for each event
  Family family(arms);
  std::size_t slots = 0;
  for (const Arms& one : arms) slots += one.trials.size();
  for (std::size_t begin = 0; begin < presence.size(); begin += at_once) {
    std::vector<std::vector<Seen>> tests(std::min(at_once, presence.size() - begin));
    in_parallel(tests.size(), tests.size() * windows.size() * slots * steps_of_a_hit,
                [&](std::size_t i) {
                  const std::size_t n = begin + i;
                  tests[i] = tests_of(n, arms, sights, nodes[n], presence[n], windows);
                });
    for (std::vector<Seen>& of_node : tests)
      for (Seen& seen : of_node) family.add(std::move(seen));
  }
  return family.adjust(seed, draws, level);
}

}  // namespace brewproof
