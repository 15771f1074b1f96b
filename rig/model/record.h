// One line of the journal as it is read back.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "rig/model/clock.h"

namespace brewproof {

struct Record {
  std::uint64_t seq = 0;
  std::string type;  // plan, intent, outcome, segment, clock, damage, stop, end
  Instant at;
  nlohmann::json body;  // the type's own keys
};

}  // namespace brewproof
