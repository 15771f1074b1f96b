// `network.gateway` of a bench file: how the machine's TLS is opened, if at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rig/yaml/node.h"

namespace brewproof {

struct GatewayConfig {
  /// passive: nothing is touched. endpoint: the machine talks to servers of one's own, which log
  /// their keys. intercept: connections are led through a proxy whose authority the machine trusts.
  enum class Tls { passive, endpoint, intercept };
  Tls tls = Tls::passive;
  std::vector<std::string> key_logs;  // endpoint: files that the servers append to
  bool renew = false;                 // connections that stand at the start are ended once
  std::vector<std::uint16_t> ports = {443, 8883};
  std::string authority;                 // intercept: PEM with key; "" = a new one for each run
  std::string upstream;                  // intercept: PEM; "" = the system's authorities
  std::vector<std::string> passthrough;  // intercept: "NAME", "ADDRESS", each with ":PORT" or not
  int passive_percent = 0;               // intercept: of the blocks

  /// Whether packets are touched at all, which takes the right to set rules.
  [[nodiscard]] bool steers() const { return tls == Tls::intercept || renew; }
  bool operator==(const GatewayConfig&) const = default;
};

/// "passive", "endpoint", "intercept"
[[nodiscard]] std::string_view text_of(GatewayConfig::Tls tls);

/// `bench_path` is what files are relative to.
[[nodiscard]] GatewayConfig read_gateway(const yaml::Node& node, const std::string& bench_path);

}  // namespace brewproof
