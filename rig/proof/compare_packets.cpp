// Counting one run's claims in every run's packets.

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "rig/proof/compare.h"
#include "rig/proof/difference.h"
#include "rig/proof/latency.h"
#include "rig/proof/mask.h"
#include "rig/proof/reading.h"

namespace brewproof {
namespace {

const Arms* arms_of(const Workings& workings, const std::string& event) {
  const auto arms = std::ranges::find(workings.lineup.arms, event, &Arms::event);
  return arms == workings.lineup.arms.end() ? nullptr : &*arms;
}

std::vector<const Trial*> trials_of(const RunView& run, const Arms& arms, bool acts) {
  std::vector<const Trial*> trials;
  for (std::size_t p = 0; p < arms.trials.size(); ++p) {
    if (has_bit(arms.acts, p) == acts) trials.push_back(&run.input->trials[arms.trials[p]]);
  }
  std::ranges::sort(
      trials, {}, [](const Trial* trial) { return std::tuple(trial->origin_ns(), trial->trial); });
  return trials;
}

/// What a claim counts, as it can be counted anywhere.
struct Counted {
  std::size_t unit = 0;
  NodeMark mark;
  bool of_records = false;
};

/// Something that begins at a time, give or take.
struct Begun {
  std::int64_t time_ns = 0;
  const Message* message = nullptr;
  const Message* carrier = nullptr;
};

struct Begins {
  std::vector<Begun> all;  // by time
  std::int64_t tolerance_ns = 0;
};

Begins begins_of(const Counted& counted, std::size_t run, const RunView& view,
                 const SameUnits& units) {
  Begins begins;
  const Workings& workings = *view.workings;
  if (!counted.of_records) {
    for (const std::size_t m : units.messages(run, counted.unit)) {
      const Message& message = *workings.traffic.messages[m];
      if (bears(message, counted.mark)) begins.all.push_back({message.time_ns, &message, nullptr});
    }
    return begins;
  }
  for (const BatchArray& array : workings.batches.arrays) {
    if (array.label != counted.mark.array) continue;
    for (const std::size_t r : array.records) {
      const BatchRecord& record = workings.batches.all[r];
      if (units.unit_of(run, record.carrier) != counted.unit) continue;
      if (!bears(record.message, counted.mark)) continue;
      begins.all.push_back(
          {record.message.time_ns, &record.message, workings.traffic.messages[record.carrier]});
      begins.tolerance_ns = array.tolerance_ns;
    }
  }
  std::ranges::sort(begins.all, {}, &Begun::time_ns);
  return begins;
}

/// The first that falls into each trial's window: a row for each trial that shows it.
std::vector<FieldRow> shown(const std::vector<const Trial*>& trials, const Begins& begins,
                            const Window& window) {
  std::vector<FieldRow> rows;
  for (const Trial* trial : trials) {
    const std::int64_t from = trial->origin_ns() + window.begin_ns - begins.tolerance_ns;
    const std::int64_t to = trial->origin_ns() + window.end_ns + begins.tolerance_ns;
    const auto first = std::ranges::lower_bound(begins.all, from, {}, &Begun::time_ns);
    if (first == begins.all.end() || first->time_ns >= to) continue;
    rows.push_back({trial, first->message, first->carrier});
  }
  return rows;
}

Tally tally(std::size_t hits, std::size_t of) {
  return {static_cast<int>(hits), static_cast<int>(of)};
}

/// A claim of some run: what the event sends, or what carries its parameters.
struct Claimed {
  Stated stated;
  const Finding* finding = nullptr;
};

using Key = std::tuple<std::string, std::size_t, bool>;  // event, unit, carried
using ByRun = std::map<std::size_t, Claimed>;

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

/// Readings of one parameter at one path are told apart by run: what each was found to read.
struct Readings {
  std::vector<Reading> all;
  std::vector<std::set<std::size_t>> by;  // which runs found it

  void add(Reading reading, std::size_t run) {
    const auto known = std::ranges::find(all, reading);
    if (known == all.end()) {
      all.push_back(std::move(reading));
      by.push_back({run});
    } else {
      by[static_cast<std::size_t>(known - all.begin())].insert(run);
    }
  }
};

const Field* field_at(const FieldTable& table, std::size_t row, const std::string& path) {
  const auto column = std::ranges::find(table.columns, path, &FieldColumn::path);
  return column == table.columns.end() ? nullptr : column->by_row[row];
}

Tally agreeing(const Reading& reading, const FieldTable& table) {
  Tally count;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const auto agree = agrees(reading, *table.rows[r].trial, field_at(table, r, reading.path));
    if (!agree) continue;
    ++count.of;
    if (*agree) ++count.hits;
  }
  return count;
}

FieldComparison compare_reading(const Reading& reading, const std::vector<FieldTable>& tables) {
  FieldComparison field;
  field.path = reading.path + (reading.digest.empty() ? "" : "|" + reading.digest);
  field.parameter = reading.parameter;
  field.form = reading.form;
  for (const FieldTable& table : tables) field.runs.emplace_back(agreeing(reading, table));
  field.compared = asked(field.runs);
  return field;
}

FieldComparison compare_presence(const std::string& path, const std::vector<FieldTable>& tables) {
  FieldComparison field;
  field.path = path;
  for (const FieldTable& table : tables) {
    std::size_t there = 0;
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      if (field_at(table, r, path) != nullptr) ++there;
    }
    field.runs.emplace_back(tally(there, table.rows.size()));
  }
  field.compared = asked(field.runs);
  return field;
}

