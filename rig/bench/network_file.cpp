#include "rig/bench/network_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/network_v4.hpp>
#include <cctype>

#include "rig/bench/control_file.h"
#include "rig/bench/way_keys.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

using yaml::in_quotes;
using Mode = NetworkConfig::Mode;
namespace ip = boost::asio::ip;

// Channels that an access point may use without waiting for radar (ETSI EN 301 893).
constexpr std::array channels_5_ghz = {36, 40, 44, 48, 149, 153, 157, 161};
constexpr int last_channel_2_4_ghz = 13;

Mode mode_of(const std::string& word) {
  for (const Mode mode : {Mode::bridge, Mode::gateway, Mode::ap})
    if (text_of(mode) == word) return mode;
  return Mode::tap;
}

/// The keys of a mode, each needed there and refused elsewhere.
class ModeKeys {
 public:
  ModeKeys(const yaml::Node& node, yaml::Map& keys, Mode mode)
      : node_(node),
        mode_(mode),
        keys_(keys, mode, fmt::format("mode {} has no such key", text_of(mode))) {}

  yaml::Node of(std::string_view key, std::initializer_list<Mode> modes) {
    const yaml::Node value = keys_.of(key, modes);
    if (!value && keys_.taken(modes))
      node_.fault(fmt::format("network.{} is missing: mode {} needs it", key, text_of(mode_)));
    return value;
  }
  yaml::Node optional(std::string_view key, std::initializer_list<Mode> modes) {
    return keys_.of(key, modes);
  }

 private:
  const yaml::Node& node_;
  Mode mode_;
  WayKeys<Mode> keys_;
};

void read_address(const yaml::Node& node, NetworkConfig& network) {
  const std::string text = node.text();
  boost::system::error_code wrong;
  const ip::network_v4 found = ip::make_network_v4(text, wrong);
  const bool right = !wrong && found.to_string() == text && found.prefix_length() >= 8 &&
                     found.prefix_length() <= 30 && found.address() != found.network() &&
                     found.address() != found.broadcast();
  if (!right) {
    if (!text.empty())
      node.fault(
          fmt::format("{} is {}: it must be this station's own address in the machine's network, "
                      "with its prefix, as 10.77.0.1/24",
                      node.name(), in_quotes(text)));
    return;
  }
  network.address = found.address().to_string();
  network.prefix = found.prefix_length();
  network.subnet = found.canonical().to_string();
  network.netmask = found.netmask().to_string();
}

void read_dhcp_range(const yaml::Node& node, NetworkConfig& network) {
  const std::vector<yaml::Node> ends = node.items(2);
  if (ends.size() < 2) return;
  if (ends.size() > 2)
    node.fault(fmt::format("{} has two addresses: the first and the last", node.name()));
  std::vector<ip::address_v4> addresses;
  for (const yaml::Node& end : {ends[0], ends[1]}) {
    boost::system::error_code wrong;
    const std::string text = end.text();
    addresses.push_back(ip::make_address_v4(text, wrong));
    if (!text.empty() && (wrong || addresses.back().to_string() != text)) {
      end.fault(fmt::format("{} is {}: no IPv4 address", end.name(), in_quotes(text)));
      return;
    }
  }
  network.dhcp_first = addresses[0].to_string();
  network.dhcp_last = addresses[1].to_string();
  if (network.address.empty()) return;  // told already
  const ip::network_v4 subnet = ip::make_network_v4(network.subnet);
  const auto own = ip::make_address_v4(network.address);
  const bool inside = subnet.network() < addresses[0] && addresses[1] < subnet.broadcast();
  if (!inside || addresses[1] < addresses[0] || (addresses[0] <= own && own <= addresses[1]))
    node.fault(fmt::format(
        "{}: {} to {} must be addresses of {}, the first before the last, without {}", node.name(),
        network.dhcp_first, network.dhcp_last, network.subnet, network.address));
}

