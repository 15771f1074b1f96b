#include "rig/proof/content.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <deque>
#include <limits>
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

std::set<Value> values_of(const std::vector<const Trial*>& acts, const std::string& parameter) {
  std::set<Value> values;
  for (const Trial* act : acts) {
    if (const Value* value = value_of(*act, parameter)) values.insert(*value);
  }
  return values;
}

/// One column over all acts of the event; nullptr where an act has no such path.
struct Column {
  std::size_t table = 0, column = 0;  // where it stands
  std::vector<const Field*> by_act;
  bool same_in_all = false;  // each message of the table has the path, and one value at it
};

bool is_same_in_all(const FieldColumn& column) {
  return std::ranges::all_of(column.by_row, [&](const Field* field) {
    return field != nullptr && field->value == column.by_row.front()->value;
  });
}

std::vector<Column> columns_over(const std::vector<const FieldTable*>& tables,
                                 const std::vector<const Trial*>& acts) {
  std::unordered_map<const Trial*, std::size_t> number;
  for (const Trial* act : acts) number.emplace(act, number.size());
  std::vector<Column> columns;
  for (std::size_t t = 0; t < tables.size(); ++t) {
    const FieldTable& table = *tables[t];
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      if (is_framing(table.columns[c].path)) continue;
      Column column{t, c, std::vector<const Field*>(acts.size()), is_same_in_all(table.columns[c])};
      for (std::size_t r = 0; r < table.rows.size(); ++r) {
        column.by_act[number.at(table.rows[r].trial)] = table.columns[c].by_row[r];
      }
      columns.push_back(std::move(column));
    }
  }
  return columns;
}

/// One candidate of one column, before Bonferroni.
struct Candidate {
  std::size_t table = 0, column = 0;
  Stimulus stimulus;
};

/// The dealt values of one parameter in one form, each known by its key.
class Dealt {
 public:
  Dealt(const std::vector<const Trial*>& acts, const DrawnParameter& parameter, const Form& form)
      : form_(form), decimals_(parameter.decimals), acts_(acts.size()) {
    for (std::size_t a = 0; a < acts.size(); ++a) {
      const Value* value = value_of(*acts[a], parameter.name);
      const auto key = value ? form.of_value(*value, decimals_) : std::nullopt;
      if (!key) continue;
      lengths_.insert(key->size());
      // Values with the same key would be indistinguishable: no form then.
      if (!act_of_.emplace(*key, a).second) ambiguous_ = true;
    }
  }
  [[nodiscard]] bool usable() const { return !act_of_.empty() && !ambiguous_; }

  [[nodiscard]] const Form& form() const { return form_; }

  /// The act whose value a field with this key holds; the number of acts where it holds none or
  /// several.
  [[nodiscard]] std::size_t held(const std::optional<std::string>& key) const {
    if (!key) return acts_;
    switch (form_.fit) {
      case Fit::whole:
        return one(act_of_.find(*key));
      case Fit::part:
        return part(*key);
      case Fit::word:
        return word(*key);
      case Fit::beginning:
        return beginning(*key);
    }
    return acts_;
  }

 private:
  using Keys = std::map<std::string, std::size_t>;

  [[nodiscard]] std::size_t one(Keys::const_iterator found) const {
    return found == act_of_.end() ? acts_ : found->second;
  }
  [[nodiscard]] std::size_t part(const std::string& key) const {
    std::set<std::size_t> held;
    for (const std::size_t length : lengths_) {
      for (std::size_t at = 0; at + length <= key.size(); ++at) {
        const auto found = act_of_.find(key.substr(at, length));
        if (found != act_of_.end()) held.insert(found->second);
      }
    }
    return held.size() == 1 ? *held.begin() : acts_;
  }
  [[nodiscard]] std::size_t word(std::string_view key) const {
    std::set<std::size_t> held;
    while (!key.empty()) {
      const std::size_t end = std::min(key.find(' '), key.size());
      const auto found = act_of_.find(std::string(key.substr(0, end)));
      if (found != act_of_.end()) held.insert(found->second);
      key.remove_prefix(std::min(end + 1, key.size()));
    }
    return held.size() == 1 ? *held.begin() : acts_;
  }
  [[nodiscard]] std::size_t beginning(const std::string& key) const {
    const auto first = act_of_.lower_bound(key);
    if (first == act_of_.end() || !first->first.starts_with(key)) return acts_;
    const auto second = std::next(first);
    const bool several = second != act_of_.end() && second->first.starts_with(key);
    return several ? acts_ : first->second;
  }

  const Form& form_;
  int decimals_;
  std::size_t acts_;
  Keys act_of_;
  std::set<std::size_t> lengths_;
  bool ambiguous_ = false;
};

