#include "rig/proof/explain_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace brewproof {
namespace {

using Text = std::back_insert_iterator<std::string>;

constexpr std::size_t terms_shown = 4;

void write_slot(const Trial& trial, const Arms& arms, std::size_t position,
                const std::string& shows, const std::string& scores, Text out) {
  const auto stratum = std::ranges::find_if(
      arms.strata, [&](const Stratum& s) { return position >= s.begin && position < s.end; });
  fmt::format_to(out, "{:>5}  {:>5}  {:<4}  {:<24}  {}\n",
                 stratum->block == 0 ? "-" : fmt::format("{}", stratum->block), trial.trial,
                 has_bit(arms.acts, position) ? "act" : "sham", shows, scores);
}

/// Messages are numbered from 1, as those of the node that lie in any window come.
void write_pairing(const std::vector<InWindow>& windows, const Arms& arms, const ProofInput& input,
                   Text out) {
  fmt::format_to(out,
                 "\nThe windows of neighbouring slots overlap, and one message lies in several. It "
                 "answers one act only:\nin order of time each act takes the first message in its "
                 "window that no act before it took.\n\nblock  trial  lot   messages in its "
                 "window    takes\n");
  const std::vector<std::size_t> own = own_messages(windows, arms.acts);
  for (std::size_t p = 0; p < windows.size(); ++p) {
    const InWindow& in = windows[p];
    const std::string shows = in.first == in.end ? "none"
                              : in.first + 1 == in.end
                                  ? fmt::format("{}", in.end)
                                  : fmt::format("{} to {}", in.first + 1, in.end);
    const bool act = has_bit(arms.acts, p);
    write_slot(input.trials[arms.trials[p]], arms, p, shows,
               !act             ? ""
               : own[p] == none ? "none is left"
                                : fmt::format("{}", own[p] + 1),
               out);
  }
}

void write_kth(const Sight& sight, const TimingTest& test, const Arms& arms,
               const ProofInput& input, Text out) {
  const std::size_t k = test.how.every;
  fmt::format_to(
      out,
      "\nCounted are the messages that come with an act, number {} since the message "
      "before (the first: with any act).{}\n\nblock  trial  lot   message in its window   "
      " act since the last\n",
      k,
      test.how.all_events ? "\nActs of all events count, those of others as their lots fell." : "");
  std::size_t since = 0;
  bool first = true;
  for (std::size_t p = 0; p < arms.trials.size(); ++p) {
    const bool act = has_bit(arms.acts, p), shows = has_bit(sight.seen, p);
    if (test.how.all_events) {
      const Between& gap = sight.between[p];
      first = first && !gap.shows;
      since = gap.shows ? gap.acts : since + gap.acts;
    }
    if (act) ++since;
    const bool counts = shows && act && (first || since == k);
    write_slot(input.trials[arms.trials[p]], arms, p, shows ? "yes" : "",
               fmt::format("{}{}",
                           !act    ? std::string()
                           : first ? std::string("of an unknown number")
                                   : fmt::format("number {}", since),
                           counts ? ": counts" : ""),
               out);
    if (!shows) continue;
    since = 0;
    first = false;
  }
}

void write_walk_law(const TimingTest& test, const LotWalk& walk, const Arms& arms, Text out) {
  const Law law = law_of(walk, arms);
  const UpperTail tail = upper_tail(law);
  const std::string_view counted =
      test.how.every == 1 ? "acts with a message of their own" : "messages at the right act";
  fmt::format_to(
      out,
      "\nIf the lots did not matter, the messages would be the same whatever the lots. "
      "So the same is counted\nfor every fall of the lots within the blocks, all equally "
      "likely; those that agree so far are followed together\n(slot by slot: an act with "
      "chance acts left / slots left in its block).\n  {}: {}\n",
      counted, test.score);
  const std::size_t top = law.probability.size() - 1;
  for (std::size_t s = test.score; s <= std::min(top, test.score + terms_shown - 1); ++s)
    fmt::format_to(out, "  P({}) = {:.4g}\n", s, law.probability[s]);
  fmt::format_to(out, "  {} is the most there could be\n  p = P(S >= {}) = {:.4g}\n", top,
                 test.score, tail.at(test.score));
}

}  // namespace

std::string walk_arithmetic(const TimingTest& test, const ProofInput& input,
                            const Workings& workings) {
  const Arms& arms = workings.lineup.arms[test.event];
  const Sight sight = sight_of(test, input, workings);
  std::string text;
  const Text out(text);
  if (test.how.every == 1) {
    write_pairing(sight.shared, arms, input, out);
  } else {
    write_kth(sight, test, arms, input, out);
  }
  write_walk_law(test, lot_walk_of(sight, arms, test.how), arms, out);
  return text;
}

}  // namespace brewproof
