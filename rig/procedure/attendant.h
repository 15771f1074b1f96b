// The person at the bench, and how they are asked.
#pragma once

#include <functional>
#include <string>

#include "rig/bench/condition.h"
#include "rig/procedure/operator_step.h"

namespace brewproof {

/// What a person answered last: how often they did, and with which key.
struct KeyPress {
  int count = 0;
  int digit = 0;  // 1 to 9; 0: Enter
};

struct Attendant {
  std::string name;
  std::function<KeyPress()> pressed;
};

/// Waits for the key of one of the step's choices, any key where it has only one. `show` tells the
/// person what to do; a key from before it is no answer. Error `timeout`: nobody answered in time.
[[nodiscard]] Result<OperatorAnswer> ask(const Attendant& attendant, const OperatorStep& step,
                                         Clock& clock, const Wait& wait,
                                         const std::function<void()>& show);

}  // namespace brewproof
