#include "rig/proof/level_search.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "rig/proof/ascii.h"
#include "rig/proof/association.h"
#include "rig/proof/lots.h"

namespace brewproof {
namespace {

using Levels = std::vector<std::string>;  // by act

Levels levels_of(const std::vector<const Trial*>& acts, const std::string& parameter) {
  Levels levels;
  for (const Trial* act : acts) {
    const Value* value = value_of(*act, parameter);
    levels.push_back(value ? to_text(*value) : "");
  }
  return levels;
}

/// One thing that may follow the level.
struct Asked {
  std::size_t table = 0;
  const ActColumn* column = nullptr;  // nullptr: the message itself
  bool standing = false;              // whether it is there, not what it says
  Categories by_act;                  // left_out: not asked of this act
};

Categories categories_at(const ActColumn& column) {
  std::map<std::string_view, std::size_t> number;
  Categories values;
  for (const FieldView* field : column.by_act)
    values.push_back(field ? number.try_emplace(field->value, number.size()).first->second
                           : left_out);
  return values;
}

/// 1 where it stands, 0 where only its message does.
Categories standing_of(const ActColumn& column, const std::vector<bool>& messages) {
  Categories standing;
  for (std::size_t a = 0; a < messages.size(); ++a)
    standing.push_back(!messages[a] ? left_out : column.by_act[a] != nullptr ? 1 : 0);
  return standing;
}

std::vector<Asked> questions_of(const std::vector<const FieldTable*>& tables,
                                const std::vector<ActColumn>& columns,
                                const std::vector<std::vector<bool>>& messages) {
  std::vector<Asked> questions;
  for (std::size_t t = 0; t < tables.size(); ++t)
    questions.push_back({t, nullptr, true, Categories(messages[t].begin(), messages[t].end())});
  for (const ActColumn& column : columns) {
    questions.push_back({column.table, &column, false, categories_at(column)});
    // Bytes that only long messages reach say no more than the length.
    if (tables[column.table]->columns[column.column].slice) continue;
    questions.push_back({column.table, &column, true, standing_of(column, messages[column.table])});
  }
  return questions;
}

using Counts = std::map<std::string, std::map<std::string, int>>;

std::map<std::string, int>::const_iterator most(const std::map<std::string, int>& counts) {
  return std::max_element(counts.begin(), counts.end(),
                          [](const auto& x, const auto& y) { return x.second < y.second; });
}

/// Which level each value of a column speaks for, and how often it is right where it stands.
void read_values(const ActColumn& column, const Levels& levels, Stimulus& stimulus) {
  Counts by_value, by_level;
  for (std::size_t a = 0; a < levels.size(); ++a) {
    if (column.by_act[a] == nullptr) continue;
    const std::string value(column.by_act[a]->value);
    ++by_value[value][levels[a]];
    ++by_level[levels[a]][value];
    ++stimulus.of;
  }
  for (const auto& [value, of] : by_value) stimulus.matched += most(of)->second;
  bool same = true;
  for (const auto& [level, of] : by_level) {
    stimulus.mapping.emplace_back(level, most(of)->first);
    same = same && lower_case(level) == lower_case(stimulus.mapping.back().second);
  }
  stimulus.form = same ? "text" : "mapping";
}

/// The same. Of parameters that no act told apart a field may name the levels of one: that is it.
void read_values(const ActColumn& column, const ContentQuestion& question,
                 const DrawnParameter& parameter, Stimulus& stimulus) {
  for (const std::string& other : parameter.together) {
    Stimulus named = stimulus;
    read_values(column, levels_of(question.acts, other), named);
    if (named.form != "text") continue;
    stimulus = std::move(named);
    stimulus.parameter = other;
    stimulus.together.clear();
    return;
  }
  read_values(column, levels_of(question.acts, parameter.name), stimulus);
  if (stimulus.form == "text") stimulus.together.clear();
}

/// With which levels it stands there, and for how many acts that is right.
void read_standing(const Categories& standing, const Levels& levels, Stimulus& stimulus) {
  Counts by_level;
  for (std::size_t a = 0; a < levels.size(); ++a) {
    if (standing[a] == left_out) continue;
    ++by_level[levels[a]][std::string(standing[a] == 1 ? is_present : is_absent)];
    ++stimulus.of;
  }
  for (const auto& [level, of] : by_level) {
    stimulus.mapping.emplace_back(level, most(of)->first);
    stimulus.matched += most(of)->second;
  }
  stimulus.form = presence;
}

/// The level of a parameter that all acts with the message have.
std::optional<std::string> only_level(const Asked& message, const Levels& levels) {
  std::set<std::string> with;
  for (std::size_t a = 0; a < levels.size(); ++a)
    if (message.by_act[a] == 1) with.insert(levels[a]);
  return with.size() == 1 ? std::optional(*with.begin()) : std::nullopt;
}

/// A message of its own for each level may still name it: what is the same word in all of its
/// messages, and the level, is no chance, and how often it comes with that level is its message's.
std::vector<Candidate> named_level(const Candidate& message, const Asked& asked,
                                   const std::vector<ActColumn>& columns,
                                   const DrawnParameter& parameter,
                                   const ContentQuestion& question) {
  std::vector<std::string> names = {parameter.name};
  names.insert(names.end(), parameter.together.begin(), parameter.together.end());
  std::vector<Candidate> words;
  for (const std::string& name : names) {
    const auto level = only_level(asked, levels_of(question.acts, name));
    if (!level) continue;
    for (const ActColumn& column : columns) {
      if (column.table != message.table || !column.same_in_all) continue;
      const auto field =
          std::ranges::find_if(column.by_act, [](const FieldView* one) { return one != nullptr; });
      if (field == column.by_act.end() || lower_case((*field)->value) != lower_case(*level))
        continue;
      Candidate& word = words.emplace_back(message);
      word.column = column.column;
      word.stimulus.parameter = name;
      word.stimulus.together.clear();
      word.stimulus.form = "text";
      word.stimulus.mapping = {{*level, std::string((*field)->value)}};
    }
  }
  return words;
}

std::vector<AssociationTest> tests_of(const std::vector<Asked>& questions, const Levels& levels,
                                      const DrawnParameter& parameter,
                                      const ContentQuestion& question) {
  std::map<std::string_view, std::size_t> number;
  Categories dealt;
  for (const std::string& level : levels)
    dealt.push_back(number.try_emplace(level, number.size()).first->second);
  std::vector<Categories> fields;
  fields.reserve(questions.size());
  for (const Asked& asked : questions) fields.push_back(asked.by_act);
  return test_association(
      dealt, deals_of(question.acts, question.committed_blocks), fields,
      redraw_generator(question.seed, fmt::format("content {} {}", question.event, parameter.name)),
      question.draws, question.level / static_cast<double>(question.all_parameters));
}

Stimulus stimulus_of(const AssociationTest& test, const DrawnParameter& parameter) {
  Stimulus stimulus;
  stimulus.parameter = parameter.name;
  stimulus.together = parameter.together;
  stimulus.p = test.p;
  stimulus.p_of_rows = test.p_of_rows;
  stimulus.p_family = test.p_adjusted;
  stimulus.arrangements = test.arrangements;
  stimulus.enumerated = test.enumerated;
  stimulus.rows = test.rows;
  stimulus.information = test.information;
  return stimulus;
}

}  // namespace

std::vector<Candidate> associate_levels(const std::vector<const FieldTable*>& tables,
                                        const std::vector<ActColumn>& columns,
                                        const DrawnParameter& parameter,
                                        const ContentQuestion& question) {
  const Levels levels = levels_of(question.acts, parameter.name);
  if (std::set(levels.begin(), levels.end()).size() < 2) return {};

  const std::vector<Asked> questions =
      questions_of(tables, columns, messages_over(tables, question.acts));
  const std::vector<AssociationTest> tests = tests_of(questions, levels, parameter, question);
  std::vector<Candidate> candidates, standing;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (tests[i].p_adjusted > question.level) continue;
    const Asked& asked = questions[i];
    Candidate candidate{asked.table, std::nullopt, stimulus_of(tests[i], parameter)};
    Stimulus& stimulus = candidate.stimulus;
    if (asked.column != nullptr) candidate.column = asked.column->column;
    if (asked.standing)
      read_standing(asked.by_act, levels, stimulus);
    else
      read_values(*asked.column, question, parameter, stimulus);
    if (stimulus.matched < decode_rate * stimulus.of) continue;
    if (asked.column == nullptr)
      for (Candidate& word : named_level(candidate, asked, columns, parameter, question))
        candidates.push_back(std::move(word));
    (asked.standing ? standing : candidates).push_back(std::move(candidate));
  }
  // With which levels something comes is no news where the message says the level.
  std::set<std::size_t> told;
  for (const Candidate& candidate : candidates) told.insert(candidate.table);
  for (Candidate& candidate : standing)
    if (!told.contains(candidate.table)) candidates.push_back(std::move(candidate));
  return candidates;
}

}  // namespace brewproof
