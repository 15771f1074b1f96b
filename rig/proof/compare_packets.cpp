// Counting one run's claims in every run's packets.

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "rig/proof/compare.h"
#include "rig/proof/compare_fields.h"
#include "rig/proof/difference.h"
#include "rig/proof/latency.h"
#include "rig/proof/seen_again.h"

namespace brewproof {
namespace {

using Key = std::tuple<std::string, std::size_t, bool>;  // event, unit, carried

const Finding* finding_named(const Findings& findings, const std::string& id) {
  const auto found = std::ranges::find(findings.findings, id, &Finding::id);
  return found == findings.findings.end() ? nullptr : &*found;
}

std::size_t unit_of(const Stated& stated, const Workings& workings, const SameUnits& units,
                    std::size_t run) {
  if (stated.carried != nullptr) {
    const Signature& signature = workings.traffic.signatures[stated.carried->signature];
    return units.unit_of(run, signature.messages.front());
  }
  const Node& node = node_of(*stated.sent, workings);
  const std::size_t first = node.messages.front();
  return units.unit_of(run, node.of_records ? workings.batches.all[first].carrier : first);
}

std::map<Key, ByRun> claims_of(std::span<const RunView> runs, const SameUnits& units) {
  std::map<Key, ByRun> claims;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const Workings& workings = *runs[r].workings;
    for (const Stated& one : stated(workings)) {
      const Finding* finding = finding_named(*runs[r].findings, one.id);
      if (one.candidate || finding == nullptr) continue;
      claims[{finding->event, unit_of(one, workings, units, r), one.carried != nullptr}]
          .try_emplace(r, Claimed{one, finding});
    }
  }
  return claims;
}

Window hull(const Window& a, const Window& b) {
  return {std::min(a.begin_ns, b.begin_ns), std::max(a.end_ns, b.end_ns)};
}

Compared compare_latencies(const std::vector<std::vector<std::int64_t>>& latencies,
                           std::uint64_t seed, const std::string& purpose) {
  const auto test = [&](std::size_t a, std::size_t b) {
    return rank_test(latencies[a], latencies[b], seed, fmt::format("{} {} {}", purpose, a, b));
  };
  Compared compared;
  compared.test = test(0, 1);
  if (latencies.size() > 2) {
    compared.test = both(compared.test, test(1, 2));
    compared.again = test(0, 2);
  }
  return compared;
}

EmissionComparison about(const Key& key, const ByRun& claims, std::size_t runs,
                         const SameUnits& units) {
  const Signature& unit = units.all()[std::get<1>(key)];
  EmissionComparison emission;
  emission.runs.resize(runs);
  emission.event = std::get<0>(key);
  emission.relation = std::get<2>(key) ? "carried_by" : "sends";
  emission.destination = unit.destination;
  emission.protocol = unit.protocol;
  emission.tls = unit.tls;
  emission.message = unit.message;
  for (const auto& [run, claim] : claims) {
    emission.runs[run].id = claim.finding->id;
    emission.runs[run].grade = claim.finding->grade;
    emission.runs[run].node = claim.finding->node;
  }
  return emission;
}

NodeMark mark_of(const Claimed& claim, const Workings& workings) {
  return node_of(*claim.stated.sent, workings).mark;
}

/// What a run counts: the part that it claims itself, else that of the first run that names one.
Counted counted_by(std::size_t run, std::size_t unit, const ByRun& claims,
                   std::span<const RunView> runs, EmissionComparison& emission) {
  auto from = claims.find(run);
  if (from == claims.end()) {
    from = std::ranges::find_if(
        claims, [](const auto& claim) { return claim.second.finding->node.has_value(); });
    if (from == claims.end()) from = claims.begin();
  }
  const Workings& workings = *runs[from->first].workings;
  emission.runs[run].node = from->second.finding->node;
  return {unit, mark_of(from->second, workings),
          node_of(*from->second.stated.sent, workings).of_records};
}

/// What the event sends: how often, how late, and what stands in it.
EmissionComparison compare_sent(const Key& key, const ByRun& claims, std::span<const RunView> runs,
                                const SameUnits& units) {
  EmissionComparison emission = about(key, claims, runs.size(), units);
  for (const auto& [run, claim] : claims) {
    const Window& window = claim.finding->timing->window;
    emission.window = emission.window ? hull(*emission.window, window) : window;
  }
  std::vector<std::optional<Tally>> acts;
  std::vector<std::vector<std::int64_t>> latencies;
  std::vector<FieldTable> tables;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    EmissionComparison::Side& side = emission.runs[r];
    const Begins begins =
        begins_of(counted_by(r, std::get<1>(key), claims, runs, emission), r, runs[r], units);
    latencies.emplace_back();
    tables.emplace_back();
    if (const Arms* arms = arms_of(*runs[r].workings, emission.event)) {
      const auto real = trials_of(runs[r], *arms, true), sham = trials_of(runs[r], *arms, false);
      const std::vector<FieldRow> rows = shown(real, begins, *emission.window);
      side.acts = tally(rows.size(), real.size());
      side.shams = tally(shown(sham, begins, *emission.window).size(), sham.size());
      for (const FieldRow& row : rows)
        latencies.back().push_back(row.sent().time_ns - row.trial->origin_ns());
      tables.back() = field_table(rows);
    }
    side.latency = latency_of(latencies.back());
    acts.push_back(side.acts);
  }
  emission.rate = asked(acts);
  const auto none_shown = [](const auto& seen) { return seen.empty(); };
  if (std::ranges::any_of(latencies, none_shown)) return emission;
  emission.latency = compare_latencies(latencies, runs.front().input->design.seed,
                                       "latency " + emission.event + " " + emission.message);
  emission.fields = compare_fields(claims, tables);
  note_kinds(claims, emission);
  return emission;
}

