// Which field carries which parameter? We acted with values that only we know; a field that agrees
// with them, trial by trial, got them from the act. The chance of agreement is counted over all
// the ways the values could have been dealt; constants, clocks and counters survive no such deal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/model/plan.h"
#include "rig/proof/fields.h"

namespace brewproof {

/// A parameter of one event that was drawn, or that followed from such ones in every act, and took
/// two values at least.
struct DrawnParameter {
  std::string name;
  ParameterKind kind = ParameterKind::drawn;
  bool unique = false;  // most values are different: the matching law; else shuffles
  bool money = false;
  int decimals = 2;
  std::vector<std::string> together = {};  // others that no act told apart from it
};

/// Are so many different ones among `values` that each is looked for itself?
[[nodiscard]] constexpr bool mostly_different(std::size_t different, std::size_t values) {
  return 2 * different > values;
}

/// From the design; for an event that the design does not know, from the acts themselves. Behind
/// the drawn ones stand those that are derived, and those of the values that were read at the rig
/// (`Trial::observed`) that follow from drawn small sets: equal where these are equal, and fewer
/// than half as many as acts. Parameters that are dealt together over the same acts may be shuffled
/// together, and with them whatever is a function of them: so the law of a drawn parameter is
/// theirs. What else was read at the rig has no lots behind it, and is left out.
[[nodiscard]] std::vector<DrawnParameter> drawn_parameters(const Design& design,
                                                           const std::string& event,
                                                           const std::vector<const Trial*>& acts);

/// What one column is found to carry, and how its p_adjusted came about: p_family (p over all that
/// was searched for this parameter) x the parameters of the procedure, at most 1. Of shuffles
/// p_of_rows is over what stands in the same acts alone.
struct Stimulus {
  std::string parameter;
  std::vector<std::string> together = {};  // what it may carry instead
  std::string form;
  std::string digest;  // "sha256" ...: the field is the digest of that form; "" = the form itself
  std::vector<std::pair<std::string, std::string>> mapping;
  double p = 1, p_of_rows = 1, p_family = 1, p_adjusted = 1;
  int matched = 0, of = 0;
  std::size_t dealt = 0;         // matching law: acts that have a value
  std::size_t different = 0;     // matching law: different values among them
  std::size_t tried = 0;         // matching law: columns x forms that could have matched
  std::size_t scanned = 0;       // matching law: bytes looked at in one act, at most
  std::size_t forms = 0;         // matching law: forms that were looked for
  std::size_t held = 0;          // matching law: bytes that the narrowest matching value holds
  double information = 0;        // shuffles: bits an act
  std::size_t rows = 0;          // shuffles: acts that the levels are shuffled among
  std::size_t arrangements = 0;  // shuffles: how many, 0 = matching law
  bool enumerated = false;
};

struct ContentQuestion {
  std::vector<const Trial*> acts;  // all of the event's that count: the deal goes over them
  std::size_t all_parameters = 1;  // of the procedure: Bonferroni
  int committed_blocks = 0;        // later blocks were dealt apart; 0 = none were
  double level = 0.005;            // content's share of alpha
  std::uint64_t seed = 0, draws = 9999;
  std::string event;  // names the generator of the shuffles
};

/// The value of an act's parameter, or, of another name, what was read at the rig; nullptr: it has
/// none. "" is a level like others, but no value
/// that a field could hold.
[[nodiscard]] const Value* value_of(const Trial& trial, const std::string& parameter);

/// Those that were dealt something to look for: a payment by app has no card.
[[nodiscard]] std::vector<const Trial*> with_value(std::vector<const Trial*> acts,
                                                   const std::string& parameter);
/// All different ones.
[[nodiscard]] std::set<Value> values_of(const std::vector<const Trial*>& acts,
                                        const std::string& parameter);
/// By act the number of the first act with the same value; one that has none counts as "".
[[nodiscard]] std::vector<std::size_t> numbered_values(const std::vector<const Trial*>& acts,
                                                       const std::string& parameter);

/// Acts whose parameters were dealt together have the same number: reserve blocks were dealt apart.
[[nodiscard]] std::vector<std::size_t> deals_of(const std::vector<const Trial*>& acts,
                                                int committed_blocks);

/// The form of what tells a level by being there, and the path of a message that does.
inline constexpr std::string_view presence = "presence";
/// What the mapping of that form says of each level.
inline constexpr std::string_view is_present = "present", is_absent = "absent";

struct TableStimuli {
  std::vector<std::optional<Stimulus>> by_column;
  std::optional<Stimulus> of_message;  // which levels it comes with
};

/// By table: what carries the parameter. All of it is one family of tests: the values are dealt
/// over all acts, and an act without the message or the path has nothing there.
using Stimuli = std::vector<TableStimuli>;
[[nodiscard]] Stimuli find_stimuli(const std::vector<const FieldTable*>& tables,
                                   const DrawnParameter& parameter,
                                   const ContentQuestion& question);

/// Makes what a message tells by coming a column like others, behind them.
void add_presence(FieldTable& table, std::vector<std::optional<Stimulus>>& stimuli,
                  Stimulus stimulus);

/// Of two parameters that one column agrees with, the more surprising one.
[[nodiscard]] bool more_surprising(const Stimulus& a, const Stimulus& b);

}  // namespace brewproof
