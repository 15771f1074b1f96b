// The way on which the machine's packets reach this station: what network.mode asks for against
// what stands.
#include <algorithm>

#include "rig/command/doctor/check.h"

namespace brewproof {
namespace {

using State = Check::State;
using Mode = NetworkConfig::Mode;

class Reach {
 public:
  Reach(const BenchFile& bench, const NetworkFacts& facts)
      : network_(bench.network),
        facts_(facts),
        macs_(bench.dut_macs),
        set_up_(fmt::format("sudo brewproof doctor --bench {} --set-up", bench.path)) {}

  Checks checks() {
    link(network_.capture, "the machine's side", facts_.capture);
    link(network_.uplink, "the uplink", facts_.uplink);
    if (network_.mode == Mode::bridge) bridge();
    if (network_.mode == Mode::ap) radio();
    if (network_.routes()) gateway();
    return std::move(checks_);
  }

 private:
  void add(const std::string& what, bool stands, const std::string& detail,
           const std::string& mend = "", State otherwise = State::bad) {
    checks_.push_back({what, stands ? State::good : otherwise, detail, stands ? "" : mend});
  }

  void link(const std::string& name, const char* side, const LinkFacts& link) {
    const std::string what = fmt::format("interface {}, {}", name, side);
    if (!link.there) return add(what, false, "there is none of that name", "see `ip link`");
    if (!link.up) return add(what, false, "switched off", set_up_);
    // The machine may be off.
    add(what, link.carrier, link.carrier ? "up" : "nobody is at the other end of its cable",
        "plug it in, and switch on what is behind it",
        &link == &facts_.capture ? State::note : State::bad);
  }

  // Whoever made the bridge: both sides in one is what counts.
  void bridge() {
    const std::string what = fmt::format("bridge of {} and {}", network_.capture, network_.uplink);
    const std::string& one = facts_.capture.master;
    const bool joined = !one.empty() && one == facts_.uplink.master;
    add(what, joined, joined ? "both are in " + one : "they are not in one bridge", set_up_);
    if (facts_.bridge_filtered)
      add("filters on the bridge", false, "bridged frames pass this station's packet filters",
          "sudo sysctl -w net.bridge.bridge-nf-call-iptables=0", State::note);
  }

  void radio() {
    add("access point on " + network_.capture, facts_.radio_obstacle.empty(),
        facts_.radio_obstacle.empty() ? "its adapter can be one" : facts_.radio_obstacle);
  }

  void gateway() {
    const std::string own = fmt::format("{}/{}", network_.address, network_.prefix);
    const auto& addresses = facts_.capture.addresses;
    const bool addressed = std::ranges::find(addresses, own) != addresses.end();
    add("address of " + network_.capture, addressed, addressed ? own : "it has no " + own, set_up_);
    for (const auto& [name, link] :
         {std::pair{network_.capture, &facts_.capture}, {network_.uplink, &facts_.uplink}})
      add("forwarding from " + name, link->forwarding, link->forwarding ? "on" : "off", set_up_);
    rules();
    add("dnsmasq at " + network_.address, !facts_.name_server.empty(),
        facts_.name_server.empty() ? "it does not answer" : facts_.name_server + " answers",
        set_up_);
    leases();
  }

  void rules() {
    const std::string what = fmt::format("nftables table inet {}", table_name);
    if (!facts_.rules)
      return add(what, false, "nft does not tell: only root may ask it",
                 "look as root: sudo nft list table inet brewproof (package nftables)",
                 State::note);
    add(what, facts_.rules->ours, facts_.rules->ours ? "it stands" : "there is none", set_up_);
    for (const std::string& obstacle : facts_.rules->obstacles)
      add("forwarding here", false, obstacle + ", drops what no rule of it accepts",
          fmt::format(
              "accept what goes to and from {} there (Docker's are in DOCKER-USER), or use a "
              "station without it",
              network_.capture),
          State::note);
  }

  void leases() {
    std::string handed;
    for (const std::string& mac : macs_)
      if (const auto lease = facts_.leases.find(mac); lease != facts_.leases.end())
        handed += fmt::format("{}{} to {}", handed.empty() ? "" : ", ", lease->second, mac);
    add("address handed to the machine", !handed.empty(),
        handed.empty() ? "none yet: it has not asked dnsmasq" : handed,
        "switch the machine off and on: it asks when it starts", State::note);
  }

  const NetworkConfig& network_;
  const NetworkFacts& facts_;
  const std::vector<std::string>& macs_;
  std::string set_up_;
  Checks checks_;
};

}  // namespace

Checks reach_checks(const BenchFile& bench, const NetworkFacts& facts) {
  return Reach(bench, facts).checks();
}

Checks reach_checks(const BenchFile& bench) {
  if (bench.network.mode == Mode::tap) return {};
  auto facts = ask_network(bench.network);
  if (!facts) return {{"network", State::bad, facts.error().message, ""}};
  return reach_checks(bench, *facts);
}

Result<void> network_stands(const BenchFile& bench) {
  std::string lacks;
  for (const Check& check : reach_checks(bench))
    if (check.state == State::bad) lacks += fmt::format("\n  {}: {}", check.what, check.detail);
  if (lacks.empty()) return {};
  return fail(ErrorCode::host,
              "the machine's network does not stand (network.mode is {}):{}\nset it up and leave "
              "that running: sudo brewproof doctor --bench {} --set-up",
              text_of(bench.network.mode), lacks, bench.path);
}

Checks holder_checks() {
  const auto holder = network_holder();
  if (!holder) return {};
  if (!holder->gone)
    return {{"network that is set up", State::good,
             fmt::format("for {}, held by process {}", holder->bench, holder->pid), ""}};
  return {
      {"network that is set up", State::bad,
       fmt::format("for {}, and process {}, which held it, is gone", holder->bench, holder->pid),
       "sudo brewproof doctor --take-down"}};
}

}  // namespace brewproof
