// `network:` of a bench file: which way the machine's packets reach this station, where they are
// captured, and every way out that the machine has.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "rig/bench/gateway_file.h"
#include "rig/yaml/node.h"

namespace brewproof {

/// Every way out of a machine. One that a bench file does not name is unobserved.
inline constexpr std::array<std::string_view, 5> all_paths = {"ethernet", "wifi", "cellular",
                                                              "bluetooth", "reader_modem"};

struct NetworkConfig {
  /// tap: somebody else carries the packets, and they are listened to. bridge: this station stands
  /// in the machine's cable and passes every frame. gateway: the machine's own network, with an
  /// address from here, behind one address of the uplink. ap: a gateway by radio.
  enum class Mode { tap, bridge, gateway, ap };
  Mode mode = Mode::tap;
  std::string capture;  // the machine's side; "" = no capture
  bool sentinel = true;
  std::map<std::string, std::string> paths;  // all of all_paths
  std::string uplink;                        // not tap: the other side
  std::string address, subnet, netmask;  // gateway, ap: "10.77.0.1", "10.77.0.0/24", of the machine
  int prefix = 0;                        // gateway, ap
  std::string dhcp_first, dhcp_last;     // gateway, ap
  std::string ssid, passphrase_file, country;  // ap
  int channel = 0;                             // ap
  std::optional<GatewayConfig> gateway;        // absent: TLS stays as it is, without a word of it

  [[nodiscard]] bool routes() const { return mode == Mode::gateway || mode == Mode::ap; }
  bool operator==(const NetworkConfig&) const = default;
};

/// "tap", "bridge", "gateway", "ap"
[[nodiscard]] std::string_view text_of(NetworkConfig::Mode mode);

/// Reads `network`, which may be absent. `bench_path` is what a passphrase file is relative to.
/// `has_macs`: the bench file says who the machine is, without which nothing is worth capturing.
[[nodiscard]] NetworkConfig read_network(const yaml::Node& node, const std::string& bench_path,
                                         bool has_macs);

}  // namespace brewproof
