// Leads the machine's TLS connections to the proxy, or straight on, by an nftables table of its
// own, which lives as long as this object (owned_table.h).
//
// At every change what stood before is ended with a reset, so that the machine makes it anew the
// way the rules say. Takes the right to administer the network (CAP_NET_ADMIN). IPv4 only.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "rig/model/result.h"
#include "rig/network/owned_table.h"

namespace brewproof {

struct SteeredPorts {
  std::string interface;             // the machine's side
  std::vector<std::uint16_t> ports;  // that speak TLS
  std::uint16_t proxy = 0;           // where the proxy listens
};

/// One line for `nft -i` each; pure.
[[nodiscard]] std::string table_line();
[[nodiscard]] std::string through_proxy_line(const SteeredPorts& steered);
[[nodiscard]] std::string straight_line(const SteeredPorts& steered);
/// Ends what was not begun under this rule, and touches nothing else.
[[nodiscard]] std::string renew_line(const SteeredPorts& steered);

class Steering {
 public:
  /// The table stands and holds no rule. Error `host`: not allowed, or nft failed.
  [[nodiscard]] static Result<Steering> begin();
  /// Error `host`, with nft's own words: the rules are as they were.
  [[nodiscard]] Result<void> apply(const std::string& line);

 private:
  explicit Steering(OwnedTable table) : table_(std::move(table)) {}
  OwnedTable table_;
};

}  // namespace brewproof
