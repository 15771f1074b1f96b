#include "rig/proof/arms.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace brewproof {
namespace {

std::string arm_name(const Trial& trial) {
  if (!trial.sham) return trial.event;
  return trial.event.empty() ? "sham" : "sham of " + trial.event;
}

/// Why a trial does not count; "" = it does.
std::string exclusion_reason(const Trial& trial, const std::set<int>& damaged) {
  if (trial.status == TrialStatus::excluded) {
    return trial.reason.empty() ? "excluded" : trial.reason;
  }
  if (trial.block && damaged.contains(*trial.block)) return "its block lost a trial";
  if (!trial.sham && trial.event.empty()) return "no event named";
  return "";
}

Arms arms_of(const std::string& event, const std::vector<Trial>& trials,
             const std::vector<std::size_t>& used) {
  std::map<int, std::vector<std::size_t>> by_block;
  for (const std::size_t i : used) {
    const Trial& trial = trials[i];
    if (is_of(trial, event)) by_block[trial.block.value_or(0)].push_back(i);
  }
  Arms arms;
  arms.event = event;
  for (const auto& [block, members] : by_block) {
    Stratum stratum{block, arms.trials.size(), arms.trials.size() + members.size(), 0};
    for (const std::size_t i : members) {
      if (!trials[i].sham) ++stratum.acts;
      arms.trials.push_back(i);
    }
    arms.act_count += stratum.acts;
    arms.strata.push_back(stratum);
  }
  arms.sham_count = arms.trials.size() - arms.act_count;
  arms.acts = empty_bits(arms.trials.size());
  for (std::size_t p = 0; p < arms.trials.size(); ++p) {
    if (!trials[arms.trials[p]].sham) set_bit(arms.acts, p);
  }
  return arms;
}

std::string law_of(const std::vector<Arms>& all) {
  std::set<std::pair<std::size_t, std::size_t>> shapes;
  bool whole_run = false;
  for (const Arms& arms : all) {
    for (const Stratum& stratum : arms.strata) {
      whole_run = whole_run || stratum.block == 0;
      if (stratum.block != 0) shapes.emplace(stratum.acts, stratum.size() - stratum.acts);
    }
  }
  std::string law;
  if (shapes.size() > 3) {
    law = "blocks of mixed sizes";
  } else {
    for (const auto& [acts, shams] : shapes) {
      law += fmt::format("{}{}+{}", law.empty() ? "blocks of " : " and ", acts, shams);
    }
  }
  if (whole_run) law += law.empty() ? "one whole-run draw (assumed)" : " and one draw (assumed)";
  return law.empty() ? "no trials" : law;
}

}  // namespace

Lineup line_up(const std::vector<Trial>& trials) {
  const std::set<int> damaged = lost_blocks(trials);
  Lineup lineup;
  std::map<std::pair<std::string, std::string>, int> excluded;
  std::map<std::string, std::pair<std::size_t, std::size_t>> acts;  // event -> unconfirmed, all
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const Trial& trial = trials[i];
    const std::string reason = exclusion_reason(trial, damaged);
    if (!reason.empty()) {
      ++excluded[{arm_name(trial), reason}];
      continue;
    }
    lineup.used.push_back(i);
    if (trial.sham) continue;
    auto& [unconfirmed, all] = acts[trial.event];
    ++all;
    if (trial.status == TrialStatus::unconfirmed) ++unconfirmed;
  }
  const auto in_time = [&](std::size_t i) {
    return std::tuple(trials[i].origin_ns(), trials[i].trial, i);
  };
  std::sort(lineup.used.begin(), lineup.used.end(),
            [&](std::size_t a, std::size_t b) { return in_time(a) < in_time(b); });

  for (const auto& [arm_and_reason, count] : excluded) {
    lineup.exclusions.push_back({arm_and_reason.first, arm_and_reason.second, count});
  }
  for (const auto& [event, counts] : acts) {
    const auto& [unconfirmed, all] = counts;
    lineup.arms.push_back(arms_of(event, trials, lineup.used));
    lineup.acts += all;
    lineup.unconfirmed += unconfirmed;
    if (unconfirmed >= least_unconfirmed_of_event && too_many_unconfirmed(unconfirmed, all)) {
      lineup.too_many_unconfirmed = true;
    }
  }
  if (too_many_unconfirmed(lineup.unconfirmed, lineup.acts)) lineup.too_many_unconfirmed = true;
  lineup.law = law_of(lineup.arms);
  return lineup;
}

}  // namespace brewproof
