#include "rig/bench/gateway_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "rig/bench/way_keys.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

using yaml::in_quotes;
using Tls = GatewayConfig::Tls;

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (wrong != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

void read_passthrough(const yaml::Node& node, GatewayConfig& gateway) {
  for (const yaml::Node& item : node.items(0)) {
    const std::string text = item.text();
    const std::size_t colon = text.find(':');
    const std::string host = text.substr(0, colon);
    const bool named = !host.empty() && std::ranges::all_of(host, [](unsigned char c) {
      return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
    });
    const auto port = colon == std::string::npos ? 1 : number_of(text.substr(colon + 1));
    if (named && port && *port >= 1 && *port <= 65535)
      gateway.passthrough.push_back(text);
    else if (!text.empty())
      item.fault(
          fmt::format("{} is {}: write the server's name or IPv4 address, with a port or "
                      "not, as api.example or 203.0.113.10:443",
                      item.name(), in_quotes(text)));
  }
}

void read_share(const yaml::Node& node, GatewayConfig& gateway) {
  const std::string text = node.raw().value_or("");
  const auto number = text.ends_with(" %")
                          ? number_of(std::string_view(text).substr(0, text.size() - 2))
                          : std::nullopt;
  if (number && *number >= 1 && *number <= 50)
    gateway.passive_percent = *number;
  else
    node.fault(fmt::format("{} is {}: write 1 % to 50 %", node.name(), in_quotes(text)));
}

}  // namespace

std::string_view text_of(Tls tls) {
  switch (tls) {
    case Tls::endpoint:
      return "endpoint";
    case Tls::intercept:
      return "intercept";
    case Tls::passive:
      break;
  }
  return "passive";
}

GatewayConfig read_gateway(const yaml::Node& node, const std::string& bench_path) {
  GatewayConfig gateway;
  yaml::Map map = node.map();
  const std::string way = map.required("tls").choice({"endpoint", "intercept", "passive"});
  for (const Tls tls : {Tls::endpoint, Tls::intercept})
    if (text_of(tls) == way) gateway.tls = tls;
  WayKeys keys(map, gateway.tls,
               fmt::format("with tls: {} there is no such key", text_of(gateway.tls)));
  if (const yaml::Node logs = keys.of("keylog", {Tls::endpoint})) {
    for (const yaml::Node& log : logs.items(1))
      gateway.key_logs.push_back(file_of(log, bench_path));
  } else if (gateway.tls == Tls::endpoint && !map.has("keylog")) {
    node.fault(fmt::format(
        "{}.keylog is missing: the files in which your servers log their keys (SSLKEYLOGFILE)",
        node.name()));
  }
  gateway.renew = gateway.tls == Tls::intercept;
  if (const yaml::Node renew = keys.of("renew", {Tls::endpoint}))
    gateway.renew = renew.choice({"on", "off"}) == "on";
  if (const yaml::Node ports = keys.of("ports", {Tls::endpoint, Tls::intercept})) {
    gateway.ports.clear();
    for (const yaml::Node& port : ports.items(1))
      gateway.ports.push_back(static_cast<std::uint16_t>(port.integer(1, 65535)));
  }
  if (const yaml::Node file = keys.of("authority", {Tls::intercept}))
    gateway.authority = file_of(file, bench_path);
  if (const yaml::Node file = keys.of("upstream", {Tls::intercept}))
    gateway.upstream = file_of(file, bench_path);
  if (const yaml::Node list = keys.of("passthrough", {Tls::intercept}))
    read_passthrough(list, gateway);
  if (const yaml::Node share = keys.of("passive_share", {Tls::intercept}))
    read_share(share, gateway);
  map.close();
  return gateway;
}

}  // namespace brewproof
