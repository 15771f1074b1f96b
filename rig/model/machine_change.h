// The machine said of itself that it is another one: from a certain message on it named another
// version.
#pragma once

#include <cstdint>
#include <string>

namespace brewproof {

struct MachineChange {
  std::int64_t time_ns = 0;  // of the first message that says so, CLOCK_REALTIME
  std::string path;          // of the field that did: "header:user-agent"
  std::string from, to;
  friend bool operator==(const MachineChange&, const MachineChange&) = default;
};

}  // namespace brewproof
