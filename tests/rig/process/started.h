// Programs that a test starts. One that does not start, or does not end in time, is an exception:
// the test fails and tells why.
#pragma once

#include <chrono>
#include <stdexcept>

#include "rig/process/child.h"

namespace brewproof {

inline Child started(const ChildSettings& settings) {
  auto child = Child::start(settings);
  if (!child) throw std::runtime_error(child.error().message);
  return std::move(*child);
}

/// All that it says from now on, and how it ends.
inline Child::Output output_of(Child child,
                               std::chrono::milliseconds within = std::chrono::minutes(2)) {
  auto output = child.finish(within);
  if (!output) throw std::runtime_error(output.error().message);
  return std::move(*output);
}

}  // namespace brewproof
