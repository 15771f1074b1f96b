// What rides on messages that come anyway: a heartbeat that names the last drink, a status with the
// last amount. Nobody waits for such a message, so timing does not show it; the values do. For each
// act that set a parameter the machine's state is read from the first message of a unit that comes
// after it and before the next act that sets the same parameter (statistics.md 4, iii).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "rig/proof/fields.h"
#include "rig/proof/traffic.h"

namespace brewproof {

/// An act and when its state ends: the next real act, of whatever event and whether it counts or
/// not, that has the parameter.
struct Reign {
  const Trial* act = nullptr;
  std::int64_t until_ns = 0;
};

/// `acts` in order of time; the last one's state never ends.
[[nodiscard]] std::vector<Reign> reigns_of(const std::vector<const Trial*>& acts,
                                           const std::vector<Trial>& trials,
                                           const std::string& parameter);

/// Of one unit's messages after an act this many are looked at.
inline constexpr std::size_t most_read_after_act = 64;

/// One row for each act with a message in its reign (that message is the first), one column a path:
/// the first value of that path in the reign.
[[nodiscard]] FieldTable carried_table(const Traffic& traffic,
                                       std::span<const std::size_t> messages,
                                       const std::vector<Reign>& reigns);

}  // namespace brewproof