/// The keys of one column's fields, by act. Digests of all kinds have the same.
class Keys {
 public:
  Keys(const Column& column, int decimals) : column_(column), decimals_(decimals) {}
  const std::vector<std::optional<std::string>>& in(const Form& form) {
    for (const auto& [of_field, keys] : known_) {
      if (of_field == form.of_field) return keys;
    }
    auto& [of_field, keys] = known_.emplace_back(form.of_field, 0);
    for (const Field* field : column_.by_act) {
      keys.push_back(field ? of_field(field->value, decimals_) : std::nullopt);
    }
    return keys;
  }

 private:
  const Column& column_;
  int decimals_;
  std::deque<std::pair<decltype(Form::of_field), std::vector<std::optional<std::string>>>> known_;
};

/// The bytes that a match with this value shows: a number's own, two a byte of hex digits; of other
/// text five bits a character, as letters and digits have at least; of a digest what stands there.
std::size_t bytes_held(const Value& value, const Form& form, const std::string& in_field) {
  if (!form.digest.empty()) return in_field.size() / 2;
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    const auto magnitude = static_cast<std::uint64_t>(*number < 0 ? -*number : *number);
    return (static_cast<std::size_t>(std::bit_width(magnitude)) + 7) / 8;
  }
  const std::string& text = std::get<std::string>(value);
  const bool hex = text.size() % 2 == 0 && all_hex(text);
  return hex ? text.size() / 2 : text.size() * 5 / 8;
}

/// Of one act, at most.
std::size_t bytes_looked_at(const std::vector<Column>& columns, std::size_t acts) {
  std::vector<std::size_t> bytes(acts);
  for (const Column& column : columns) {
    for (std::size_t a = 0; a < acts; ++a) {
      if (column.by_act[a] != nullptr) bytes[a] += column.by_act[a]->value.size();
    }
  }
  return bytes.empty() ? 0 : std::ranges::max(bytes);
}

std::vector<Candidate> match_unique(const std::vector<Column>& columns,
                                    const DrawnParameter& parameter,
                                    const ContentQuestion& question) {
  std::vector<Candidate> candidates;
  std::size_t tried = 0;
  std::vector<Dealt> in_forms;
  for (const Form& form : forms_for(parameter.money)) {
    Dealt dealt(question.acts, parameter, form);
    if (dealt.usable()) in_forms.push_back(std::move(dealt));
  }
  for (const Column& column : columns) {
    Keys keys(column, parameter.decimals);
    for (const Dealt& dealt : in_forms) {
      const Form& form = dealt.form();
      const auto& held = keys.in(form);
      std::vector<std::size_t> points_to;
      std::size_t matched = 0, filled = 0, bytes = std::numeric_limits<std::size_t>::max();
      for (std::size_t a = 0; a < column.by_act.size(); ++a) {
        const Field* field = column.by_act[a];
        points_to.push_back(dealt.held(held[a]));
        if (field != nullptr && !field->value.empty()) ++filled;
        if (points_to.back() != a) continue;
        ++matched;
        const Value& value = *value_of(*question.acts[a], parameter.name);
        bytes = std::min(bytes, bytes_held(value, form, *held[a]));
      }
      // Only a column that some deal of the values could prove is tried at all; this looks at which
      // values stand there, not at whose they are.
      const std::size_t most = most_matches(points_to);
      if (most == 0 || matching_p(points_to, most) > question.level) continue;
      ++tried;
      const bool decodes =
          static_cast<double>(matched) >= decode_rate * static_cast<double>(filled);
      if (matched == 0 || !decodes) continue;
      Candidate candidate{column.table, column.column, {}};
      candidate.stimulus.parameter = parameter.name;
      candidate.stimulus.form = form.name;
      candidate.stimulus.digest = form.digest;
      candidate.stimulus.p = matching_p(points_to, matched);
      candidate.stimulus.matched = static_cast<int>(matched);
      candidate.stimulus.of = static_cast<int>(filled);
      candidate.stimulus.held = bytes;
      candidates.push_back(std::move(candidate));
    }
  }
  const std::size_t scanned = bytes_looked_at(columns, question.acts.size());
  for (Candidate& candidate : candidates) {
    candidate.stimulus.tried = tried;
    candidate.stimulus.scanned = scanned;
    candidate.stimulus.forms = in_forms.size();
    candidate.stimulus.p_family = std::min(1.0, candidate.stimulus.p * static_cast<double>(tried));
  }
  return candidates;
}

