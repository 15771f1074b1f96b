#include "rig/network/artefacts.h"

#include <fmt/format.h>

namespace brewproof {
namespace {

using Mode = NetworkConfig::Mode;

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    if (end > begin) words.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

// Names of interfaces and addresses hold no blanks.
template <class... Values>
Command command(fmt::format_string<Values...> format, Values&&... values) {
  return {split(fmt::format(format, std::forward<Values>(values)...))};
}

Command forwarding(const std::string& interface, int on) {
  return command("sysctl -q -w net/ipv4/conf/{}/forwarding={}", interface, on);
}

}  // namespace

std::vector<Command> up_commands(const NetworkConfig& network, const Before& before) {
  std::vector<Command> commands;
  if (network.mode == Mode::bridge) {
    // Silent and passing all that a cable passes, 802.1X and LLDP too (the kernel keeps back bits
    // 0 to 2: spanning tree, pause, LACP).
    commands.push_back(
        command("ip link add name {} type bridge stp_state 0 forward_delay 0 mcast_snooping 0 "
                "group_fwd_mask 0xfff8",
                bridge_name));
    if (!before.addrgenmode.empty())
      commands.push_back(command("ip link set dev {} addrgenmode none", bridge_name));
    for (const auto& [interface, mode] : before.addrgenmode)
      commands.push_back(command("ip link set dev {} addrgenmode none", interface));
    for (const std::string& member : {network.capture, network.uplink})
      commands.push_back(command("ip link set dev {} master {}", member, bridge_name));
    for (const std::string& part : {network.capture, network.uplink, std::string(bridge_name)})
      commands.push_back(command("ip link set dev {} up", part));
  }
  if (network.routes()) {
    commands.push_back({{"nft", "-f", "-"}, nft_ruleset(network)});
    commands.push_back(
        command("ip address add {}/{} dev {}", network.address, network.prefix, network.capture));
    commands.push_back(command("ip link set dev {} up", network.capture));
    for (const std::string& interface : before.not_forwarding)
      commands.push_back(forwarding(interface, 1));
  }
  return commands;
}

std::vector<Command> down_commands(const NetworkConfig& network, const Before& before) {
  std::vector<Command> commands;
  if (network.mode == Mode::bridge) {
    commands.push_back(command("ip link delete dev {}", bridge_name));
    for (const auto& [interface, mode] : before.addrgenmode)
      commands.push_back(command("ip link set dev {} addrgenmode {}", interface, mode));
  }
  if (network.routes()) {
    for (const std::string& interface : before.not_forwarding)
      commands.push_back(forwarding(interface, 0));
    commands.push_back(
        command("ip address flush dev {} to {}/32", network.capture, network.address));
    // Declared first, so that a table that is not there can be deleted.
    commands.push_back(
        {{"nft", fmt::format("table inet {} {{}}; delete table inet {}", table_name, table_name)}});
  }
  for (const std::string& interface : before.down)
    commands.push_back(command("ip link set dev {} down", interface));
  return commands;
}

std::string nft_ruleset(const NetworkConfig& network) {
  return fmt::format(
      "table inet {} {{\n"
      "\tchain forward {{\n"
      "\t\ttype filter hook forward priority filter; policy accept;\n"
      "\t\tiifname \"{}\" oifname != \"{}\" drop\n"
      "\t\toifname \"{}\" iifname != \"{}\" drop\n"
      "\t}}\n"
      "\n"
      "\tchain postrouting {{\n"
      "\t\ttype nat hook postrouting priority srcnat; policy accept;\n"
      "\t\tip saddr {} oifname \"{}\" masquerade\n"
      "\t}}\n"
      "}}\n",
      table_name, network.capture, network.uplink, network.capture, network.uplink, network.subnet,
      network.uplink);
}

Command dnsmasq_command(const NetworkConfig& network, const std::string& program) {
  constexpr const char* rights = "-all,+net_admin,+net_raw,+net_bind_service";
  return command(
      "setpriv --pdeathsig KILL --reuid dnsmasq --regid nogroup --clear-groups --inh-caps={} "
      "--ambient-caps={} --bounding-set={} "
      "{} --keep-in-foreground --conf-file=/dev/null --pid-file= --no-hosts "
      "--interface={} --except-interface=lo --bind-interfaces --no-ping --dhcp-authoritative "
      "--dhcp-range={},{},{},12h --dhcp-leasefile={} --log-facility=-",
      rights, rights, rights, program, network.capture, network.dhcp_first, network.dhcp_last,
      network.netmask, lease_file);
}

std::string hostapd_config(const NetworkConfig& network, const std::string& passphrase) {
  std::string text =
      fmt::format("interface={}\ndriver=nl80211\nssid={}\nhw_mode={}\nchannel={}\n",
                  network.capture, network.ssid, network.channel > 14 ? "a" : "g", network.channel);
  if (!network.country.empty())
    text += fmt::format("country_code={}\nieee80211d=1\n", network.country);
  return text + fmt::format("wpa=2\nwpa_key_mgmt=WPA-PSK\nrsn_pairwise=CCMP\nwpa_passphrase={}\n",
                            passphrase);
}

}  // namespace brewproof
