#include "rig/bench/terminal_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rig/bench/control_file.h"
#include "rig/bench/hardware_address.h"
#include "rig/bench/network_block.h"
#include "rig/model/canonical_json.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

// A second reader on the bus, beside the real one, is one that the machine sets up and asks too.
void refuse_emulation(const yaml::Node& payment, DriverTable drivers, const BenchFile& bench) {
  for (const auto& [name, control] : bench.controls)
    if (control.kind == ControlConfig::Kind::reader)
      payment.fault(
          fmt::format("payment is real, and control {} ({}) stands in for the terminal: take it "
                      "out, and show the card by an output with `drives: payment`",
                      name, control.place));
  for (const auto& [name, resource] : bench.resources) {
    if (!offers(resource, "reader", drivers) || find_driver(drivers, resource.driver) == nullptr ||
        only_sniffs(resource))
      continue;
    payment.fault(
        fmt::format("payment is real, and resource {} ({}) would answer on the bus beside the "
                    "terminal: give it `sniff: only`, or take it out",
                    name, resource.place));
  }
}

std::string read_ip(const yaml::Node& node) {
  const std::string text = node.raw().value_or("");
  const auto target = read_block_target(text);
  if (target && !target->address.empty() && target->port == 0) return target->address;
  node.fault(fmt::format("{} is {}: an IP address is expected, as 10.77.0.60", node.name(),
                         yaml::in_quotes(text)));
  return "";
}

TerminalConfig read_terminal(const yaml::Node& node, const BenchFile& bench) {
  TerminalConfig terminal;
  nlohmann::json json = nlohmann::json::object();
  yaml::Map keys = node.map();
  for (const char* key : {"maker", "model", "serial", "firmware"})
    if (const yaml::Node value = keys.optional(key)) json[key] = value.text();
  if (json.contains("serial")) terminal.identities.push_back(json["serial"]);
  const yaml::Node macs = keys.optional("mac"), addresses = keys.optional("address");
  const auto note = [&](const char* key, const std::string& address) {
    json[key].push_back(address);
    terminal.addresses.push_back(address);
  };
  if (macs)
    for (const yaml::Node& item : macs.items(1)) {
      const std::string mac = read_mac(item);
      if (std::ranges::find(bench.dut_macs, mac) != bench.dut_macs.end())
        item.fault(
            fmt::format("{}: {} is the machine's too: nobody could tell the two apart. Where the "
                        "terminal sends through the machine, leave `terminal` out",
                        item.name(), mac));
      else if (!mac.empty())
        note("mac", mac);
    }
  if (addresses)
    for (const yaml::Node& item : addresses.items(1))
      if (const std::string ip = read_ip(item); !ip.empty()) note("address", ip);
  if (node.is_map() && !macs && !addresses)
    node.fault(
        fmt::format("{} has neither mac nor address: what it sends could not be told from what the "
                    "machine sends. Where it sends nothing over network.capture, leave it out",
                    node.name()));
  keys.close();
  terminal.identities.insert(terminal.identities.end(), terminal.addresses.begin(),
                             terminal.addresses.end());
  terminal.json = canonical_json(json);
  return terminal;
}

}  // namespace

void read_payment(const yaml::Node& payment, const yaml::Node& terminal, DriverTable drivers,
                  BenchFile& bench) {
  if (payment) bench.payment = payment.choice({"emulated", "real"});
  if (bench.payment == "real") refuse_emulation(payment, drivers, bench);
  if (!terminal) return;
  if (bench.payment != "real")
    terminal.fault(
        fmt::format("{} tells of a real one: it needs `payment: real`, and {}", terminal.name(),
                    bench.payment.empty() ? "payment is absent" : "payment is emulated"));
  bench.terminal = read_terminal(terminal, bench);
}

}  // namespace brewproof
