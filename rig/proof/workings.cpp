#include "rig/proof/workings.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <span>
#include <tuple>

#include "rig/model/parallel.h"
#include "rig/proof/claims.h"
#include "rig/proof/confounded.h"
#include "rig/proof/forms.h"
#include "rig/proof/stated_bytes.h"
#include "rig/proof/stopped.h"
#include "rig/proof/unprovable.h"
#include "rig/proof/windows.h"

namespace brewproof {
namespace {

/// The declared ones and what they make together; where none was declared, one window as long as
/// the longest observation.
std::vector<Window> windows_of(const ProofInput& input, const Lineup& lineup) {
  if (!input.design.windows.empty()) return with_joined(input.design.windows);
  Window window;
  for (const std::size_t t : lineup.used) {
    const Trial& trial = input.trials[t];
    window.end_ns = std::max(window.end_ns, trial.end_ns - trial.origin_ns());
  }
  return {window};
}

bool enough_draws(const ProofInput& input, double level) {
  return level * (static_cast<double>(input.design.draws) + 1) >= 1;
}

std::vector<std::string> doubts(const ProofInput& input, const Lineup& lineup, double level) {
  std::vector<std::string> reasons;
  if (lineup.arms.empty()) reasons.emplace_back("no-trials");
  if (lineup.too_many_unconfirmed) reasons.emplace_back("unconfirmed");
  bool no_sham = false, too_few = false;
  for (const Arms& arms : lineup.arms) {
    if (arms.sham_count == 0) {
      no_sham = true;
    } else {
      too_few = too_few || !provable(arms, level);
    }
  }
  if (no_sham) reasons.emplace_back("no-sham");
  if (too_few) reasons.emplace_back("too-few-trials");
  if (!enough_draws(input, level)) {
    reasons.emplace_back("too-few-draws");
  }
  return reasons;
}

/// Units that the event was not found to send.
std::vector<std::size_t> other_units(const Workings& workings, std::size_t event) {
  std::vector<bool> sent(workings.traffic.signatures.size());
  for (const Claim& claim : workings.claims) {
    if (claim.test.event == event) sent[node_of(claim, workings).signature] = true;
  }
  std::vector<std::size_t> others;
  for (std::size_t s = 0; s < sent.size(); ++s) {
    if (!sent[s]) others.push_back(s);
  }
  return others;
}

/// What becomes a column of a claim when all of its columns were searched.
struct Added {
  Claim* claim = nullptr;
  std::size_t column = 0;  // that it stands beside
  Stimulus stimulus;
};
struct AllAdded {
  std::vector<Added> beside;  // a further parameter in a text that holds one
  std::vector<Added> coming;  // what the message tells by coming
};

/// Of two parameters that one field agrees with, it carries the one whose very words stand there: a
/// price tells the drink, too. Of equals the more surprising one.
bool tells_more(const Stimulus& a, const Stimulus& b) {
  const auto says_it = [](const Stimulus& one) { return one.form == "text" && one.digest.empty(); };
  return says_it(a) != says_it(b) ? says_it(a) : more_surprising(a, b);
}

/// One parameter of one event: in the fields of what the event sends and of what comes anyway.
void search(const ProofInput& input, Workings& workings, std::size_t event,
            const DrawnParameter& parameter, const ContentQuestion& question, AllAdded& added) {
  std::vector<Claim*> claims;
  for (Claim& claim : workings.claims) {
    if (claim.test.event == event) claims.push_back(&claim);
  }
  const std::vector<std::size_t> others = other_units(workings, event);
  const std::vector<Reign> reigns = reigns_of(question.acts, input.trials, parameter.name);
  std::vector<FieldTable> carried(others.size());
  in_parallel(others.size(), workings.traffic.messages.size() * steps_of_a_message,
              [&](std::size_t i) {
                carried[i] = carried_table(workings.traffic,
                                           workings.traffic.signatures[others[i]].messages, reigns);
              });

  std::vector<const FieldTable*> tables;
  tables.reserve(claims.size() + others.size());
  for (const Claim* claim : claims) tables.push_back(&claim->table);
  for (const FieldTable& table : carried) tables.push_back(&table);
  Stimuli stimuli = find_stimuli(tables, parameter, question);

  for (std::size_t i = 0; i < claims.size(); ++i) {
    for (std::size_t c = 0; c < stimuli[i].by_column.size(); ++c) {
      std::optional<Stimulus>& best = claims[i]->stimuli[c];
      std::optional<Stimulus>& found = stimuli[i].by_column[c];
      if (!found) continue;
      if (best && is_inside_text(found->form) && is_inside_text(best->form))
        added.beside.push_back({claims[i], c, std::move(*found)});
      else if (!best || tells_more(*found, *best))
        best = std::move(found);
    }
    if (stimuli[i].of_message)
      added.coming.push_back({claims[i], 0, std::move(*stimuli[i].of_message)});
  }
  for (std::size_t i = 0; i < others.size(); ++i) {
    TableStimuli& of_table = stimuli[claims.size() + i];
    std::vector<std::optional<Stimulus>>& found = of_table.by_column;
    if (of_table.of_message) add_presence(carried[i], found, std::move(*of_table.of_message));
    const auto any = [](const std::optional<Stimulus>& stimulus) { return stimulus.has_value(); };
    if (std::ranges::none_of(found, any)) continue;
    auto of = std::ranges::find_if(workings.carried, [&](const Carried& known) {
      return known.event == event && known.signature == others[i];
    });
    if (of == workings.carried.end()) {
      of = workings.carried.insert(of, Carried{event, others[i], {}, {}});
    }
    of->parts.push_back({std::move(carried[i]), std::move(found)});
  }
}

/// What is carried is searched parameter by parameter, each in a table of its own: of those that a
/// path agrees with the one stays that tells more.
void keep_one_a_path(Carried& carried) {
  std::map<std::string_view, std::optional<Stimulus>*> best;
  for (Carried::Part& part : carried.parts) {
    for (std::size_t c = 0; c < part.stimuli.size(); ++c) {
      std::optional<Stimulus>& found = part.stimuli[c];
      if (!found || is_inside_text(found->form)) continue;
      const auto [known, fresh] = best.try_emplace(part.table.columns[c].path, &found);
      if (fresh) continue;
      std::optional<Stimulus>*& kept = known->second;
      std::optional<Stimulus>* const lost = tells_more(*found, **kept) ? kept : &found;
      if (lost == kept) kept = &found;
      lost->reset();
    }
  }
}

void read_content(const ProofInput& input, Workings& workings, double level) {
  std::vector<std::vector<const Trial*>> acts;
  std::vector<std::vector<DrawnParameter>> parameters;
  std::size_t all = 0;
  for (const Arms& arms : workings.lineup.arms) {
    acts.push_back(acts_of(input, arms));
    std::vector<DrawnParameter> searched = drawn_parameters(input.design, arms.event, acts.back());
    auto& kinds = workings.parameter_kinds.emplace_back();
    for (const DrawnParameter& parameter : searched) kinds.emplace(parameter.name, parameter.kind);
    parameters.push_back(told_together(std::move(searched), acts.back()));
    workings.untold.push_back(untold_of(arms.event, input.design, parameters.back(), acts.back()));
    all += parameters.back().size();
  }
  workings.all_parameters = std::max<std::size_t>(1, all);
  AllAdded added;
  for (std::size_t e = 0; e < workings.lineup.arms.size(); ++e) {
    ContentQuestion question;
    question.acts = acts[e];
    question.all_parameters = workings.all_parameters;
    question.committed_blocks = input.committed_blocks;
    question.level = level;
    question.seed = input.design.seed;
    question.draws = input.design.draws;
    question.event = workings.lineup.arms[e].event;
    for (const DrawnParameter& parameter : parameters[e]) {
      search(input, workings, e, parameter, question, added);
    }
  }
  for (Added& one : added.beside) {
    one.claim->table.columns.push_back(FieldColumn(one.claim->table.columns[one.column]));
    one.claim->stimuli.emplace_back(std::move(one.stimulus));
  }
  for (Added& one : added.coming)
    add_presence(one.claim->table, one.claim->stimuli, std::move(one.stimulus));
  for (Carried& carried : workings.carried) keep_one_a_path(carried);
  std::ranges::sort(workings.carried, [](const Carried& a, const Carried& b) {
    return std::tie(a.event, a.signature) < std::tie(b.event, b.signature);
  });
}

Carried& carried_by(Workings& workings, std::size_t event, std::size_t signature) {
  for (Carried& known : workings.carried) {
    if (known.event == event && known.signature == signature) return known;
  }
  return workings.carried.emplace_back(Carried{event, signature, {}, {}});
}

/// Where a field, or bytes of it, hold a parameter as it was set last, that they grow now and then
/// is no count of it.
bool is_state_of(const Carried& known, const TotalSeries& series) {
  const auto content_of = [](std::string_view path) {
    return path.substr(0, path.rfind("bytes:"));
  };
  for (const Carried::Part& part : known.parts) {
    for (std::size_t c = 0; c < part.table.columns.size(); ++c) {
      const FieldColumn& column = part.table.columns[c];
      if (!part.stimuli[c]) continue;
      if (column.path == series.path) return true;
      if (column.slice && series.slice && content_of(column.path) == content_of(series.path) &&
          column.slice->overlaps(*series.slice))
        return true;
    }
  }
  return false;
}

/// What only adds up from message to message.
void read_totals(const ProofInput& input, Workings& workings) {
  TotalsQuestion question;
  question.trials = &input.trials;
  question.arms = &workings.lineup.arms;
  question.traffic = &workings.traffic;
  for (std::size_t e = 0; e < workings.lineup.arms.size(); ++e) {
    const Arms& arms = workings.lineup.arms[e];
    std::vector<bool>& sent = question.sent.emplace_back(workings.traffic.signatures.size(), true);
    for (const std::size_t s : other_units(workings, e)) sent[s] = false;
    question.acts.push_back(acts_of(input, arms));
    question.parameters.push_back(drawn_parameters(input.design, arms.event, question.acts.back()));
  }
  question.committed_blocks = input.committed_blocks;
  question.level = totals_share(input.design.alpha);
  question.seed = input.design.seed;
  question.draws = input.design.draws;
  workings.totals = find_totals(question);

  // Of units whose content tells the event the length is no news, be it by values or by totals.
  for (const bool bytes : {false, true}) {
    for (const std::size_t t : workings.totals.claimed) {
      const TotalTest& test = workings.totals.tests[t];
      const TotalSeries& series = workings.totals.series[test.series];
      if (series.bytes != bytes) continue;
      const bool read = std::ranges::any_of(workings.carried, [&](const Carried& known) {
        return known.event == test.event &&
               std::ranges::find(series.signatures, known.signature) != series.signatures.end() &&
               (bytes || is_state_of(known, series));
      });
      if (read) continue;
      Carried& carried = carried_by(workings, test.event, series.signatures.front());
      carried.totals.push_back(t);
      if (!carried.parts.empty()) continue;
      std::vector<FieldRow> rows;
      rows.reserve(series.readings.size());
      for (const std::size_t m : series.readings) {
        rows.push_back({nullptr, workings.traffic.messages[m], nullptr});
      }
      Carried::Part& part = carried.parts.emplace_back();
      part.table = field_table(rows);
      part.stimuli.resize(part.table.columns.size());
    }
  }
  std::ranges::sort(workings.carried, [](const Carried& a, const Carried& b) {
    return std::tie(a.event, a.signature) < std::tie(b.event, b.signature);
  });
}

void state_all_bytes(Workings& workings) {
  for (std::vector<Claim>* claims : {&workings.claims, &workings.candidates}) {
    for (Claim& claim : *claims) {
      const Searched one{&claim.table, &claim.stimuli};
      state_bytes(std::span(&one, 1));
    }
  }
  for (Carried& carried : workings.carried) {
    std::vector<Searched> unit;
    unit.reserve(carried.parts.size());
    for (Carried::Part& part : carried.parts) unit.push_back({&part.table, &part.stimuli});
    state_bytes(unit);
  }
}

}  // namespace

std::vector<Stated> stated(const Workings& workings) {
  std::vector<Stated> all;
  std::size_t number = 0;
  const auto find = [&](const Claim* sent, const Carried* carried) {
    all.push_back({fmt::format("F{}", ++number), false, sent, carried});
  };
  for (std::size_t e = 0; e < workings.lineup.arms.size(); ++e) {
    for (const Claim& claim : workings.claims)
      if (claim.test.event == e) find(&claim, nullptr);
    for (const Carried& carried : workings.carried)
      if (carried.event == e && workings.timed[e]) find(nullptr, &carried);
  }
  number = 0;
  const auto suspect = [&](const Claim* sent, const Carried* carried) {
    all.push_back({fmt::format("C{}", ++number), true, sent, carried});
  };
  for (const Claim& claim : workings.candidates) suspect(&claim, nullptr);
  for (const Carried& carried : workings.carried)
    if (!workings.timed[carried.event]) suspect(nullptr, &carried);
  return all;
}

std::vector<const Trial*> acts_of(const ProofInput& input, const Arms& arms) {
  std::vector<const Trial*> acts;
  for (std::size_t p = 0; p < arms.trials.size(); ++p) {
    if (has_bit(arms.acts, p)) acts.push_back(&input.trials[arms.trials[p]]);
  }
  std::ranges::sort(acts, {},
                    [](const Trial* act) { return std::tuple(act->origin_ns(), act->trial); });
  return acts;
}

Sight sight_of(const TimingTest& test, const ProofInput& input, const Workings& workings) {
  const Sights sights(workings.traffic, workings.batches, input.trials, workings.lineup.arms);
  std::vector<Hit> hits = workings.presence[test.node];
  std::erase_if(hits, [&](const Hit& hit) { return hit.window != test.window; });
  return sights.of(test.event, workings.nodes.all[test.node], workings.windows[test.window], hits);
}

Workings work_out(const ProofInput& input) {
  const double level = timing_level(input);
  Workings workings;
  workings.lineup = line_up(input.trials);
  workings.windows = windows_of(input, workings.lineup);
  workings.traffic = read_traffic(input.messages, input.identities);
  workings.batches = find_batches(workings.traffic);
  workings.nodes = find_nodes(workings.traffic, workings.batches);
  workings.presence = find_presence(workings.traffic, workings.batches, workings.nodes.all,
                                    input.trials, workings.lineup.used, workings.windows);
  const Sights sights(workings.traffic, workings.batches, input.trials, workings.lineup.arms);
  // In a run that its rule stopped bets take the place of the p that re-draws adjust.
  workings.timing = test_timing(workings.lineup.arms, sights, workings.nodes.all, workings.presence,
                                workings.windows, input.design.seed,
                                input.stopped ? 0 : input.design.draws, level);
  workings.reasons = doubts(input, workings.lineup, level);
  if (input.stopped) {
    tell_by_bets(input, *input.stopped, workings);
    if (!input.stopped->may_stop(input.design.stop.value_or(StopRule{})))
      workings.reasons.emplace_back("stop-undecided");
  }
  if (workings.lineup.too_many_unconfirmed) return workings;  // who did not act proves nothing
  for (const Arms& arms : workings.lineup.arms) {
    workings.timed.push_back(arms.sham_count > 0 && provable(arms, level) &&
                             enough_draws(input, level));
  }
  choose_claims(input, workings, level);
  read_content(input, workings, values_share(input.design.alpha));
  // Their law draws the lots anew for a number of blocks that the lots had no part in.
  if (!input.stopped) read_totals(input, workings);
  state_all_bytes(workings);
  return workings;
}

}  // namespace brewproof
