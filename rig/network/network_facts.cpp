#include "rig/network/network_facts.h"

#include <arpa/inet.h>
#include <fmt/ranges.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "rig/process/child.h"
#include "rig/process/descriptor.h"

namespace brewproof {
namespace {

using nlohmann::json;

std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (char& c : text)
    if (c == '\n') c = ' ';
  return text;
}

bool reads_one(const std::string& path) {
  char first = '0';
  std::ifstream(path) >> first;
  return first == '1';
}

Result<LinkFacts> ask_link(const std::string& interface) {
  LinkFacts facts;
  auto program = find_program("ip");
  if (!program)
    return fail(ErrorCode::host, "{}: sudo apt-get install iproute2", program.error().message);
  const auto shown = run_command({{"ip", "-d", "-j", "address", "show", "dev", interface}});
  if (!shown) return facts;  // there is none of that name
  const json links = json::parse(*shown, nullptr, false);
  if (!links.is_array() || links.empty() || !links[0].is_object()) return facts;
  const json& link = links[0];
  facts.there = true;
  for (const json& flag : link.value("flags", json::array())) {
    facts.up |= flag == "UP";
    facts.carrier |= flag == "LOWER_UP";
  }
  facts.master = link.value("master", "");
  facts.addrgenmode = link.value("inet6_addr_gen_mode", "");
  for (const json& address : link.value("addr_info", json::array()))
    if (address.value("family", "") == "inet")
      facts.addresses.push_back(
          fmt::format("{}/{}", address.value("local", ""), address.value("prefixlen", 0)));
  facts.forwarding = reads_one("/proc/sys/net/ipv4/conf/" + interface + "/forwarding");
  return facts;
}

// RFC 1035 section 4.1: id 6270, recursion desired, one question: version.bind, TXT, CHAOS, which
// dnsmasq answers by itself.
constexpr std::string_view version_question(
    "\x62\x70\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07version\x04"
    "bind\x00\x00\x10\x00\x03",
    30);

// A line: when it ends, MAC, address, name, client id.
std::map<std::string, std::string> read_leases() {
  std::map<std::string, std::string> leases;
  std::ifstream file(lease_file);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string ends, mac, address;
    if (words >> ends >> mac >> address) leases[mac] = address;
  }
  return leases;
}

// Why the interface cannot be an access point here; "" = it can.
std::string ask_radio(const std::string& interface) {
  if (!find_program("hostapd")) return "hostapd is missing: sudo apt-get install hostapd";
  if (!find_program("iw")) return "iw is missing: sudo apt-get install iw";
  const auto about = run_command({{"iw", "dev", interface, "info"}});
  const std::size_t at = about ? about->find("wiphy ") : std::string::npos;
  if (at == std::string::npos)
    return interface + " is no wireless interface (`iw dev` lists those there are)";
  const std::string number = about->substr(at + 6, about->find('\n', at) - at - 6);
  const auto phy = run_command({{"iw", "phy", "phy" + number, "info"}});
  if (!phy || !can_be_access_point(*phy))
    return fmt::format(
        "the adapter of {} cannot be an access point (`iw phy phy{} info` lists no "
        "mode AP): use another adapter",
        interface, number);
  return "";
}

}  // namespace

std::string ask_name_server(const std::string& address) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(53);
  const Descriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (!socket || ::inet_pton(AF_INET, address.c_str(), &to.sin_addr) != 1 ||
      ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 ||
      ::send(socket.number(), version_question.data(), version_question.size(), 0) < 0)
    return "";
  pollfd waiting{socket.number(), POLLIN, 0};
  std::array<char, 512> answer{};
  if (::poll(&waiting, 1, 1000) != 1) return "";
  const ssize_t size = ::recv(socket.number(), answer.data(), answer.size(), 0);
  if (size < 1) return "";
  const std::string_view text(answer.data(), static_cast<std::size_t>(size));
  const std::size_t at = text.find("dnsmasq");
  if (at == std::string_view::npos || at == 0) return "";
  std::string name;  // a TXT record's text has its length before it
  const auto length = static_cast<unsigned char>(text[at - 1]);
  for (const char c : text.substr(at, length)) name += c >= ' ' && c <= '~' ? c : '?';
  return name;
}

