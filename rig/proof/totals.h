// Running totals: a heartbeat that counts cups, a report that knows the day's takings, a sealed
// batch whose length grows with what was sold since the last one. Nothing of that follows an act in
// time, and no value of ours stands in it; but what is added between two messages is a function of
// the acts between them (statistics.md 8, "not found by it").
//
// For each unit that an event was not found to send, numbers are laid out span by span, a span
// being what lies between the last messages of two slots (`slots.h`):
//   step   what a numeric field grew by. Where it went against its own direction it began anew (at
//          midnight, with the power): such a span is left out
//   bytes  the size of the unit's messages; also of sealed messages to one destination that differ
//          in their class of sizes alone, each run of neighbouring classes
// and beside them, span by span, what could explain them:
//   count  acts of the event, by the lots: law: the lots fall anew
//   sum    of a parameter over these acts; or acts with one of its levels: law: the parameter is
//          shuffled among the acts as it was dealt
// The statistic is |r|, the partial correlation of both, freed of a constant, of the span's length
// and of the counts of all other events' acts (of a sum: of all events' acts). All tests are one
// family, step-down min-p. What numbers there are follows from the messages and from what timing
// claims alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/proof/arms.h"
#include "rig/proof/content.h"
#include "rig/proof/partial_fit.h"
#include "rig/proof/total_series.h"
#include "rig/proof/traffic.h"

namespace brewproof {

enum class TotalOf { count, sum, level };

struct TotalTest {
  std::size_t event = 0, series = 0;  // indices
  TotalOf of = TotalOf::count;
  std::string parameter, level;  // of a sum; of a level both
  double r = 0;
  double share = 0;             // of the variance of all numbers that is explained by nothing else
  double per_unit = 0;          // added by each act (by each unit of a sum)
  Figures explained_by;         // acts, or their sum, by span
  std::vector<Figures> beside;  // what else explains, by span: see above
  /// Of what is claimed: sums and counts by other parameters that no act told apart from it, in
  /// words. It may add these up instead.
  std::vector<std::string> or_else;
  int matched = 0, spans = 0;  // spans whose number, rounded, tells the acts or the sum
  std::size_t as_far = 0;      // of its re-draws those with |r| as large
  std::size_t draws = 0;
  double p = 1, p_adjusted = 1;
};

struct Totals {
  std::vector<TotalSeries> series;
  std::vector<TotalTest> tests;
  std::vector<std::size_t> claimed;  // tests: one for each event, unit and path, in this order
};

struct TotalsQuestion {
  const std::vector<Trial>* trials = nullptr;
  const std::vector<Arms>* arms = nullptr;
  const Traffic* traffic = nullptr;
  std::vector<std::vector<bool>> sent;                  // by event, by signature: timing claims it
  std::vector<std::vector<const Trial*>> acts;          // by event, in order of time
  std::vector<std::vector<DrawnParameter>> parameters;  // by event
  int committed_blocks = 0;
  double level = 0.001;  // totals' share of alpha
  std::uint64_t seed = 0, draws = 9999;
};

/// Of the numbers' variance, apart from a constant, a claim must explain this much: what a clock's
/// last digits have to do with an act would be true, and of no use.
inline constexpr double least_share = 0.01;

[[nodiscard]] Totals find_totals(const TotalsQuestion& question);

/// "count of brew", "sum of amount", "count of brew with drink=latte"; "sum of amount or sum of
/// price" where these always went together.
[[nodiscard]] std::string total_in_words(const TotalTest& test, const std::string& event);

}  // namespace brewproof
