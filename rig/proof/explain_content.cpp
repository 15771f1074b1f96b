// The arithmetic of content: unique values against the matching law, small sets against shuffles.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "rig/proof/confounded.h"
#include "rig/proof/explain_parts.h"
#include "rig/proof/mask.h"

namespace brewproof::explaining {
namespace {

constexpr std::size_t most_rows = 64;
constexpr std::size_t most_values_shown = 12;

std::string drawn(const Trial& trial, const std::string& parameter) {
  const Value* value = value_of(trial, parameter);
  return value == nullptr ? "-" : printable(masked(to_text(*value)));
}

/// " = 1/16!", " = 2! 3!/16!" where all acts agree; else what it cannot exceed.
std::string how_small(const Stimulus& stimulus, const std::vector<const Trial*>& acts) {
  std::map<Value, int> times;
  for (const Trial* act : acts)
    if (const Value* value = value_of(*act, stimulus.parameter); value && *value != Value{""})
      ++times[*value];
  std::string ways;
  double log_ways = 0;
  for (const auto& [value, count] : times) {
    if (count == 1) continue;
    ways += fmt::format("{}{}!", ways.empty() ? "" : " ", count);
    log_ways += std::lgamma(count + 1.0);
  }
  const double bound = std::exp(log_ways - std::lgamma(stimulus.matched + 1.0));
  if (static_cast<std::size_t>(stimulus.matched) != stimulus.dealt)
    return ways.empty() ? fmt::format(", never more than 1/{}! = {:.4g}", stimulus.matched, bound)
                        : "";
  // Values of reserve blocks, where some are equal, were dealt apart.
  const bool one_deal = std::abs(stimulus.p / bound - 1) < 1e-6;
  return one_deal ? fmt::format(" = {}/{}!", ways.empty() ? "1" : ways, stimulus.matched) : "";
}

void write_matching(const Stimulus& stimulus, const std::vector<const Trial*>& acts, Lines out) {
  const std::string repeated = stimulus.different == stimulus.dealt
                                   ? ""
                                   : fmt::format("{} of them different, ", stimulus.different);
  fmt::format_to(out,
                 "  {} values, {}each dealt to one act: P(at least {} stand with their own act) = "
                 "{:.4g}{}\n",
                 stimulus.dealt, repeated, stimulus.matched, stimulus.p, how_small(stimulus, acts));
  fmt::format_to(out,
                 "  columns x forms in which some deal could have shown it: {}; p over all of "
                 "them {:.4g} x {} = {:.4g}\n",
                 stimulus.tried, stimulus.p, stimulus.tried, stimulus.p_family);
  const double bound = static_cast<double>(stimulus.scanned) * static_cast<double>(stimulus.forms) *
                       std::exp2(-8.0 * static_cast<double>(stimulus.held));
  fmt::format_to(
      out,
      "  a false match in one act: at most L x T x 2^(-8k) = {} x {} x 2^(-{}) = {:.4g}{}\n"
      "  (L bytes looked at in an act, T forms of a value, k bytes that the narrowest "
      "value holds)\n",
      stimulus.scanned, stimulus.forms, 8 * stimulus.held, bound,
      stimulus.held > 2 ? ""
                        : ": so short a value may stand anywhere, and counts only "
                          "because it is one path in every act");
}

/// Of the event's acts those that the levels were shuffled among: all of them, those with the
/// message, or those with the field.
std::vector<const Trial*> shuffled(std::vector<const Trial*> acts, const FieldColumn& column,
                                   const FieldTable& table, const Stimulus& stimulus) {
  if (stimulus.rows == acts.size()) return acts;
  std::set<const Trial*> among;
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    if (stimulus.form == presence || column.by_row[r] != nullptr) among.insert(table.rows[r].trial);
  std::erase_if(acts, [&](const Trial* act) { return !among.contains(act); });
  return acts;
}

/// Level x value, over the acts that were asked.
void write_table(const FieldColumn& column, const FieldTable& table, const Stimulus& stimulus,
                 const std::vector<const Trial*>& acts, Lines out) {
  std::map<const Trial*, const FieldView*> held;
  for (std::size_t r = 0; r < table.rows.size(); ++r) held[table.rows[r].trial] = column.by_row[r];
  std::map<std::string, std::map<std::string, int>> counts;
  std::map<std::string, std::size_t> deals;
  std::set<std::string> values;
  for (const Trial* act : acts) {
    const auto field = held.find(act);
    const std::string value = field == held.end() || field->second == nullptr
                                  ? "(absent)"
                                  : printable(masked(field->second->value));
    const std::string level = drawn(*act, stimulus.parameter);
    ++counts[level][value];
    ++deals[level];
    values.insert(value);
  }
  if (values.size() > most_values_shown) return;
  fmt::format_to(out, "  {:<16}", "");
  for (const std::string& value : values) fmt::format_to(out, "  {:>10}", value);
  fmt::format_to(out, "  {:>5}\n", "all");
  for (auto& [level, of] : counts) {
    fmt::format_to(out, "  {:<16}", level);
    for (const std::string& value : values) fmt::format_to(out, "  {:>10}", of[value]);
    fmt::format_to(out, "  {:>5}\n", deals[level]);
  }
  std::string ways = fmt::format("{}!", acts.size());
  for (const auto& [level, count] : deals) {
    ways += fmt::format("{}{}!", level == deals.begin()->first ? " / (" : " ", count);
  }
  if (stimulus.enumerated) fmt::format_to(out, "  arrangements of these levels: {})\n", ways);
}

void write_shuffles(const Stimulus& stimulus, std::size_t acts, std::uint64_t seed,
                    const std::string& event, Lines out) {
  const auto arrangements = static_cast<double>(stimulus.arrangements);
  fmt::format_to(
      out,
      "  mutual information {:.4f} bits an act; shuffled among its own acts{}, {} ({}): as "
      "much of it in {:.0f} of them, p = {:.0f} / {} = {:.4g}\n",
      stimulus.information,
      stimulus.rows == acts ? "" : fmt::format(" that have it ({} of {})", stimulus.rows, acts),
      stimulus.arrangements,
      stimulus.enumerated ? "all arrangements there are" : "the deal itself included",
      stimulus.p * arrangements, stimulus.p * arrangements, stimulus.arrangements, stimulus.p);
  if (!stimulus.enumerated) {
    fmt::format_to(
        out, "  xoshiro256**/1 from the first 16 hex digits of SHA-256(\"content {} {}/{}\")\n",
        printable(event), printable(stimulus.parameter), seed);
  }
  fmt::format_to(out,
                 "  over all fields of this parameter (step-down min-p, same shuffles): {:.0f} of "
                 "them, {:.4g}\n",
                 stimulus.p_of_rows * arrangements, stimulus.p_of_rows);
  if (stimulus.p_family > stimulus.p_of_rows) {
    fmt::format_to(out,
                   "  fields that stand in other acts are shuffled among those, and their chances "
                   "added: {:.4g}\n",
                   stimulus.p_family);
  }
}

}  // namespace

void write_rows(const FieldColumn& column, const FieldTable& table, const std::string& parameter,
                Lines out) {
  fmt::format_to(out, "  trial  {:<24}  field\n", parameter.empty() ? "" : printable(parameter));
  for (std::size_t r = 0; r < table.rows.size() && r < most_rows; ++r) {
    const FieldView* field = column.by_row[r];
    fmt::format_to(out, "  {:>5}  {:<24}  {}\n", table.rows[r].trial->trial,
                   parameter.empty() ? "" : drawn(*table.rows[r].trial, parameter),
                   field == nullptr ? "(absent)" : printable(masked(field->value)));
  }
  if (table.rows.size() > most_rows) {
    fmt::format_to(out, "  and {} more\n", table.rows.size() - most_rows);
  }
}

void write_stimulus(const FieldColumn& column, const FieldTable& table, const Stimulus& stimulus,
                    std::size_t event, const ProofInput& input, const Workings& workings,
                    Lines out) {
  const Arms& arms = workings.lineup.arms[event];
  fmt::format_to(out, "\nfield {} carries {} ({}{}{}): {} of {} acts agree\n",
                 printable(column.path), printable(in_words(stimulus)), stimulus.digest,
                 stimulus.digest.empty() ? "" : " of ", stimulus.form, stimulus.matched,
                 stimulus.of);
  for (const auto& [level, value] : stimulus.mapping) {
    fmt::format_to(out, "  {} -> {}\n", printable(level), printable(masked(value)));
  }
  const std::vector<const Trial*> acts = acts_of(input, arms);
  if (stimulus.arrangements == 0) {
    write_matching(stimulus, acts, out);
  } else {
    write_table(column, table, stimulus, shuffled(acts, column, table, stimulus), out);
    write_shuffles(stimulus, acts.size(), input.design.seed, arms.event, out);
  }
  fmt::format_to(out, "  p_adjusted = {:.4g} x {} parameters = {:.4g}\n", stimulus.p_family,
                 workings.all_parameters, stimulus.p_adjusted);
}

}  // namespace brewproof::explaining
