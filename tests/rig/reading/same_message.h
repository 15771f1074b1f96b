// Messages are compared by every member, also by one that is new.
#pragma once

#include <tuple>

#include "rig/model/message.h"

namespace brewproof {

inline auto members(const Message& m) {
  const auto& [time_ns, last_time_ns, from_dut, peer, dut_port, flow, protocol, tls, message,
               fields, size, value_bytes, sealed_bytes, unexplained_bytes, repeats, repeat_bytes,
               malformed, gap, notes, first, last] = m;
  return std::tie(time_ns, last_time_ns, from_dut, peer, dut_port, flow, protocol, tls, message,
                  fields, size, value_bytes, sealed_bytes, unexplained_bytes, repeats, repeat_bytes,
                  malformed, gap, notes, first, last);
}

inline bool operator==(const Message& a, const Message& b) { return members(a) == members(b); }

}  // namespace brewproof