Result<std::string> run_command(const Command& command) {
  ChildSettings settings;
  settings.program = command.words.front();
  settings.arguments.assign(command.words.begin() + 1, command.words.end());
  settings.pipe_stdin = settings.pipe_stdout = settings.pipe_stderr = true;
  const auto failed = [&](const std::string& why) {
    return fail(ErrorCode::host, "{}: {}", fmt::join(command.words, " "), one_line(why));
  };
  auto child = Child::start(settings);
  if (!child) return failed(child.error().message);
  if (auto written = child->write(command.input); !written) return failed(written.error().message);
  auto output = child->finish(std::chrono::seconds(20));
  if (!output) return failed(output.error().message);
  if (!output->exit.ok())
    return failed(output->err.empty() ? fmt::format("exit status {}", output->exit.code)
                                      : output->err);
  return std::move(output->out);
}

RuleFacts read_rules(const std::string& listed) {
  RuleFacts facts;
  const json all = json::parse(listed, nullptr, false);
  if (!all.is_object()) return facts;
  for (const json& each : all.value("nftables", json::array())) {
    if (!each.is_object() || !each.contains("chain") || !each["chain"].is_object()) continue;
    const json& chain = each["chain"];
    const std::string family = chain.value("family", ""), table = chain.value("table", "");
    if (family == "inet" && table == table_name)
      facts.ours = true;
    else if ((family == "ip" || family == "inet") && chain.value("hook", "") == "forward" &&
             chain.value("policy", "") == "drop")
      facts.obstacles.push_back(
          fmt::format("table {} {}, chain {}", family, table, chain.value("name", "")));
  }
  return facts;
}

bool can_be_access_point(const std::string& phy) {
  std::istringstream lines(phy);
  bool in_list = false;
  for (std::string line; std::getline(lines, line);) {
    const bool item = line.find("* ") != std::string::npos;
    if (in_list && !item) return false;
    if (in_list && line.ends_with("* AP")) return true;
    if (line.find("Supported interface modes:") != std::string::npos) in_list = true;
  }
  return false;
}

Result<NetworkFacts> ask_network(const NetworkConfig& network) {
  NetworkFacts facts;
  auto capture = ask_link(network.capture);
  if (!capture) return pass_on(std::move(capture));
  facts.capture = std::move(*capture);
  auto uplink = ask_link(network.uplink);
  if (!uplink) return pass_on(std::move(uplink));
  facts.uplink = std::move(*uplink);
  if (network.mode == NetworkConfig::Mode::bridge)
    facts.bridge_filtered = reads_one("/proc/sys/net/bridge/bridge-nf-call-iptables");
  if (network.routes()) {
    if (const auto listed = run_command({{"nft", "-j", "list", "chains"}}))
      facts.rules = read_rules(*listed);
    facts.name_server = ask_name_server(network.address);
    facts.leases = read_leases();
  }
  if (network.mode == NetworkConfig::Mode::ap) facts.radio_obstacle = ask_radio(network.capture);
  return facts;
}

Before before_of(const NetworkConfig& network, const NetworkFacts& facts) {
  Before before;
  const auto look = [&](const std::string& interface, const LinkFacts& link) {
    // The uplink of a gateway is the station's own: it is not switched.
    if (!link.up && (network.mode == NetworkConfig::Mode::bridge || interface == network.capture))
      before.down.insert(interface);
    if (network.routes() && !link.forwarding) before.not_forwarding.insert(interface);
    if (network.mode == NetworkConfig::Mode::bridge && !link.addrgenmode.empty())
      before.addrgenmode[interface] = link.addrgenmode;
  };
  look(network.capture, facts.capture);
  look(network.uplink, facts.uplink);
  return before;
}

}  // namespace brewproof
