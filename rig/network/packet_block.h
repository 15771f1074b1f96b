// Blocks what the machine says to the network and what the network says to it, at the very
// interface of its side: behind the capture on the way in, so what the machine tries is still
// captured, before it on the way out, so what is captured did reach the machine. What exceeds a
// limit is dropped, not delayed. By an nftables table of its own (owned_table.h). What is no IP
// passes: ARP, and the rig's own sentinels.
#pragma once

#include <string>
#include <utility>

#include "rig/bench/network_block.h"
#include "rig/model/clock.h"
#include "rig/network/owned_table.h"

namespace brewproof {

/// Lines for `nft -i`; pure.
[[nodiscard]] std::string block_table_line(const std::string& interface);
/// `drop` false: everything is let through, packet by packet by the same rules.
[[nodiscard]] std::string block_line(const BlockTargets& targets, bool drop);
/// Packets that the rules of a listed table counted.
[[nodiscard]] std::uint64_t counted_packets(const std::string& listed);

class PacketBlock final : public NetworkBlock {
 public:
  /// The table stands and blocks nothing. Error `host`: not allowed, nft failed, or nothing goes
  /// through this station at that interface, so that a block would do nothing.
  [[nodiscard]] static Result<PacketBlock> begin(const std::string& interface, Clock& clock);

  Result<Sent> hold(const BlockTargets& targets) override { return apply(targets, true); }
  Result<Sent> pretend(const BlockTargets& targets) override { return apply(targets, false); }
  Result<std::uint64_t> dropped() override;

 private:
  PacketBlock(OwnedTable table, Clock& clock) : table_(std::move(table)), clock_(&clock) {}
  Result<Sent> apply(const BlockTargets& targets, bool drop);

  OwnedTable table_;
  Clock* clock_;
};

}  // namespace brewproof