/// Everything that stands in the messages of a claim, in every run.
std::vector<FieldComparison> compare_fields(const ByRun& claims,
                                            const std::vector<FieldTable>& tables) {
  std::vector<FieldComparison> fields;
  Readings readings;
  for (const auto& [run, claim] : claims) {
    for (std::size_t c = 0; c < claim.stated.sent->stimuli.size(); ++c) {
      const auto& stimulus = claim.stated.sent->stimuli[c];
      if (stimulus)
        readings.add(reading_of(claim.stated.sent->table.columns[c].path, *stimulus), run);
    }
  }
  std::set<std::string_view> told;
  for (std::size_t i = 0; i < readings.all.size(); ++i) {
    fields.push_back(compare_reading(readings.all[i], tables));
    told.insert(readings.all[i].path);
    for (const auto& [run, claim] : claims) {
      if (!readings.by[i].contains(run)) fields.back().compared.standing = Standing::doubtful;
    }
  }
  for (const FieldTable& table : tables) {
    for (const FieldColumn& column : table.columns) {
      if (is_framing(column.path) || !told.insert(column.path).second) continue;
      fields.push_back(compare_presence(std::string(column.path), tables));
    }
  }
  return fields;
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

constexpr std::string_view kind_words[] = {"stimulus", "time",   "counter",    "constant",
                                           "server",   "random", "unexplained"};
std::string_view word_of(FieldKind kind) { return kind_words[static_cast<std::size_t>(kind)]; }

/// What became of a field that carries nothing of ours; "" = it is as it was.
std::string change_of(const FieldFinding& was, const FieldFinding& is) {
  if (was.kind == FieldKind::stimulus || is.kind == FieldKind::stimulus) return "";  // tested
  if (was.kind != is.kind)
    return fmt::format("looks {}, then {}", word_of(was.kind), word_of(is.kind));
  const bool constant = was.kind == FieldKind::constant && was.examples != is.examples;
  if (!constant || was.examples.empty() || is.examples.empty()) return "";
  return fmt::format("is always \"{}\", then \"{}\"", was.examples.front(), is.examples.front());
}

/// No test stands behind a kind, and a constant may be new with each boot: they are said, and count
/// for nothing.
void note_kinds(const ByRun& claims, EmissionComparison& emission) {
  const std::size_t before = claims.begin()->first;
  for (const auto& [run, claim] : claims) {
    if (run == before) continue;
    for (const FieldFinding& was : claims.begin()->second.finding->fields) {
      const auto is = std::ranges::find(claim.finding->fields, was.path, &FieldFinding::path);
      if (is == claim.finding->fields.end()) continue;
      if (const std::string change = change_of(was, *is); !change.empty())
        emission.notes.push_back(
            fmt::format("{} {} (runs {} and {})", was.path, change, before + 1, run + 1));
    }
  }
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

Readings readings_of(const ByRun& claims) {
  Readings readings;
  for (const auto& [run, claim] : claims) {
    for (const Carried::Part& part : claim.stated.carried->parts) {
      for (std::size_t c = 0; c < part.stimuli.size(); ++c) {
        if (part.stimuli[c])
          readings.add(reading_of(part.table.columns[c].path, *part.stimuli[c]), run);
      }
    }
  }
  return readings;
}

/// What carries the event's parameters: in how many acts it tells them. The message itself comes
/// anyway, so the rate is that of its first reading.
EmissionComparison compare_carried(const Key& key, const ByRun& claims,
                                   std::span<const RunView> runs, const SameUnits& units) {
  EmissionComparison emission = about(key, claims, runs.size(), units);
  const Readings readings = readings_of(claims);
  for (std::size_t i = 0; i < readings.all.size(); ++i) {
    const Reading& reading = readings.all[i];
    FieldComparison field;
    field.path = reading.path + (reading.digest.empty() ? "" : "|" + reading.digest);
    field.parameter = reading.parameter;
    field.form = reading.form;
    for (std::size_t r = 0; r < runs.size(); ++r) {
      field.runs.emplace_back();
      const Arms* arms = arms_of(*runs[r].workings, emission.event);
      if (arms == nullptr) continue;
      const auto acts = trials_of(runs[r], *arms, true);
      const Tally agree =
          agreeing(reading, table_of(reading, std::get<1>(key), r, acts, runs[r], units));
      field.runs.back() = tally(static_cast<std::size_t>(agree.hits), acts.size());
    }
    field.compared = asked(field.runs);
    if (readings.by[i].size() < claims.size()) field.compared.standing = Standing::doubtful;
    if (i == 0) {
      for (std::size_t r = 0; r < runs.size(); ++r) emission.runs[r].acts = field.runs[r];
      emission.rate = field.compared;
    } else {
      emission.fields.push_back(std::move(field));
    }
  }
  note_kinds(claims, emission);
  return emission;
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
  EmissionsCompared result;
  std::set<std::size_t> claimed;
  for (const auto& [key, claims] : claims_of(runs, units)) {
    claimed.insert(std::get<1>(key));
    const bool carried = std::get<2>(key);
    result.emissions.push_back(carried ? compare_carried(key, claims, runs, units)
                                       : compare_sent(key, claims, runs, units));
  }
  result.background = compare_background(units, claimed, runs.size());
  return result;
}

}  // namespace brewproof
