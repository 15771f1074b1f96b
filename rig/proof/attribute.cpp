#include "rig/proof/attribute.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "rig/proof/bounds.h"
#include "rig/proof/confirm.h"
#include "rig/proof/confounded.h"
#include "rig/proof/contrast.h"
#include "rig/proof/damage.h"
#include "rig/proof/forms.h"
#include "rig/proof/inventory.h"
#include "rig/proof/kinds.h"
#include "rig/proof/latency.h"
#include "rig/proof/ledger.h"
#include "rig/proof/mask.h"
#include "rig/proof/meanings.h"
#include "rig/proof/peri_event.h"
#include "rig/proof/provenance.h"
#include "rig/proof/slots.h"
#include "rig/proof/unprovable.h"
#include "rig/proof/workings.h"

namespace brewproof {
namespace {

constexpr double confidence = 0.95;
constexpr std::size_t most_examples = 3;

RateInterval rate_of(int hits, int trials) {
  constexpr double each_side = 0.975;
  return {rate_lower_limit(hits, trials, each_side), rate_upper_limit(hits, trials, each_side)};
}

Timing timing_of(const Claim& claim, const Workings& workings) {
  const Arms& arms = workings.lineup.arms[claim.test.event];
  Timing timing{static_cast<int>(claim.test.event_hits),
                static_cast<int>(arms.act_count),
                static_cast<int>(claim.test.sham_hits),
                static_cast<int>(arms.sham_count),
                workings.windows[claim.test.window],
                claim.test.p,
                claim.test.p_adjusted,
                counted_by(claim.test),
                claim.test.e_value};
  timing.event_rate = rate_of(timing.event_hits, timing.event_trials);
  if (timing.sham_trials != 0) timing.sham_rate = rate_of(timing.sham_hits, timing.sham_trials);
  return timing;
}

std::vector<std::int64_t> latencies_of(const FieldTable& table) {
  std::vector<std::int64_t> latencies;
  latencies.reserve(table.rows.size());
  for (const FieldRow& row : table.rows) {
    latencies.push_back(row.sent().time_ns - row.trial->origin_ns());
  }
  return latencies;
}

std::vector<std::string> examples_of(const FieldColumn& column, FieldKind kind) {
  std::vector<std::string> examples;
  std::set<std::string_view> shown;
  for (const std::string_view value : present_values(column)) {
    if (examples.size() == most_examples) break;
    if (!shown.insert(value).second) continue;
    // A clock's digits may pass for a card number; masked they would tell nothing.
    const bool clock = kind == FieldKind::time && value.size() <= 32;
    examples.push_back(clock ? std::string(value) : masked(value));
  }
  return examples;
}

/// What names are given by, beside the table itself.
struct Names {
  Passage passage;
  KnownIdentities known;
  const DataCategories* categories = nullptr;
};

using ParameterKinds = std::map<std::string, ParameterKind>;

/// Of one column after the other of a table.
class FieldNamer {
 public:
  FieldNamer(const FieldTable& table, const ParameterKinds& kinds, const Names& names)
      : table_(table),
        kinds_(kinds),
        names_(names),
        identities_(identities_in(table, names.known)) {}
  [[nodiscard]] FieldFinding field_of(std::size_t c, const std::optional<Stimulus>& stimulus) const;