/// Which level each value of a column speaks for, and how often it is right where it stands.
void read_mapping(const std::vector<const Trial*>& acts, const Column& column,
                  const std::string& parameter, Stimulus& stimulus) {
  std::map<std::string, std::map<std::string, int>> by_value, by_level;
  for (std::size_t a = 0; a < acts.size(); ++a) {
    if (column.by_act[a] == nullptr) continue;
    const Value* value = value_of(*acts[a], parameter);
    const std::string level = value ? to_text(*value) : "";
    ++by_value[column.by_act[a]->value][level];
    ++by_level[level][column.by_act[a]->value];
    ++stimulus.of;
  }
  const auto most = [](const std::map<std::string, int>& counts) {
    return std::max_element(counts.begin(), counts.end(),
                            [](const auto& x, const auto& y) { return x.second < y.second; });
  };
  for (const auto& [value, levels] : by_value) stimulus.matched += most(levels)->second;
  bool same = true;
  for (const auto& [level, values] : by_level) {
    stimulus.mapping.emplace_back(level, most(values)->first);
    same = same && lower_case(level) == lower_case(stimulus.mapping.back().second);
  }
  stimulus.form = same ? "text" : "mapping";
}

Categories categories_of(const Column& column) {
  std::map<std::string_view, std::size_t> number;
  Categories categories;
  for (const Field* field : column.by_act) {
    // Absent is a category of its own: 0.
    categories.push_back(field ? number.try_emplace(field->value, number.size() + 1).first->second
                               : 0);
  }
  return categories;
}

std::vector<Candidate> associate_levels(const std::vector<Column>& columns,
                                        const DrawnParameter& parameter,
                                        const ContentQuestion& question) {
  std::map<Value, std::size_t> number;
  Categories levels;
  for (const Trial* act : question.acts) {
    const Value* value = value_of(*act, parameter.name);
    levels.push_back(
        number.try_emplace(value ? *value : Value{std::string{}}, number.size()).first->second);
  }
  if (number.size() < 2) return {};

  std::vector<Categories> fields;
  fields.reserve(columns.size());
  for (const Column& column : columns) fields.push_back(categories_of(column));
  const AssociationFamily family = test_association(
      levels, deals_of(question.acts, question.committed_blocks), fields,
      redraw_generator(question.seed, fmt::format("content {} {}", question.event, parameter.name)),
      question.draws, question.level / static_cast<double>(question.all_parameters));
  std::vector<Candidate> candidates, only_come_along;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    Candidate candidate{columns[i].table, columns[i].column, {}};
    Stimulus& stimulus = candidate.stimulus;
    stimulus.parameter = parameter.name;
    stimulus.p = family.tests[i].p;
    stimulus.p_family = family.tests[i].p_adjusted;
    stimulus.arrangements = family.arrangements;
    stimulus.enumerated = family.enumerated;
    stimulus.information = family.tests[i].information;
    if (stimulus.p_family > question.level) continue;
    read_mapping(question.acts, columns[i], parameter.name, stimulus);
    if (stimulus.matched < decode_rate * stimulus.of) continue;
    if (!columns[i].same_in_all || stimulus.form == "text")
      candidates.push_back(std::move(candidate));
    else
      only_come_along.push_back(std::move(candidate));
  }
  // Where a message comes with one value of the parameter only, all that stands in it does, its
  // serial number too. That is no news where the message names the value itself.
  std::set<std::size_t> named;
  for (const Candidate& candidate : candidates) named.insert(candidate.table);
  for (Candidate& candidate : only_come_along)
    if (!named.contains(candidate.table)) candidates.push_back(std::move(candidate));
  return candidates;
}

}  // namespace

const Value* value_of(const Trial& trial, const std::string& parameter) {
  const auto found = trial.params.find(parameter);
  return found == trial.params.end() ? nullptr : &found->second;
}

Categories deals_of(const std::vector<const Trial*>& acts, int committed_blocks) {
  Categories deals;
  for (const Trial* act : acts) {
    const int block = act->block.value_or(0);
    const bool apart = committed_blocks > 0 && block > committed_blocks;
    deals.push_back(apart ? static_cast<std::size_t>(block - committed_blocks) : 0);
  }
  return deals;
}

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

bool more_surprising(const Stimulus& a, const Stimulus& b) {
  return std::tuple(a.p_adjusted, a.p) < std::tuple(b.p_adjusted, b.p);
}

Stimuli find_stimuli(const std::vector<const FieldTable*>& tables, const DrawnParameter& parameter,
                     const ContentQuestion& question) {
  const std::vector<Column> columns = columns_over(tables, question.acts);
  Stimuli stimuli;
  for (const FieldTable* table : tables) stimuli.emplace_back(table->columns.size());
  for (Candidate& candidate : parameter.unique ? match_unique(columns, parameter, question)
                                               : associate_levels(columns, parameter, question)) {
    Stimulus& stimulus = candidate.stimulus;
    stimulus.p_adjusted =
        std::min(1.0, stimulus.p_family * static_cast<double>(question.all_parameters));
    if (stimulus.p_adjusted > question.level) continue;
    std::optional<Stimulus>& best = stimuli[candidate.table][candidate.column];
    if (!best || more_surprising(stimulus, *best)) best = std::move(stimulus);
  }
  return stimuli;
}

}  // namespace brewproof
