#include "rig/proof/compare.h"

#include <algorithm>

#include "rig/proof/difference.h"

namespace brewproof {
namespace {

bool some_but_not_all(const EmissionComparison& emission) {
  std::size_t claims = 0;
  for (std::size_t r = 0; r < emission.runs.size(); ++r) claims += emission.claimed(r) ? 1 : 0;
  return claims > 0 && claims < emission.runs.size();
}

/// A claim of some runs only, whose difference no test shows, is not "the same".
void doubt(EmissionComparison& emission) {
  const bool shown = emission.rate.standing != Standing::alike;
  if (!shown && (some_but_not_all(emission) || !emission.rate.test.p)) {
    emission.rate.standing = Standing::doubtful;
  }
}

}  // namespace

Compared asked(const std::vector<std::optional<Tally>>& counts) {
  Compared compared;
  const auto test = [&](std::size_t a, std::size_t b) {
    return counts[a] && counts[b] ? fisher(*counts[a], *counts[b]) : DifferenceTest{};
  };
  compared.test = test(0, 1);
  if (counts.size() > 2) {
    compared.test = both(compared.test, test(1, 2));
    compared.again = test(0, 2);
  }
  return compared;
}

EmissionsCompared compare(std::span<const RunView> runs) {
  const bool all_packets =
      std::ranges::all_of(runs, [](const RunView& run) { return run.workings != nullptr; });
  EmissionsCompared result = all_packets ? count_in_packets(runs) : read_from_findings(runs);
  result.alpha = compare_alpha;
  // Fields that were doubtful before any test: no count of theirs is known, or some runs alone
  // claim what stands there.
  std::vector<Compared*> questions;
  std::vector<Compared*> doubted;
  for (EmissionComparison& emission : result.emissions) {
    questions.push_back(&emission.rate);
    if (emission.latency) questions.push_back(&*emission.latency);
    for (FieldComparison& field : emission.fields) {
      if (field.compared.standing == Standing::doubtful) doubted.push_back(&field.compared);
      questions.push_back(&field.compared);
    }
  }
  result.tests = judge(questions, result.alpha);
  for (Compared* const compared : doubted) {
    if (compared->standing == Standing::alike) compared->standing = Standing::doubtful;
  }
  for (EmissionComparison& emission : result.emissions) {
    doubt(emission);
    std::erase_if(emission.fields, [](const FieldComparison& field) {
      return field.compared.standing == Standing::alike;
    });
  }
  return result;
}

}  // namespace brewproof