/// Of each act that has the parameter, what the unit's messages tell until it is set again.
FieldTable table_of(const Reading& reading, std::size_t unit, std::size_t run,
                    const std::vector<const Trial*>& acts, const RunView& view,
                    const SameUnits& units) {
  return carried_table(view.workings->traffic, units.messages(run, unit),
                       reigns_of(acts, view.input->trials, reading.parameter));
}

/// Acts after which the unit tells a reading's value, or anything at all at its path.
enum class Asked { value, path };
std::optional<Tally> told_acts(const Reading& reading, Asked what, const std::string& event,
                               std::size_t unit, std::size_t run, const RunView& view,
                               const SameUnits& units) {
  const Arms* arms = arms_of(*view.workings, event);
  if (arms == nullptr) return std::nullopt;
  const auto acts = trials_of(view, *arms, true);
  const FieldTable table = table_of(reading, unit, run, acts, view, units);
  const FieldColumn* const column = column_at(table, reading.path);
  std::size_t hits = 0;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const FieldView* const field = field_of(column, r);
    if (what == Asked::path ? field != nullptr
                            : agrees(reading, *table.rows[r].trial, field).value_or(false))
      ++hits;
  }
  return tally(hits, acts.size());
}

/// What carries the event's parameters: after how many acts it tells them. The message itself comes
/// anyway, so the rate is that of its first reading.
EmissionComparison compare_carried(const Key& key, const ByRun& claims,
                                   std::span<const RunView> runs, const SameUnits& units) {
  EmissionComparison emission = about(key, claims, runs.size(), units);
  // What adds up from message to message has no rate: who finds it is told.
  for (const auto& [run, claim] : claims) {
    for (const FieldFinding& field : claim.finding->fields) {
      if (field.carries.empty()) continue;
      emission.notes.push_back(
          fmt::format("run {} finds that {} adds up in {}", run + 1, field.carries, field.path));
    }
  }
  const Readings readings = readings_of(claims);
  if (readings.all.empty()) {
    emission.rate = asked(std::vector<std::optional<Tally>>(runs.size()));
    note_kinds(claims, emission);
    return emission;
  }
  const auto ask = [&](const Reading& reading, Asked what) {
    FieldComparison field = named_after(reading);
    for (std::size_t r = 0; r < runs.size(); ++r)
      field.runs.push_back(
          told_acts(reading, what, emission.event, std::get<1>(key), r, runs[r], units));
    field.compared = asked(field.runs);
    return field;
  };
  std::optional<FieldComparison> rate;
  for (std::size_t i = 0; i < readings.all.size(); ++i) {
    const std::size_t finder = *readings.by[i].begin();
    const FieldComparison there = ask(readings.all[i], Asked::path);
    FieldComparison field = ask(readings.all[i], Asked::value);
    if (!explains({field.runs[finder]->hits, there.runs[finder]->hits})) continue;
    if (readings.by[i].size() < claims.size()) field.compared.standing = Standing::doubtful;
    if (rate) {
      emission.fields.push_back(std::move(field));
    } else {
      rate = std::move(field);
    }
  }
  if (!rate) rate = ask(readings.all.front(), Asked::path);
  for (std::size_t r = 0; r < runs.size(); ++r) emission.runs[r].acts = rate->runs[r];
  emission.rate = rate->compared;
  note_kinds(claims, emission);
  return emission;
}

/// One run finds that the event sends it, another only that it tells of the event: one message, and
/// counted as what is sent.
void note_carried(const std::map<Key, ByRun>& all, const Key& sent, EmissionComparison& emission) {
  const auto carried = all.find({std::get<0>(sent), std::get<1>(sent), true});
  if (carried == all.end()) return;
  for (const auto& [run, claim] : carried->second) {
    if (!emission.claimed(run))
      emission.notes.push_back(
          fmt::format("run {} finds only what it carries: {}", run + 1, claim.finding->id));
  }
}

std::vector<BackgroundComparison> compare_background(const SameUnits& units,
                                                     const std::set<std::size_t>& claimed,
                                                     std::size_t runs) {
  std::vector<BackgroundComparison> background;
  for (std::size_t u = 0; u < units.all().size(); ++u) {
    BackgroundComparison one{
        units.all()[u].destination, units.all()[u].protocol, units.all()[u].message, {}};
    for (std::size_t r = 0; r < runs; ++r) one.counts.push_back(units.messages(r, u).size());
    const bool everywhere = std::ranges::count(one.counts, std::uint64_t{0}) == 0;
    if (!everywhere && !claimed.contains(u)) background.push_back(std::move(one));
  }
  return background;
}

}  // namespace

EmissionsCompared count_in_packets(std::span<const RunView> runs) {
  const SameUnits units(runs);
  const std::map<Key, ByRun> all = claims_of(runs, units);
  EmissionsCompared result;
  std::set<std::size_t> claimed;
  for (const auto& [key, claims] : all) {
    const auto& [event, unit, carried] = key;
    claimed.insert(unit);
    if (!carried) {
      result.emissions.push_back(compare_sent(key, claims, runs, units));
      note_carried(all, key, result.emissions.back());
    } else if (!all.contains({event, unit, false})) {
      result.emissions.push_back(compare_carried(key, claims, runs, units));
    }
  }
  result.background = compare_background(units, claimed, runs.size());
  return result;
}

}  // namespace brewproof
