// How the network of this station stands just now, as the kernel and the programs tell it: links,
// addresses, forwarding, rules, leases. Changes nothing. Most of it needs no privilege.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rig/bench/network_file.h"
#include "rig/model/result.h"
#include "rig/network/artefacts.h"

namespace brewproof {

struct LinkFacts {
  bool there = false, up = false, carrier = false;
  std::string master;                  // the bridge it is in
  std::vector<std::string> addresses;  // IPv4 with prefix: "10.77.0.1/24"
  std::string addrgenmode;             // "" = no IPv6 here
  bool forwarding = false;
};

struct RuleFacts {
  bool ours = false;                   // our table is there
  std::vector<std::string> obstacles;  // "table ip filter, chain FORWARD": drops what it forwards
};

struct NetworkFacts {
  LinkFacts capture, uplink;
  std::optional<RuleFacts> rules;             // nullopt: only root may read them
  bool bridge_filtered = false;               // packet filters see what is bridged
  std::string name_server;                    // "dnsmasq-2.90"; "" = no answer
  std::map<std::string, std::string> leases;  // MAC -> address
  std::string radio_obstacle;                 // ap: why this adapter or station can be none
};

/// Error `host`: `ip` cannot be run.
[[nodiscard]] Result<NetworkFacts> ask_network(const NetworkConfig& network);

[[nodiscard]] Before before_of(const NetworkConfig& network, const NetworkFacts& facts);

/// What the name server at that address calls itself, "dnsmasq-2.90"; "" = none answers within 1 s,
/// or another program.
[[nodiscard]] std::string ask_name_server(const std::string& address);

/// What `nft -j list chains` printed.
[[nodiscard]] RuleFacts read_rules(const std::string& listed);
/// Whether `iw phy NAME info` lists the mode AP.
[[nodiscard]] bool can_be_access_point(const std::string& phy);
/// Runs a program of the system to its end and returns what it printed. Error `host`, with its own
/// words.
[[nodiscard]] Result<std::string> run_command(const Command& command);

}  // namespace brewproof
