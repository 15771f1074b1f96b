#include "rig/bench/bench_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "rig/bench/books_file.h"
#include "rig/bench/condition_file.h"
#include "rig/bench/consumable_file.h"
#include "rig/bench/control_file.h"
#include "rig/bench/hardware_address.h"
#include "rig/bench/terminal_file.h"
#include "rig/model/canonical_json.h"
#include "rig/yaml/did_you_mean.h"
#include "rig/yaml/document.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

using yaml::in_quotes;

constexpr std::int64_t most_counted = 1'000'000;
constexpr int most_valid_days = 3650;

void read_dut(const yaml::Node& node, BenchFile& bench) {
  nlohmann::json dut = nlohmann::json::object();
  yaml::Map keys = node.map();
  for (const char* key : {"maker", "model"})
    if (const yaml::Node value = keys.required(key)) dut[key] = value.text();
  for (const char* key : {"serial", "firmware"})
    if (const yaml::Node value = keys.optional(key)) dut[key] = value.text();
  if (dut.contains("serial")) bench.dut_identities.push_back(dut["serial"]);
  if (const yaml::Node macs = keys.optional("mac")) {
    for (const yaml::Node& item : macs.items(1)) bench.dut_macs.push_back(read_mac(item));
    std::erase(bench.dut_macs, "");
    dut["mac"] = bench.dut_macs;
    bench.dut_identities.insert(bench.dut_identities.end(), bench.dut_macs.begin(),
                                bench.dut_macs.end());
  }
  if (const yaml::Node boot = keys.optional("boot")) {
    for (const yaml::Node& item : boot.items(1)) bench.boot_messages.push_back(item.text());
    dut["boot"] = bench.boot_messages;
  }
  if (const yaml::Node state = keys.optional("state")) {
    (void)state.map();  // a fault where it is none
    dut["state"] = state.json();
  }
  keys.close();
  bench.dut_json = canonical_json(dut);
}

// A line that says stop must be heard while another device takes its time: its resource is read by
// a thread of its own and by nothing else.
void read_emergency(const yaml::Node& node, BenchFile& bench) {
  if (!node) return;
  yaml::Map inputs = node.map();
  for (const auto& [name, value] : inputs.named_entries()) {
    const bool on = value.choice({"on", "off"}) == "on";
    const auto control = bench.controls.find(name);
    if (control == bench.controls.end() || control->second.kind != ControlConfig::Kind::input) {
      value.fault(fmt::format(
          "there is no input control {}{}", in_quotes(name),
          yaml::did_you_mean(name, names_of(bench.controls, ControlConfig::Kind::input))));
      continue;
    }
    bench.emergency.push_back({name, on});
    control->second.watched = true;
  }
  for (const EmergencyInput& input : bench.emergency) {
    const std::string& resource = bench.controls.at(input.control).resource;
    for (const auto& [name, control] : bench.controls)
      if (control.resource == resource && !control.watched)
        node.fault(
            fmt::format("{} is on resource {}, which {} uses too: an emergency input needs a "
                        "resource of its own, so that it is heard whatever else is done",
                        input.control, resource, name));
      else
        for (const auto* names : {&control.needs, &control.excludes})
          if (std::ranges::find(*names, input.control) != names->end())
            node.fault(
                fmt::format("{}: nothing is switched while it says stop; take it out of {}'s "
                            "needs and excludes",
                            input.control, name));
  }
}

// What the rig says to its own devices must not be on the wire that is taken for the machine's, nor
// on a VLAN of it (eth1.7): the bytes would be counted as the machine's, or as somebody's.
void refuse_captured_interface(const yaml::Node& resources, const std::string& captured) {
  if (!resources.is_map() || captured.empty()) return;
  for (const auto& [name, resource] : resources.map().entries()) {
    if (!resource.is_map()) continue;
    yaml::Map keys = resource.map();
    const yaml::Node interface = keys.optional("interface");
    if (!interface.is_scalar()) continue;
    const std::string chosen = interface.raw().value_or("");
    if (chosen == captured || chosen.starts_with(captured + "."))
      interface.fault(
          fmt::format("{}: {} is on the captured interface {}: what the rig says to this device "
                      "would be captured too; reach it by another interface",
                      interface.name(), in_quotes(chosen), captured));
  }
}

