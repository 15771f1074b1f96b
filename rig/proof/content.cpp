#include "rig/proof/content.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "rig/proof/ascii.h"
#include "rig/proof/association.h"
#include "rig/proof/forms.h"
#include "rig/proof/lots.h"
#include "rig/proof/matching.h"

namespace brewproof {
namespace {

constexpr double decode_rate = 0.95;

/// Fields that only measure the message they stand in: they vary with every parameter by length.
bool is_framing(std::string_view path) { return path == "header:content-length"; }

const Value* value_of(const Trial& trial, const std::string& parameter) {
  const auto found = trial.params.find(parameter);
  return found == trial.params.end() ? nullptr : &found->second;
}

std::set<Value> values_of(const std::vector<const Trial*>& acts, const std::string& parameter) {
  std::set<Value> values;
  for (const Trial* act : acts) {
    if (const Value* value = value_of(*act, parameter)) values.insert(*value);
  }
  return values;
}

/// One candidate of one column, before Bonferroni.
struct Candidate {
  std::size_t table = 0, column = 0;
  Stimulus stimulus;
};

/// Tables of the same acts.
using Group = std::vector<std::size_t>;

std::vector<Group> groups_of(const std::vector<FieldTable>& tables) {
  std::map<std::vector<const Trial*>, Group> by_acts;
  std::vector<const std::vector<const Trial*>*> order;
  for (std::size_t t = 0; t < tables.size(); ++t) {
    std::vector<const Trial*> acts;
    for (const FieldRow& row : tables[t].rows) acts.push_back(row.trial);
    const auto [group, fresh] = by_acts.try_emplace(std::move(acts));
    if (fresh) order.push_back(&group->first);
    group->second.push_back(t);
  }
  std::vector<Group> groups;
  groups.reserve(order.size());
  for (const auto* acts : order) groups.push_back(by_acts.at(*acts));
  return groups;
}

/// Keys of the dealt values; values with the same key would be indistinguishable: no form then.
std::unordered_map<std::string, std::size_t> keys_of(const std::vector<FieldRow>& rows,
                                                     const DrawnParameter& parameter,
                                                     const Form& form) {
  std::unordered_map<std::string, std::size_t> keys;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const Value* value = value_of(*rows[r].trial, parameter.name);
    const auto key = value ? form.of_value(*value, parameter.decimals) : std::nullopt;
    if (key && !keys.emplace(*key, r).second) return {};
  }
  return keys;
}

/// The one dealt value that this field holds; `rows` where it is none or more than one.
std::size_t held_value(const Field* field, const Form& form, int decimals,
                       const std::unordered_map<std::string, std::size_t>& keys,
                       const std::set<std::size_t>& key_lengths, std::size_t rows) {
  const auto key = field ? form.of_field(field->value, decimals) : std::nullopt;
  if (!key) return rows;
  if (!form.part) {
    const auto held = keys.find(*key);
    return held == keys.end() ? rows : held->second;
  }
  std::set<std::size_t> held;
  for (const std::size_t length : key_lengths) {
    for (std::size_t at = 0; at + length <= key->size(); ++at) {
      const auto found = keys.find(key->substr(at, length));
      if (found != keys.end()) held.insert(found->second);
    }
  }
  return held.size() == 1 ? *held.begin() : rows;
}

void match_unique(const std::vector<FieldTable>& tables, const Group& group,
                  const DrawnParameter& parameter, const ContentQuestion& question,
                  std::vector<Candidate>& out) {
  const std::vector<FieldRow>& rows = tables[group.front()].rows;
  std::vector<Candidate> candidates;
  std::size_t tried = 0;
  for (const Form& form : forms_for(parameter.money)) {
    const auto keys = keys_of(rows, parameter, form);
    if (keys.empty()) continue;
    std::set<std::size_t> lengths;
    for (const auto& [key, row] : keys) lengths.insert(key.size());
    for (const std::size_t t : group) {
      for (std::size_t c = 0; c < tables[t].columns.size(); ++c) {
        const FieldColumn& column = tables[t].columns[c];
        std::vector<std::size_t> points_to;
        std::size_t matched = 0, filled = 0;
        for (std::size_t r = 0; r < rows.size(); ++r) {
          const Field* field = column.by_row[r];
          points_to.push_back(
              held_value(field, form, parameter.decimals, keys, lengths, rows.size()));
          if (field != nullptr && !field->value.empty()) ++filled;
          if (points_to.back() == r) ++matched;
        }
        // Only a column that some deal of the values could prove is tried at all; this looks at
        // which values stand there, not at whose they are.
        const std::size_t most = most_matches(points_to);
        if (most == 0 || matching_p(points_to, most) > question.level) continue;
        ++tried;
        const bool decodes =
            static_cast<double>(matched) >= decode_rate * static_cast<double>(filled);
        if (matched == 0 || !decodes) continue;
        Candidate candidate{t, c, {}};
        candidate.stimulus.parameter = parameter.name;
        candidate.stimulus.form = form.name;
        candidate.stimulus.p = matching_p(points_to, matched);
        candidate.stimulus.matched = static_cast<int>(matched);
        candidate.stimulus.of = static_cast<int>(filled);
        candidates.push_back(std::move(candidate));
      }
    }
  }
  for (Candidate& candidate : candidates) {
    candidate.stimulus.tried = tried;
    candidate.stimulus.p_family = std::min(1.0, candidate.stimulus.p * static_cast<double>(tried));
    out.push_back(std::move(candidate));
  }
}

/// Which level each value of a column speaks for, and how often it is right.
void read_mapping(const std::vector<FieldRow>& rows, const FieldColumn& column,
                  const std::string& parameter, Stimulus& stimulus) {
  std::map<std::string, std::map<std::string, int>> by_value, by_level;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const Value* value = value_of(*rows[r].trial, parameter);
    const std::string level = value ? to_text(*value) : "";
    const std::string field = column.by_row[r] ? column.by_row[r]->value : "";
    ++by_value[field][level];
    ++by_level[level][field];
  }
  const auto most = [](const std::map<std::string, int>& counts) {
    return std::max_element(counts.begin(), counts.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; });
  };
  stimulus.of = static_cast<int>(rows.size());
  for (const auto& [value, levels] : by_value) stimulus.matched += most(levels)->second;
  bool same = true;
  for (const auto& [level, values] : by_level) {
    stimulus.mapping.emplace_back(level, most(values)->first);
    same = same && lower_case(level) == lower_case(stimulus.mapping.back().second);
  }
  stimulus.form = same ? "text" : "mapping";
}

