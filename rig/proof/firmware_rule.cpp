#include "rig/proof/firmware_rule.h"

#include <fmt/core.h>

#include <algorithm>

namespace brewproof {
namespace {

/// The new run's value is neither old one's: then it may be the cause.
bool sets_apart(const ContextDifference& difference) {
  const std::vector<std::string>& values = difference.values;
  return std::ranges::count(values, values[1]) == 1;
}

const ContextDifference* first_of(const RunComparison& comparison, Weight weight) {
  const auto found = std::ranges::find(comparison.context, weight, &ContextDifference::weight);
  return found == comparison.context.end() ? nullptr : &*found;
}

std::string others_of(const RunComparison& comparison) {
  constexpr std::size_t most = 4;
  std::string text;
  std::size_t count = 0;
  for (const ContextDifference& difference : comparison.context) {
    if (difference.weight != Weight::forbids) continue;
    if (count++ >= most) continue;
    text +=
        fmt::format("{}{}", text.empty() ? "" : ", ",
                    difference.group == difference.what ? difference.what
                                                        : difference.group + " " + difference.what);
  }
  return count > most ? fmt::format("{} and {} more", text, count - most) : text;
}

/// "" = it is the firmware.
std::string why_not(const RunComparison& comparison) {
  const std::vector<ComparedRun>& runs = comparison.runs;
  const bool known =
      std::ranges::none_of(runs, [](const ComparedRun& run) { return run.firmware.empty(); });
  if (!known) return "the machine's firmware is not known of every run";
  if (runs[0].firmware == runs[1].firmware) return "the firmware is the same in both";
  if (runs.size() > 2 && runs[0].firmware != runs[2].firmware)
    return "the firmware is not the same again in the last run";
  const bool conclusive = std::ranges::all_of(runs, &ComparedRun::conclusive);
  if (!conclusive) return "a run is inconclusive";
  if (runs.size() > 2 && any(comparison.compared, Standing::unsteady))
    return "the runs with the old firmware differ from one another";
  if (first_of(comparison, Weight::forbids) == nullptr) return "";
  return "this differs as well: " + others_of(comparison) +
         (runs.size() > 2 ? ""
                          : ". Run the old firmware again, and compare old, new and old again");
}

}  // namespace

bool any(const EmissionsCompared& compared, Standing standing) {
  return std::ranges::any_of(compared.emissions, [&](const EmissionComparison& emission) {
    const auto field_is = [&](const FieldComparison& field) {
      return field.compared.standing == standing;
    };
    return emission.rate.standing == standing ||
           (emission.latency && emission.latency->standing == standing) ||
           std::ranges::any_of(emission.fields, field_is);
  });
}

void weigh(std::vector<ContextDifference>& context, bool in_order) {
  for (ContextDifference& difference : context) {
    if (difference.weight != Weight::forbids) continue;
    const bool three = difference.values.size() > 2;
    if (three && (difference.group == "time" ? in_order : !sets_apart(difference)))
      difference.weight = Weight::bracketed;
  }
}

void conclude(RunComparison& comparison) {
  const EmissionsCompared& compared = comparison.compared;
  const bool differs = any(compared, Standing::differs);
  const bool doubts = any(compared, Standing::doubtful) || any(compared, Standing::unsteady);
  const bool conclusive = std::ranges::all_of(comparison.runs, &ComparedRun::conclusive);
  comparison.outcome = !conclusive ? Outcome::inconclusive
                       : differs   ? Outcome::differs
                       : doubts    ? Outcome::inconclusive
                                   : Outcome::alike;
  comparison.firmware = false;
  comparison.why.clear();
  if (!differs) return;
  comparison.why = why_not(comparison);
  comparison.firmware = comparison.why.empty();
}

}  // namespace brewproof
