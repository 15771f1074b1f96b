#include "rig/procedure/operator_step.h"

#include <fmt/format.h>

namespace brewproof {

std::string asked_text(const OperatorStep& step, bool sham) {
  std::string keys;
  if (step.choices.size() == 1) {
    keys = "Enter: " + step.choices.front();
  } else {
    for (std::size_t i = 0; i < step.choices.size(); ++i)
      keys += fmt::format("{}{}: {}", i == 0 ? "" : ", ", i + 1, step.choices[i]);
  }
  return fmt::format("{}  ({})", sham ? step.sham : step.ask, keys);
}

}  // namespace brewproof
