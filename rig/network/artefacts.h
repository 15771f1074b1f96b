// A network mode as the texts that the system's own programs take: pure, nothing is looked at or
// changed here. On the whole station it has one nftables table and one bridge, each with a fixed
// name; no other table, bridge or route is touched.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "rig/bench/network_file.h"

namespace brewproof {

inline constexpr const char* table_name = "brewproof";  // nftables, family inet
inline constexpr const char* bridge_name = "brewproof0";
/// Ends with the station's power, as everything does that is set up.
inline constexpr const char* network_folder = "/run/brewproof";
inline constexpr const char* lease_file = "/run/brewproof/dnsmasq.leases";

struct Command {
  std::vector<std::string> words;  // a program and its arguments
  std::string input = {};          // its stdin
  bool operator==(const Command&) const = default;
};

/// What is changed, as it was, so that it can be so again.
struct Before {
  std::set<std::string> down;                      // interfaces that were switched off
  std::set<std::string> not_forwarding;            // interfaces that passed no IPv4 packets on
  std::map<std::string, std::string> addrgenmode;  // interface -> how it makes an IPv6 address
};

/// In the order in which they are run; no packet of the machine passes before the rules stand.
[[nodiscard]] std::vector<Command> up_commands(const NetworkConfig& network, const Before& before);
/// None fails where its part was never set up.
[[nodiscard]] std::vector<Command> down_commands(const NetworkConfig& network,
                                                 const Before& before);

/// gateway, ap: the machine reaches the uplink and nothing else, behind the uplink's own address.
[[nodiscard]] std::string nft_ruleset(const NetworkConfig& network);
/// gateway, ap: hands out addresses and answers names, on the machine's side alone. Runs as the
/// user dnsmasq and is killed with its parent (a set-uid at its start would cancel that).
/// `program` is dnsmasq's path: setpriv looks only where PATH leads, often without the sbin
/// folders.
[[nodiscard]] Command dnsmasq_command(const NetworkConfig& network, const std::string& program);
/// ap: WPA2 with a passphrase of 8 to 63 characters.
[[nodiscard]] std::string hostapd_config(const NetworkConfig& network,
                                         const std::string& passphrase);

}  // namespace brewproof
