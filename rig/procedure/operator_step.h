// A step that a person does: a card held to a terminal, a cup put down, a lever. The rig asks, the
// person answers on the keys of the terminal, and both are recorded. In a sham slot they are asked
// too, for what touches nothing.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "rig/bench/condition.h"
#include "rig/model/result.h"

namespace brewproof {

struct OperatorStep {
  std::string ask;                                 // "hold the test card to the terminal"
  std::string sham = "do nothing";                 // what is asked for in a sham slot
  std::vector<std::string> choices{"it is done"};  // the first: it was; each other: why it was not
  std::chrono::nanoseconds within{std::chrono::minutes(10)};
};

/// What a person answered, and when.
struct OperatorAnswer {
  std::string operator_name;
  std::size_t choice = 0;  // of the step's
  Bracket at;              // from when they were asked to when they answered
};

/// Error `timeout`: nobody answered in time.
using AskOperator = std::function<Result<OperatorAnswer>(const OperatorStep& step, bool sham)>;

/// What is shown: "hold the test card to the terminal  (1: it is done, 2: the reader is dark)".
[[nodiscard]] std::string asked_text(const OperatorStep& step, bool sham);

}  // namespace brewproof
