// What is kept from the machine's network on purpose, wholly or beyond a rate, as a step of an
// event. The engine's side; who does it stands in rig/network. Called from one thread only.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "rig/bench/capability.h"

namespace brewproof {

/// Whom the machine cannot reach, and who cannot reach it.
struct BlockTarget {
  std::string address;     // "" = everything that is spoken over IP
  std::uint16_t port = 0;  // TCP and UDP; 0: all of the address
  friend auto operator<=>(const BlockTarget&, const BlockTarget&) = default;
};
/// What each of them is left with, in bytes a second and direction; 0: nothing.
using BlockTargets = std::map<BlockTarget, std::int64_t>;

/// "everything", "203.0.113.10", "203.0.113.10:443", "2001:db8::1" or "[2001:db8::1]:443"; nullopt
/// where the text is none of them. Names are none: what one of them means changes.
[[nodiscard]] std::optional<BlockTarget> read_block_target(std::string_view text);

/// "500 bytes/s", "8 kB/s", "2 MB/s": bytes a second, in whole numbers from 1 up to 1,000 MB/s;
/// nullopt where the text is none of them.
[[nodiscard]] std::optional<std::int64_t> read_byte_rate(std::string_view text);

class NetworkBlock {
 public:
  virtual ~NetworkBlock() = default;
  /// From now on these are blocked or limited, in both directions, and nothing else; none: nothing
  /// is.
  virtual Result<Sent> hold(const BlockTargets& targets) = 0;
  /// The same exchange, with rules that let everything through: for a sham.
  virtual Result<Sent> pretend(const BlockTargets& targets) = 0;
  /// Packets that were dropped since the last hold() or pretend().
  virtual Result<std::uint64_t> dropped() = 0;
};

}  // namespace brewproof
