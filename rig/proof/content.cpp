#include "rig/proof/content.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "rig/proof/forms.h"
#include "rig/proof/level_search.h"
#include "rig/proof/value_search.h"

namespace brewproof {

std::vector<const Trial*> with_value(std::vector<const Trial*> acts, const std::string& parameter) {
  std::erase_if(acts, [&](const Trial* act) {
    const Value* value = value_of(*act, parameter);
    return value == nullptr || *value == Value{""};
  });
  return acts;
}

std::set<Value> values_of(const std::vector<const Trial*>& acts, const std::string& parameter) {
  std::set<Value> values;
  for (const Trial* act : acts) {
    if (const Value* value = value_of(*act, parameter)) values.insert(*value);
  }
  return values;
}

std::vector<std::size_t> numbered_values(const std::vector<const Trial*>& acts,
                                         const std::string& parameter) {
  std::map<Value, std::size_t> first;
  std::vector<std::size_t> numbers;
  for (const Trial* act : acts) {
    const Value* value = value_of(*act, parameter);
    numbers.push_back(
        first.try_emplace(value != nullptr ? *value : Value{""}, numbers.size()).first->second);
  }
  return numbers;
}

const Value* value_of(const Trial& trial, const std::string& parameter) {
  for (const Parameters* values : {&trial.params, &trial.observed})
    if (const auto found = values->find(parameter); found != values->end()) return &found->second;
  return nullptr;
}

std::vector<std::size_t> deals_of(const std::vector<const Trial*>& acts, int committed_blocks) {
  std::vector<std::size_t> deals;
  for (const Trial* act : acts) {
    const int block = act->block.value_or(0);
    const bool apart = committed_blocks > 0 && block > committed_blocks;
    deals.push_back(apart ? static_cast<std::size_t>(block - committed_blocks) : 0);
  }
  return deals;
}

namespace {

using NamedKind = std::pair<ParameterKind, std::string>;

/// Drawn ones first. Of an event without a design all that its acts were made with is taken for
/// drawn. What was read at the rig under a name that acts were made with is that parameter again.
std::set<NamedKind> kinds_of(const EventDesign* design, const std::vector<const Trial*>& acts) {
  std::set<NamedKind> kinds;
  std::set<std::string> made_with;
  for (const Trial* act : acts)
    for (const auto& [name, value] : act->params) made_with.insert(name);
  if (design != nullptr) {
    for (const auto& [name, parameter] : design->parameters) kinds.emplace(parameter.kind, name);
  } else {
    for (const std::string& name : made_with) kinds.emplace(ParameterKind::drawn, name);
  }
  for (const Trial* act : acts)
    for (const auto& [name, value] : act->observed)
      if (!made_with.contains(name)) kinds.emplace(ParameterKind::observed, name);
  return kinds;
}

/// In all acts it has the value that drawn small sets had it have.
bool follows(const std::string& name, const std::vector<DrawnParameter>& drawn,
             const std::vector<const Trial*>& acts) {
  if (with_value(acts, name).size() != acts.size()) return false;
  std::vector<std::vector<std::size_t>> small_sets;
  for (const DrawnParameter& parameter : drawn)
    if (parameter.kind == ParameterKind::drawn && !parameter.unique)
      small_sets.push_back(numbered_values(acts, parameter.name));
  const std::vector<std::size_t> values = numbered_values(acts, name);
  std::map<std::vector<std::size_t>, std::size_t> value_of_deal;
  for (std::size_t a = 0; a < acts.size(); ++a) {
    std::vector<std::size_t> deal;
    for (const std::vector<std::size_t>& levels : small_sets) deal.push_back(levels[a]);
    const auto [known, fresh] = value_of_deal.try_emplace(std::move(deal), values[a]);
    if (known->second != values[a]) return false;
  }
  return 2 * value_of_deal.size() <= acts.size();
}

DrawnParameter described(const NamedKind& named, const ParameterDesign& design, bool may_be_money,
                         const std::vector<const Trial*>& acts) {
  const auto& [kind, name] = named;
  const bool whole_numbers = std::holds_alternative<std::int64_t>(*values_of(acts, name).begin());
  const std::string& currency = design.currency.empty() ? acts.front()->currency : design.currency;
  DrawnParameter parameter;
  parameter.name = name;
  parameter.kind = kind;
  // Whatever the design says: a card that pays now and then again is still a card.
  const std::vector<const Trial*> filled = with_value(acts, name);
  parameter.unique =
      design.levels.empty() && mostly_different(values_of(filled, name).size(), filled.size());
  // A log that was made elsewhere has a currency but does not say of what.
  parameter.money = design.money || (may_be_money && whole_numbers && !currency.empty());
  parameter.decimals = minor_digits(currency);
  return parameter;
}

}  // namespace

std::vector<DrawnParameter> drawn_parameters(const Design& design, const std::string& event,
                                             const std::vector<const Trial*>& acts) {
  const auto known = design.events.find(event);
  const bool designed = known != design.events.end() && !known->second.parameters.empty();
  const bool says_what_is_money =
      designed && std::ranges::any_of(known->second.parameters,
                                      [](const auto& named) { return named.second.money; });
  std::vector<DrawnParameter> parameters;
  for (const NamedKind& named : kinds_of(designed ? &known->second : nullptr, acts)) {
    const auto& [kind, name] = named;
    if (values_of(acts, name).size() < 2) continue;
    const bool observed = kind == ParameterKind::observed;
    if (observed && !follows(name, parameters, acts)) continue;
    ParameterDesign as_designed;
    if (designed && known->second.parameters.contains(name))
      as_designed = known->second.parameters.at(name);
    parameters.push_back(described(named, as_designed, observed || !says_what_is_money, acts));
  }
  return parameters;
}

bool more_surprising(const Stimulus& a, const Stimulus& b) {
  return std::tuple(a.p_adjusted, a.p) < std::tuple(b.p_adjusted, b.p);
}

Stimuli find_stimuli(const std::vector<const FieldTable*>& tables, const DrawnParameter& parameter,
                     const ContentQuestion& of_all_acts) {
  ContentQuestion question = of_all_acts;
  if (parameter.unique) question.acts = with_value(std::move(question.acts), parameter.name);
  const std::vector<ActColumn> columns = columns_over(tables, question.acts);
  Stimuli stimuli(tables.size());
  for (std::size_t t = 0; t < tables.size(); ++t)
    stimuli[t].by_column.resize(tables[t]->columns.size());
  for (Candidate& candidate : parameter.unique
                                  ? match_values(columns, parameter, question)
                                  : associate_levels(tables, columns, parameter, question)) {
    Stimulus& stimulus = candidate.stimulus;
    stimulus.p_adjusted =
        std::min(1.0, stimulus.p_family * static_cast<double>(question.all_parameters));
    if (stimulus.p_adjusted > question.level) continue;
    TableStimuli& of = stimuli[candidate.table];
    std::optional<Stimulus>& best =
        candidate.column ? of.by_column[*candidate.column] : of.of_message;
    if (!best || more_surprising(stimulus, *best)) best = std::move(stimulus);
  }
  return stimuli;
}

void add_presence(FieldTable& table, std::vector<std::optional<Stimulus>>& stimuli,
                  Stimulus stimulus) {
  FieldColumn column;
  for (const FieldRow& row : table.rows) {
    column.by_row.push_back(&table.cells.emplace_back(FieldView{presence, is_present}));
    column.from.push_back(row.message);
  }
  column.path = presence;
  table.columns.push_back(std::move(column));
  stimuli.emplace_back(std::move(stimulus));
}

}  // namespace brewproof