Categories deals_of(const std::vector<FieldRow>& rows, int committed_blocks) {
  Categories deals;
  for (const FieldRow& row : rows) {
    const int block = row.trial->block.value_or(0);
    const bool apart = committed_blocks > 0 && block > committed_blocks;
    deals.push_back(apart ? static_cast<std::size_t>(block - committed_blocks) : 0);
  }
  return deals;
}

Categories categories_of(const FieldColumn& column) {
  std::map<std::string_view, std::size_t> number;
  Categories categories;
  for (const Field* field : column.by_row) {
    // Absent is a category of its own: 0.
    categories.push_back(field ? number.try_emplace(field->value, number.size() + 1).first->second
                               : 0);
  }
  return categories;
}

void associate_levels(const std::vector<FieldTable>& tables, const Group& group,
                      const DrawnParameter& parameter, const ContentQuestion& question,
                      std::vector<Candidate>& out) {
  const std::vector<FieldRow>& rows = tables[group.front()].rows;
  std::map<Value, std::size_t> number;
  Categories levels;
  for (const FieldRow& row : rows) {
    const Value* value = value_of(*row.trial, parameter.name);
    levels.push_back(
        number.try_emplace(value ? *value : Value{std::string{}}, number.size()).first->second);
  }
  if (number.size() < 2) return;

  std::vector<std::pair<std::size_t, std::size_t>> places;
  std::vector<Categories> columns;
  for (const std::size_t t : group) {
    for (std::size_t c = 0; c < tables[t].columns.size(); ++c) {
      if (is_framing(tables[t].columns[c].path)) continue;
      places.emplace_back(t, c);
      columns.push_back(categories_of(tables[t].columns[c]));
    }
  }
  const AssociationFamily family = test_association(
      levels, deals_of(rows, question.committed_blocks), columns,
      redraw_generator(question.seed, fmt::format("content {} {} {}", question.event,
                                                  parameter.name, group.front())),
      question.draws);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto [t, c] = places[i];
    Candidate candidate{t, c, {}};
    Stimulus& stimulus = candidate.stimulus;
    stimulus.parameter = parameter.name;
    stimulus.p = family.tests[i].p;
    stimulus.p_family = family.tests[i].p_adjusted;
    stimulus.arrangements = family.arrangements;
    stimulus.enumerated = family.enumerated;
    if (stimulus.p_family > question.level) continue;
    read_mapping(rows, tables[t].columns[c], parameter.name, stimulus);
    if (stimulus.matched >= decode_rate * stimulus.of) out.push_back(std::move(candidate));
  }
}

}  // namespace

