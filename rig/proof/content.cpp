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
  const auto found = trial.params.find(parameter);
  return found == trial.params.end() ? nullptr : &found->second;
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

std::vector<DrawnParameter> drawn_parameters(const Design& design, const std::string& event,
                                             const std::vector<const Trial*>& acts) {
  const auto known = design.events.find(event);
  const bool designed = known != design.events.end() && !known->second.parameters.empty();
  const bool says_what_is_money =
      designed && std::ranges::any_of(known->second.parameters,
                                      [](const auto& named) { return named.second.money; });
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
    // Whatever the design says: a card that pays now and then again is still a card.
    const std::vector<const Trial*> filled = with_value(acts, name);
    parameter.unique = as_designed.levels.empty() &&
                       mostly_different(values_of(filled, name).size(), filled.size());
    // A log that was made elsewhere has a currency but does not say of what.
    parameter.money =
        as_designed.money || (!says_what_is_money && whole_numbers && !currency.empty());
    parameter.decimals = minor_digits(currency);
    drawn.push_back(std::move(parameter));
  }
  return drawn;
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
