// Leads the machine's TLS connections to the proxy, or straight on, by an nftables table of its
// own. A child (`nft -i`) owns the table: the kernel removes it when that process ends, and it is
// killed with this one, so no rule stays on any way out. Rules change whole, in one transaction.
//
// At every change what stood before is ended with a reset, so that the machine makes it anew the
// way the rules say. Takes the right to administer the network (CAP_NET_ADMIN). IPv4 only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rig/model/result.h"
#include "rig/process/child.h"

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
  explicit Steering(std::unique_ptr<Child> owner) : owner_(std::move(owner)) {}
  std::unique_ptr<Child> owner_;
};

}  // namespace brewproof
