// Parameters of one event that were never told apart: always the same drink with the same method.
// What carries the one carries the other in every act, and no shuffle can say which was meant.
#pragma once

#include <string>
#include <vector>

#include "rig/proof/content.h"

namespace brewproof {

/// Small sets that determine each other over these acts become one parameter, the first of them,
/// which knows the others (`DrawnParameter::together`). Values that are searched for themselves
/// stay: each is known by what it is.
[[nodiscard]] std::vector<DrawnParameter> told_together(std::vector<DrawnParameter> parameters,
                                                        const std::vector<const Trial*>& acts);

/// "drink or method"
[[nodiscard]] std::string in_words(const Stimulus& stimulus);

/// What the acts of an event cannot tell of its parameters, as sentences without a full stop.
struct Untold {
  std::vector<std::string> together;  // of parameters that went together
  std::vector<std::string> constant;  // of those that never varied
};
[[nodiscard]] Untold untold_of(const std::string& event, const Design& design,
                               const std::vector<DrawnParameter>& parameters,
                               const std::vector<const Trial*>& acts);

}  // namespace brewproof