void read_limits(const yaml::Node& node, BenchFile& bench) {
  if (!node) return;
  yaml::Map keys = node.map();
  if (const yaml::Node cups = keys.optional("cups"))
    bench.limits.cups = cups.integer(0, most_counted);
  if (const yaml::Node payments = keys.optional("payments"))
    bench.limits.payments = payments.integer(0, most_counted);
  if (const yaml::Node money = keys.optional("money")) bench.limits.money = money.money();
  if (const yaml::Node time = keys.optional("wall_clock"))
    bench.limits.wall_clock = time.duration();
  keys.close();
}

void read_commissioning(const yaml::Node& node, BenchFile& bench) {
  if (!node) return;
  yaml::Map keys = node.map();
  if (const yaml::Node days = keys.required("valid_days"))
    bench.commissioning_days = static_cast<int>(days.integer(1, most_valid_days));
  keys.close();
}

// Boards that `safe` does not name are made safe after those that it names.
void read_safe(const yaml::Node& node, DriverTable drivers, BenchFile& bench) {
  yaml::Map names = node.map();
  if (node)
    for (const auto& [name, value] : names.named_entries()) {
      (void)value.choice({"all off"});
      const auto resource = bench.resources.find(name);
      if (resource == bench.resources.end())
        value.fault(fmt::format("there is no resource {}{}", in_quotes(name),
                                yaml::did_you_mean(name, names_of(bench.resources))));
      else if (!offers(resource->second, "switch", drivers))
        value.fault(fmt::format("{}: resource {} has no outputs", value.name(), name));
      else
        bench.safe_order.push_back(name);
    }
  for (const auto& [name, resource] : bench.resources)
    if (offers(resource, "switch", drivers) &&
        std::ranges::find(bench.safe_order, name) == bench.safe_order.end())
      bench.safe_order.push_back(name);
}

void read_stop(const yaml::Node& node, BenchFile& bench) {
  if (!node) return;
  yaml::Map keys = node.map();
  if (const yaml::Node finish = keys.required("finish")) bench.finish = finish.duration();
  keys.close();
}

}  // namespace

bool is_apart(const BenchFile& bench, const std::string& resource) {
  if (bench.books && bench.books->resource == resource) return true;
  return std::ranges::any_of(bench.controls, [&](const auto& each) {
    return each.second.watched && each.second.resource == resource;
  });
}

bool only_sniffs(const ResourceConfig& resource) {
  const auto sniff = resource.options.find("sniff");
  return sniff != resource.options.end() && sniff->second == "only";
}

Result<BenchFile> read_bench_file(const std::string& path, DriverTable drivers) {
  auto document = yaml::Document::read(path);
  if (!document) return pass_on(std::move(document));
  BenchFile bench;
  bench.path = path;
  bench.text = document->text();

  yaml::Map top = yaml::top_map(*document, "bench");
  bench.name = top.required("name").text();
  read_dut(top.required("dut"), bench);
  const yaml::Node resources = top.required("resources");
  bench.resources = read_resources(resources, drivers);
  if (const yaml::Node guardian = top.optional("guardian"))
    bench.guardian = guardian.choice({"on", "off"}) != "off";
  bench.controls =
      read_controls(top.required("controls"), bench.resources, drivers, bench.guardian);
  read_emergency(top.optional("emergency"), bench);
  bench.ready = read_conditions(top.optional("ready"), &bench.controls);
  bench.by_itself = read_conditions(top.optional("by_itself"), &bench.controls);
  read_payment(top.optional("payment"), top.optional("terminal"), drivers, bench);
  bench.books = read_books_config(top.optional("books"), bench.resources, drivers);
  bench.network = read_network(top.optional("network"), path, !bench.dut_macs.empty());
  refuse_captured_interface(resources, bench.network.capture);
  bench.consumables = read_consumables(top.optional("consumables"), bench.controls);
  read_limits(top.optional("limits"), bench);
  read_commissioning(top.optional("commissioning"), bench);
  read_safe(top.optional("safe"), drivers, bench);
  read_stop(top.optional("stop"), bench);
  top.close();
  return document->finish(std::move(bench));
}

}  // namespace brewproof