std::vector<DrawnParameter> drawn_parameters(const Design& design, const std::string& event,
                                             const std::vector<const Trial*>& acts) {
  const auto known = design.events.find(event);
  const bool designed = known != design.events.end() && !known->second.parameters.empty();
  std::set<std::string> names;
  if (designed) {
    for (const auto& [name, parameter] : known->second.parameters) {
      if (parameter.kind == ParameterKind::drawn) names.insert(name);
    }
  } else {
    for (const Trial* act : acts) {
      for (const auto& [name, value] : act->params) names.insert(name);
    }
  }

  std::vector<DrawnParameter> drawn;
  for (const std::string& name : names) {
    const std::set<Value> values = values_of(acts, name);
    if (values.size() < 2) continue;
    const ParameterDesign as_designed =
        designed ? known->second.parameters.at(name) : ParameterDesign{};
    const bool whole_numbers = std::holds_alternative<std::int64_t>(*values.begin());
    std::string currency = as_designed.currency;
    if (currency.empty()) currency = acts.front()->currency;
    DrawnParameter parameter;
    parameter.name = name;
    // A value that came twice cannot follow the matching law, whatever the design says.
    parameter.unique = values.size() == acts.size() && as_designed.levels.empty();
    parameter.money = as_designed.money || (!designed && whole_numbers && !currency.empty());
    parameter.decimals = minor_digits(currency);
    drawn.push_back(std::move(parameter));
  }
  return drawn;
}

Stimuli find_stimuli(const std::vector<FieldTable>& tables, const ContentQuestion& question) {
  Stimuli stimuli;
  for (const FieldTable& table : tables) stimuli.emplace_back(table.columns.size());
  const std::vector<Group> groups = groups_of(tables);
  const double paid =
      static_cast<double>(question.all_parameters) * static_cast<double>(groups.size());

  std::vector<Candidate> candidates;
  for (const DrawnParameter& parameter : question.parameters) {
    for (const Group& group : groups) {
      if (parameter.unique) {
        match_unique(tables, group, parameter, question, candidates);
      } else {
        associate_levels(tables, group, parameter, question, candidates);
      }
    }
  }
  for (Candidate& candidate : candidates) {
    Stimulus& stimulus = candidate.stimulus;
    stimulus.p_adjusted = std::min(1.0, stimulus.p_family * paid);
    if (stimulus.p_adjusted > question.level) continue;
    std::optional<Stimulus>& best = stimuli[candidate.table][candidate.column];
    const auto surprise = [](const Stimulus& s) { return std::tuple(s.p_adjusted, s.p); };
    if (!best || surprise(stimulus) < surprise(*best)) best = std::move(stimulus);
  }
  return stimuli;
}

}  // namespace brewproof