 private:
  const FieldTable& table_;
  const ParameterKinds& kinds_;
  const Names& names_;
  std::map<std::string, Identity, std::less<>> identities_;  // by path
};

/// What was found of it. `c`: its place in the table.
FieldFinding stimulus_of(const FieldTable& table, std::size_t c, const Stimulus& stimulus) {
  FieldFinding field;
  field.path = table.columns[c].path;
  if (!stimulus.digest.empty()) field.path += "|" + stimulus.digest;
  field.kind = FieldKind::stimulus;
  field.parameter = in_words(stimulus);
  field.form = stimulus.form;
  for (const auto& [level, value] : stimulus.mapping)
    field.mapping.emplace_back(level, masked(value));
  field.p = stimulus.p;
  field.p_adjusted = stimulus.p_adjusted;
  field.matched = stimulus.matched;
  field.of = stimulus.of;
  return field;
}

FieldFinding FieldNamer::field_of(std::size_t c, const std::optional<Stimulus>& stimulus) const {
  const FieldColumn& column = table_.columns[c];
  FieldFinding field;
  KindFound kind;
  if (stimulus) {
    field = stimulus_of(table_, c, *stimulus);
  } else {
    kind = kind_of(column, names_.passage, table_.rows);
    field.path = column.path;
    field.kind = kind.kind;
  }
  field.examples = examples_of(column, field.kind);
  field.cut = static_cast<int>(std::ranges::count_if(
      column.by_row, [](const FieldView* value) { return value != nullptr && value->cut; }));
  const auto identity = identities_.find(column.path);
  field.meaning = meaning_of(field, identity == identities_.end() ? Identity{} : identity->second,
                             *names_.categories);
  field.provenance =
      stimulus ? provenance_of(*stimulus, kinds_.at(stimulus->parameter), column, names_.passage)
               : provenance_of(std::move(kind), field.meaning);
  return field;
}

std::vector<std::string> look_ups_of(const Claim& claim, const Traffic& traffic) {
  std::set<std::uint64_t> flows;
  for (const FieldRow& row : claim.table.rows) flows.insert(row.sent().flow);
  std::set<std::string> look_ups;
  for (std::size_t m = 0; m < traffic.messages.size(); ++m) {
    const std::size_t served = traffic.serves[m];
    if (traffic.messages[m]->protocol() != "dns") continue;
    if (served != none && flows.contains(traffic.messages[served]->flow)) {
      look_ups.insert(traffic.messages[m]->message());
    }
  }
  return {look_ups.begin(), look_ups.end()};
}

std::vector<std::string> weaknesses(const FieldTable& table) {
  std::size_t gaps = 0, malformed = 0;
  for (const FieldRow& row : table.rows) {
    if (row.sent().gap) ++gaps;
    if (row.sent().malformed) ++malformed;
  }
  std::vector<std::string> reasons;
  if (gaps > 0) reasons.push_back(fmt::format("bytes missing in {} of its messages", gaps));
  if (malformed > 0) reasons.push_back(fmt::format("{} of its messages are malformed", malformed));
  if (table.cut) reasons.push_back(fmt::format("only the first {} paths are listed", most_columns));
  return reasons;
}

std::string against(const ProofInput& input, const Arms& arms) {
  if (arms.sham_count == 0) return "";
  const auto known = input.design.events.find(arms.event);
  const bool told = known != input.design.events.end() && !known->second.sham.empty();
  return told ? "sham: " + known->second.sham : "sham";
}

/// What every finding on this unit says of it.
Finding finding_on(const Signature& signature, const Arms& arms, const ProofInput& input) {
  Finding finding;
  finding.event = arms.event;
  finding.against = against(input, arms);
  finding.destination = signature.destination;
  finding.protocol = signature.protocol;
  finding.tls = signature.tls;
  finding.message = signature.message;
  return finding;
}

Evidence evidence_of(const Trial& trial, const KeptMessage& message) {
  return {trial.trial, message.first.file, message.first.offset, message.first.frame,
          message.last.frame};
}

Finding finding_of(const Claim& claim, const ProofInput& input, const Workings& workings) {
  const Arms& arms = workings.lineup.arms[claim.test.event];
  Finding finding = finding_on(signature_of(claim, workings), arms, input);
  if (const std::string& node = node_of(claim, workings).label; !node.empty()) finding.node = node;
  finding.timing = timing_of(claim, workings);
  finding.latency = latency_of(latencies_of(claim.table));
  finding.peri_event = peri_event_of(claim, input, workings);
  finding.served_by_dns = look_ups_of(claim, workings.traffic);
  finding.reasons = weaknesses(claim.table);
  for (const FieldRow& row : claim.table.rows) {
    finding.evidence.push_back(evidence_of(*row.trial, row.sent()));
  }
  return finding;
}

/// A claim that the lost trials could have taken back is one to be confirmed.
void weigh_damage(const Claim& claim, const ProofInput& input, const Workings& workings,
                  Finding& finding) {
  const std::optional<WorstCase> worst = worst_case_of(claim, input, workings);
  if (!worst) return;
  finding.timing->p_worst = worst->p;
  if (worst->p_adjusted <= timing_level(input)) return;
  finding.grade = 'C';
  finding.reasons.emplace_back("lost-trials");
}

/// A: something of the content was read. That a message tells a parameter by its length, though
/// nobody could open it, or by coming at all is a finding, but nothing was read.
char grade_of(const std::vector<FieldFinding>& fields) {
  const bool read = std::ranges::any_of(fields, [](const FieldFinding& field) {
    const bool tells = field.kind == FieldKind::stimulus || !field.carries.empty();
    return tells && field.path != "size" && field.path != presence;
  });
  return read ? 'A' : 'B';
}

/// "record 180..189 B" and "record 410..419 B" -> "record 180..419 B".
std::string message_of(const TotalSeries& series, const Workings& workings) {
  const std::string& first = workings.traffic.signatures[series.signatures.front()].message;
  const std::string& last = workings.traffic.signatures[series.signatures.back()].message;
  return series.signatures.size() == 1 ? first
                                       : fmt::format("{}..{}", first.substr(0, first.find("..")),
                                                     last.substr(last.find("..") + 2));
}

/// A running total, and its evidence: the messages behind spans in which something was added.
FieldFinding total_of(const TotalTest& test, const Workings& workings, const ProofInput& input,
                      Finding& finding) {
  const TotalSeries& series = workings.totals.series[test.series];
  FieldFinding field;
  field.path = series.path;
  field.kind = FieldKind::counter;
  field.carries = total_in_words(test, finding.event);
  field.each = test.per_unit;
  field.p = test.p;
  field.p_adjusted = test.p_adjusted;
  field.matched = test.matched;
  field.of = test.spans;
  if (series.little_endian) field.form = "little endian";
  field.meaning = meaning_of(field, {}, input.categories);
  field.provenance = provenance_of_total(field);
  if (series.signatures.size() > 1) finding.message = message_of(series, workings);
  if (!finding.evidence.empty()) return field;
  const Slots slots(input.trials);
  for (const Trial& trial : input.trials) {
    if (trial.sham || trial.event != finding.event) continue;
    const std::size_t slot = slots.at(trial.origin_ns());
    for (std::size_t i = 0; i < series.readings.size(); ++i) {
      if (slot <= series.from[i] || slot > series.to[i]) continue;
      finding.evidence.push_back(
          evidence_of(trial, *workings.traffic.messages[series.readings[i]]));
    }
  }
  return field;
}

/// How the plan's rule for an early end bears on the law; "" = it has none.
std::string stop_in_words(const ProofInput& input) {
  if (!input.design.stop) return "";
  return input.stopped ? ", by bets on the lots until they were decided"
                       : ", at half of timing's level (a rule for an early end had the "
                         "other half)";
}

/// Every path of the unit once: what was found first, the rest by its kind. The evidence is where
/// the values of the first field that was found stand.
Finding carried_finding_of(const Carried& carried, const ProofInput& input,
                           const Workings& workings, const Names& names) {
  Finding finding = finding_on(workings.traffic.signatures[carried.signature],
                               workings.lineup.arms[carried.event], input);
  finding.relation = "carried_by";
  std::set<std::string> told;  // paths; with the parameter, where a text may hold several
  for (const std::size_t t : carried.totals) {
    const TotalTest& test = workings.totals.tests[t];
    told.insert(workings.totals.series[test.series].path);
    finding.fields.push_back(total_of(test, workings, input, finding));
  }
  for (const bool found : {true, false}) {
    for (const Carried::Part& part : carried.parts) {
      const FieldNamer namer(part.table, workings.parameter_kinds[carried.event], names);
      for (std::size_t c = 0; c < part.table.columns.size(); ++c) {
        const FieldColumn& column = part.table.columns[c];
        const std::optional<Stimulus>& stimulus = part.stimuli[c];
        if (stimulus.has_value() != found) continue;
        bool fresh = told.insert(std::string(column.path)).second;
        if (stimulus && is_inside_text(stimulus->form))
          fresh = told.insert(fmt::format("{} {}", column.path, stimulus->parameter)).second;
        if (!fresh) continue;
        finding.fields.push_back(namer.field_of(c, stimulus));
        if (!finding.evidence.empty()) continue;
        for (std::size_t r = 0; r < column.by_row.size(); ++r) {
          if (column.by_row[r] == nullptr) continue;
          finding.evidence.push_back(evidence_of(*part.table.rows[r].trial, *column.from[r]));
        }
      }
    }
  }
  finding.grade = grade_of(finding.fields);
  return finding;
}

Passage passage_of(const ProofInput& input, const Workings& workings) {
  Passage passage;
  for (const Claim& claim : workings.claims) passage.want(claim.table);
  for (const Carried& carried : workings.carried) {
    for (const Carried::Part& part : carried.parts) passage.want(part.table);
  }
  passage.see(input.messages);
  return passage;
}

/// Of each finding what its parameters may be instead, and of an event's first what never varied.
void tell_untold(const Stated& stated, bool first, const Workings& workings, Finding& finding) {
  const Untold& untold =
      workings.untold[stated.sent != nullptr ? stated.sent->test.event : stated.carried->event];
  const auto joined = [](const std::optional<Stimulus>& stimulus) {
    return stimulus && !stimulus->together.empty();
  };
  bool carries = stated.sent != nullptr && std::ranges::any_of(stated.sent->stimuli, joined);
  if (stated.carried != nullptr) {
    for (const Carried::Part& part : stated.carried->parts)
      carries = carries || std::ranges::any_of(part.stimuli, joined);
    for (const std::size_t t : stated.carried->totals)
      carries = carries || !workings.totals.tests[t].parameter.empty();
  }
  const auto add = [&](const std::vector<std::string>& sentences) {
    finding.reasons.insert(finding.reasons.end(), sentences.begin(), sentences.end());
  };
  if (carries) add(untold.together);
  if (first) add(untold.constant);
}

Finding finding_of(const Stated& stated, const ProofInput& input, const Workings& workings,
                   const Names& names) {
  Finding finding = stated.sent != nullptr
                        ? finding_of(*stated.sent, input, workings)
                        : carried_finding_of(*stated.carried, input, workings, names);
  finding.id = stated.id;
  if (stated.candidate) {
    finding.grade = 'C';
    finding.reasons.emplace_back(
        stated.sent != nullptr
            ? "candidate only: its adjusted p is above timing's share of alpha"
            : "candidate only: these trials cannot show whether the event sends it");
  } else if (stated.sent != nullptr) {
    const Claim& claim = *stated.sent;
    const FieldNamer namer(claim.table, workings.parameter_kinds[claim.test.event], names);
    for (std::size_t c = 0; c < claim.table.columns.size(); ++c)
      finding.fields.push_back(namer.field_of(c, claim.stimuli[c]));
    finding.grade = grade_of(finding.fields);
    weigh_damage(claim, input, workings, finding);
  }
  return finding;
}

/// How long was listened after every act: the widest window's end, or less where the capture ended
/// before the last act's window did.
std::int64_t horizon_of(const ProofInput& input, const Workings& workings) {
  std::int64_t horizon = 0;
  for (const Window& window : workings.windows) horizon = std::max(horizon, window.end_ns);
  if (input.capture_end_ns == 0 || workings.lineup.used.empty()) return horizon;
  const std::int64_t last = input.trials[workings.lineup.used.back()].origin_ns();
  return std::clamp<std::int64_t>(input.capture_end_ns - last, 0, horizon);
}

/// Events that were put to the test and of which nothing was found.
std::vector<NoneSeen> none_of(const ProofInput& input, const Workings& workings) {
  std::vector<NoneSeen> silent;
  if (workings.lineup.too_many_unconfirmed) return silent;
  for (std::size_t e = 0; e < workings.lineup.arms.size(); ++e) {
    const Arms& arms = workings.lineup.arms[e];
    const bool found =
        std::ranges::any_of(workings.claims,
                            [&](const Claim& claim) { return claim.test.event == e; }) ||
        std::ranges::any_of(workings.carried,
                            [&](const Carried& carried) { return carried.event == e; });
    if (found || !provable(arms, timing_level(input))) continue;
    const int trials = static_cast<int>(arms.act_count);
    silent.push_back({arms.event, trials, none_seen_limit(trials, confidence), confidence,
                      horizon_of(input, workings)});
  }
  return silent;
}

/// By event: how much more often than after its sham a signature could still come after an act, in
/// the widest of the declared windows.
std::map<std::string, double> max_excess(std::size_t signature, const ProofInput& input,
                                         const Workings& workings) {
  std::size_t widest = 0;
  const auto length = [&](std::size_t w) {
    return workings.windows[w].end_ns - workings.windows[w].begin_ns;
  };
  for (std::size_t w = 1; w < input.design.windows.size(); ++w) {
    if (length(w) > length(widest)) widest = w;
  }
  std::set<std::size_t> seen;
  for (const Hit& hit : workings.presence[workings.nodes.whole_of[signature]]) {
    if (hit.window == widest) seen.insert(hit.trial);
  }
  std::map<std::string, double> excess;
  for (const Arms& arms : workings.lineup.arms) {
    if (arms.sham_count == 0) continue;
    int acts = 0, shams = 0;
    for (std::size_t p = 0; p < arms.trials.size(); ++p) {
      if (seen.contains(arms.trials[p])) ++(has_bit(arms.acts, p) ? acts : shams);
    }
    excess[arms.event] = excess_upper_limit(acts, static_cast<int>(arms.act_count), shams,
                                            static_cast<int>(arms.sham_count), confidence);
  }
  return excess;
}

/// What no event was found to send: units of which nothing is claimed, and of shared units the
/// messages beside the claimed node.
std::vector<Background> background_of(const ProofInput& input, const Workings& workings) {
  std::map<std::size_t, std::set<std::size_t>> caused;  // messages, by signature
  std::map<std::size_t, std::set<std::string>> causes;
  for (const Claim& claim : workings.claims) {
    const Node& node = node_of(claim, workings);
    for (const std::size_t m : node.messages) {
      caused[node.signature].insert(node.of_records ? workings.batches.all[m].carrier : m);
    }
    causes[node.signature].insert(workings.lineup.arms[claim.test.event].event);
  }
  std::vector<Background> background;
  for (std::size_t s = 0; s < workings.traffic.signatures.size(); ++s) {
    const Signature& signature = workings.traffic.signatures[s];
    const std::size_t rest = signature.messages.size() - caused[s].size();
    if (rest == 0) continue;
    Background one{signature.destination, signature.protocol, signature.message, rest, {}};
    if (!workings.lineup.too_many_unconfirmed) one.max_excess = max_excess(s, input, workings);
    for (const std::string& event : causes[s]) one.max_excess.erase(event);
    background.push_back(std::move(one));
  }
  return background;
}

}  // namespace

Proof attribute(const ProofInput& input) {
  const Workings workings = work_out(input);
  Proof proof;
  proof.law = workings.lineup.law + stop_in_words(input);
  const Names names{passage_of(input, workings), KnownIdentities(input.identities, input.messages),
                    &input.categories};
  std::vector<std::vector<Contrast>> contrasts = contrasts_of(workings.claims, input, workings);
  std::set<std::string> events_told;
  for (const Stated& one : stated(workings)) {
    Finding finding = finding_of(one, input, workings, names);
    tell_untold(one, events_told.insert(finding.event).second, workings, finding);
    if (!one.candidate && one.sent != nullptr)
      finding.contrasts =
          std::move(contrasts[static_cast<std::size_t>(one.sent - workings.claims.data())]);
    (one.candidate ? proof.candidates : proof.findings).push_back(std::move(finding));
  }
  proof.none = none_of(input, workings);
  proof.background = background_of(input, workings);
  proof.signatures = inventory(workings.traffic);
  tell_meanings(proof.signatures, workings.traffic, proof.findings, names.known, input.categories);
  proof.exclusions = workings.lineup.exclusions;
  proof.damage = balance_of_damage(input.trials);
  proof.bytes = account(input, workings);
  proof.confirmations = confirm(input.to_confirm, input, workings);
  proof.unprovable = unprovable(workings.lineup.arms, timing_level(input));
  proof.reasons = workings.reasons;
  return proof;
}

}  // namespace brewproof
