// Runs of which the packets are not there: what their findings tell of each other, and no more.

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "rig/model/host_of.h"
#include "rig/proof/compare.h"
#include "rig/proof/difference.h"

namespace brewproof {
namespace {

using Unit = std::tuple<std::string, std::uint16_t, bool, std::string, bool, std::string>;
using Key = std::tuple<std::string, Unit, std::string>;  // event, unit, relation

Unit unit_of(const Finding& finding) {
  const Destination& to = finding.destination;
  return {host_of(to), to.port, to.from_terminal, finding.protocol, finding.tls, finding.message};
}

Key key_of(const Finding& finding) { return {finding.event, unit_of(finding), finding.relation}; }

const Finding* named(const std::vector<Finding>& findings, const Key& key) {
  const auto found = std::ranges::find_if(
      findings, [&](const Finding& finding) { return key_of(finding) == key; });
  return found == findings.end() ? nullptr : &*found;
}

/// Real acts of an event, as far as anything that was said of it tells; 0 = not told.
int acts_of(const Findings& findings, const std::string& event) {
  for (const auto* list : {&findings.findings, &findings.candidates}) {
    for (const Finding& finding : *list) {
      if (finding.event == event && finding.timing) return finding.timing->event_trials;
    }
  }
  for (const NoneSeen& none : findings.none) {
    if (none.event == event) return none.trials;
  }
  return 0;
}

/// Was any message of this kind met at all, after whatever? Background does not say whether it was
/// under TLS.
bool met(const Findings& findings, const Unit& unit) {
  for (const auto* list : {&findings.findings, &findings.candidates}) {
    for (const Finding& finding : *list) {
      if (unit_of(finding) == unit) return true;
    }
  }
  const auto& [place, port, from_terminal, protocol, tls, message] = unit;
  return std::ranges::any_of(findings.background, [&](const Background& one) {
    return host_of(one.destination) == place && one.destination.port == port &&
           one.destination.from_terminal == from_terminal && one.protocol == protocol &&
           one.message == message;
  });
}

const FieldFinding* best_stimulus(const Finding& finding) {
  const FieldFinding* best = nullptr;
  for (const FieldFinding& field : finding.fields) {
    if (field.kind != FieldKind::stimulus) continue;
    if (best == nullptr || field.matched > best->matched) best = &field;
  }
  return best;
}

std::optional<Tally> acts_shown(const Findings& findings, const Finding* said, const Key& key) {
  if (said != nullptr && said->timing)
    return Tally{said->timing->event_hits, said->timing->event_trials};
  if (said != nullptr) {
    const FieldFinding* stimulus = best_stimulus(*said);
    if (stimulus == nullptr) return std::nullopt;
    return Tally{stimulus->matched, std::max(stimulus->of, acts_of(findings, said->event))};
  }
  // A kind that was never met was met after no act.
  const int acts = acts_of(findings, std::get<0>(key));
  if (acts > 0 && !met(findings, std::get<1>(key))) return Tally{0, acts};
  return std::nullopt;
}

bool same_reading(const FieldFinding& a, const FieldFinding& b) {
  return a.path == b.path && a.parameter == b.parameter && a.form == b.form &&
         a.mapping == b.mapping;
}

/// Each run counts in the window that its own claim names. Where these differ the counts can agree,
/// and cannot show a difference: a late message and a missing one look alike.
Compared asked_across_windows(const std::vector<std::optional<Tally>>& acts) {
  Compared compared = asked(acts);
  const auto agree = [](const DifferenceTest& test) { return test.p && *test.p > agree_p; };
  if (!agree(compared.test) || (compared.again && !agree(*compared.again))) return {};
  compared.test.smallest_p = 1;
  if (compared.again) compared.again->smallest_p = 1;
  return compared;
}

/// One that some run reads: whether the others' findings read it as well.
FieldComparison compare_reading(const FieldFinding& reading,
                                const std::vector<const Finding*>& findings) {
  FieldComparison field;
  field.path = reading.path;
  field.parameter = reading.parameter;
  field.form = reading.form;
  bool read_by_all = true;
  for (const Finding* finding : findings) {
    field.runs.emplace_back();
    const auto same = [&](const FieldFinding& other) {
      return other.kind == FieldKind::stimulus && same_reading(reading, other);
    };
    const auto read = std::ranges::find_if(finding->fields, same);
    const int hits = finding->timing ? finding->timing->event_hits : 0;
    const auto listed = std::ranges::find(finding->fields, reading.path, &FieldFinding::path);
    if (read != finding->fields.end()) {
      field.runs.back() = Tally{read->matched, std::max(read->of, hits)};
    } else {
      read_by_all = false;
      // Whose path is listed with another reading may still hold the value in some.
      if (listed == finding->fields.end() && hits > 0) field.runs.back() = Tally{0, hits};
    }
  }
  field.compared = asked(field.runs);
  if (!read_by_all) field.compared.standing = Standing::doubtful;
  return field;
}

std::vector<FieldComparison> compare_fields(const std::vector<const Finding*>& findings) {
  std::vector<FieldComparison> fields;
  std::vector<const FieldFinding*> told;
  for (const Finding* finding : findings) {
    for (const FieldFinding& reading : finding->fields) {
      if (reading.kind != FieldKind::stimulus) continue;
      const auto same = [&](const FieldFinding* other) { return same_reading(reading, *other); };
      if (std::ranges::any_of(told, same)) continue;
      told.push_back(&reading);
      fields.push_back(compare_reading(reading, findings));
    }
  }
  return fields;
}

EmissionComparison compare_one(const Key& key, std::span<const RunView> runs) {
  EmissionComparison emission;
  std::vector<const Finding*> claims;
  for (const RunView& run : runs) {
    const Finding* claim = named(run.findings->findings, key);
    emission.runs.emplace_back();
    if (claim == nullptr) continue;
    claims.push_back(claim);
    emission.runs.back() = {claim->id, claim->grade, claim->node, {}, {}, claim->latency};
    if (claim->timing && !emission.window) emission.window = claim->timing->window;
  }
  const Finding& first = *claims.front();
  emission.event = first.event;
  emission.relation = first.relation;
  emission.destination = first.destination;
  emission.protocol = first.protocol;
  emission.tls = first.tls;
  emission.message = first.message;
  std::vector<std::optional<Tally>> acts;
  std::set<Window> windows;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const Finding* said = named(runs[r].findings->findings, key);
    if (said == nullptr) said = named(runs[r].findings->candidates, key);
    EmissionComparison::Side& side = emission.runs[r];
    side.acts = acts_shown(*runs[r].findings, said, key);
    if (said != nullptr && said->timing) {
      side.shams = Tally{said->timing->sham_hits, said->timing->sham_trials};
      windows.insert(said->timing->window);
    }
    acts.push_back(side.acts);
  }
  emission.rate = windows.size() < 2 ? asked(acts) : asked_across_windows(acts);
  if (windows.size() > 1) {
    emission.window.reset();
    emission.notes.emplace_back("each run counts in another window, that of its own claim");
  }
  if (claims.size() == runs.size()) emission.fields = compare_fields(claims);
  if (first.latency) {
    emission.notes.emplace_back(
        "latencies of single acts are not in findings.json: the medians are shown, not tested");
  }
  return emission;
}

}  // namespace

EmissionsCompared read_from_findings(std::span<const RunView> runs) {
  std::set<Key> keys;
  for (const RunView& run : runs) {
    for (const Finding& finding : run.findings->findings) keys.insert(key_of(finding));
  }
  EmissionsCompared result;
  for (const Key& key : keys) result.emissions.push_back(compare_one(key, runs));
  return result;
}

}  // namespace brewproof