void read_radio(ModeKeys& keys, const std::string& bench_path, NetworkConfig& network) {
  if (const yaml::Node ssid = keys.of("ssid", {Mode::ap})) {
    network.ssid = ssid.text();
    // IEEE 802.11: 1 to 32 bytes. hostapd reads its file by lines.
    if (network.ssid.size() > 32 || network.ssid.find_first_of("\r\n") != std::string::npos)
      ssid.fault(fmt::format("{}: 1 to 32 characters on one line", ssid.name()));
  }
  if (const yaml::Node file = keys.of("passphrase_file", {Mode::ap}))
    network.passphrase_file = file_of(file, bench_path);
  const yaml::Node country = keys.optional("country", {Mode::ap});
  if (country) {
    network.country = country.text();
    if (network.country.size() != 2 ||
        !std::ranges::all_of(network.country, [](unsigned char c) { return std::isupper(c) != 0; }))
      country.fault(fmt::format("{}: two capitals of ISO 3166, as DE", country.name()));
  }
  if (const yaml::Node channel = keys.of("channel", {Mode::ap})) {
    network.channel = static_cast<int>(channel.integer(1, channels_5_ghz.back()));
    const bool upper = network.channel > last_channel_2_4_ghz;
    if (upper && std::ranges::find(channels_5_ghz, network.channel) == channels_5_ghz.end())
      channel.fault(
          fmt::format("{}: 1 to 13 or one of {}", channel.name(), fmt::join(channels_5_ghz, ", ")));
    else if (upper && !country)
      channel.fault(fmt::format(
          "{}: above 13 network.country is needed: without it the kernel lets nobody send there",
          channel.name()));
  }
}

void read_mode(const yaml::Node& node, yaml::Map& map, const std::string& bench_path,
               NetworkConfig& network) {
  if (const yaml::Node mode = map.optional("mode"))
    network.mode = mode_of(mode.choice({"tap", "bridge", "gateway", "ap"}));
  ModeKeys keys(node, map, network.mode);
  if (network.mode != Mode::tap && network.capture.empty() && !map.has("capture"))
    node.fault(fmt::format("network.capture is missing: mode {} needs the machine's interface",
                           text_of(network.mode)));
  if (const yaml::Node uplink = keys.of("uplink", {Mode::bridge, Mode::gateway, Mode::ap})) {
    network.uplink = read_interface(uplink);
    if (network.uplink == network.capture)
      uplink.fault(
          fmt::format("{} and network.capture are both {}: the machine is on one side, the "
                      "network on the other",
                      uplink.name(), network.uplink));
  }
  if (const yaml::Node address = keys.of("address", {Mode::gateway, Mode::ap}))
    read_address(address, network);
  if (const yaml::Node range = keys.of("dhcp_range", {Mode::gateway, Mode::ap}))
    read_dhcp_range(range, network);
  read_radio(keys, bench_path, network);
}

void read_paths(const yaml::Node& node, NetworkConfig& network) {
  yaml::Map names = node.map();
  for (const std::string_view path : all_paths)
    if (const yaml::Node state = names.optional(path)) {
      network.paths[std::string(path)] =
          state.choice({"captured", "blocked", "absent", "unobserved"});
      if (network.paths[std::string(path)] == "captured" && network.capture.empty())
        state.fault(
            fmt::format("{}: nothing is captured, because network.capture names no "
                        "interface; write unobserved",
                        state.name()));
    }
  names.close();
}

}  // namespace

std::string_view text_of(NetworkConfig::Mode mode) {
  switch (mode) {
    case Mode::bridge:
      return "bridge";
    case Mode::gateway:
      return "gateway";
    case Mode::ap:
      return "ap";
    case Mode::tap:
      break;
  }
  return "tap";
}

NetworkConfig read_network(const yaml::Node& node, const std::string& bench_path, bool has_macs) {
  NetworkConfig network;
  for (const std::string_view path : all_paths) network.paths[std::string(path)] = "unobserved";
  if (!node) return network;
  yaml::Map keys = node.map();
  if (const yaml::Node capture = keys.optional("capture")) {
    network.capture = read_interface(capture);
    if (!has_macs)
      capture.fault(
          "dut.mac is missing: without it the machine's packets cannot be told from others");
  }
  if (const yaml::Node sentinel = keys.optional("sentinel"))
    network.sentinel = sentinel.choice({"on", "off"}) != "off";
  read_mode(node, keys, bench_path, network);
  if (const yaml::Node gateway = keys.optional("gateway")) {
    network.gateway = read_gateway(gateway, bench_path);
    // Neither the kernel's routing nor its connection tracking sees what is bridged.
    if (network.mode == Mode::bridge && network.gateway->steers())
      gateway.fault(
          "network.gateway: a bridge passes frames and can lead no connection elsewhere; take "
          "mode gateway or ap");
    if (network.capture.empty() && !keys.has("capture"))
      gateway.fault("network.capture is missing: the machine's interface");
  }
  if (const yaml::Node paths = keys.optional("paths")) read_paths(paths, network);
  keys.close();
  return network;
}

}  // namespace brewproof
