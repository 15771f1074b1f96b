// What the DUT sent, put into kinds: a signature is (destination, protocol, template). DNS look-ups
// that serve a flow and the end of its handshake belong to that flow, else every emission would be
// claimed twice and three times. Label-blind.
//
// Holds pointers into the given messages, which must outlive it.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "rig/model/finding.h"
#include "rig/model/kept_message.h"

namespace brewproof {

/// Simple steps (in_parallel) that reading a message's fields takes, about.
inline constexpr std::size_t steps_of_a_message = 16;

inline constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

struct Signature {
  Destination destination;
  std::string protocol;
  bool tls = false;
  std::string message;                // template
  std::vector<std::size_t> messages;  // indices into Traffic::messages, in order of time
};

struct Traffic {
  std::vector<const KeptMessage*> messages;  // of the DUT, by time; the same in any order of input
  std::vector<Signature> signatures;         // sorted by destination, protocol, template
  std::vector<std::size_t> signature_of;     // by message; `none` for what serves a flow
  /// For what serves a flow the message it made possible, else `none`. A look-up: the first message
  /// of a conversation with the name asked for (any message where there are only datagrams) that
  /// starts within 5 s after it. What ends the handshake of TLS: the first message of the flow.
  std::vector<std::size_t> serves;
};

[[nodiscard]] Traffic read_traffic(const std::vector<KeptMessage>& messages,
                                   const std::vector<std::string>& identities);
/// Of these alone, all of them the DUT's, in any order.
[[nodiscard]] Traffic read_traffic(std::vector<const KeptMessage*> messages,
                                   const std::vector<std::string>& identities);

}  // namespace brewproof
