#include <algorithm>
#include <set>

#include "rig/command/doctor/check.h"
#include "rig/command/station/interfaces.h"

namespace brewproof {
namespace {

constexpr int most_listenings = 10;  // of 0.3 s: a machine at rest sends a packet now and then

std::string joined(const auto& words, const char* between) {
  return fmt::format("{}", fmt::join(words, between));
}

Check offloads_check(const std::string& what, const FoundInterface& interface) {
  std::string off;
  for (const std::string& offload : interface.offloads) off += " " + offload + " off";
  if (off.empty()) return {what, Check::State::good, "offloads are off", ""};
  return {what, Check::State::note, "offloads are on: " + joined(interface.offloads, " "),
          fmt::format("sudo ethtool -K {}{}\nthey glue packets together and show bad checksums",
                      interface.name, off)};
}

Check machine_check(const std::string& what, const BenchFile& bench,
                    const std::set<std::string>& heard) {
  std::vector<std::string> silent;
  for (const std::string& mac : bench.dut_macs)
    if (!heard.contains(mac)) silent.push_back(mac);
  if (silent.empty())
    return {what, Check::State::good, "heard: " + joined(bench.dut_macs, ", "), ""};
  return {what, Check::State::note,
          fmt::format("{} sent nothing within {} s; heard: {}", joined(silent, ", "),
                      most_listenings * 3 / 10, heard.empty() ? "nobody" : joined(heard, ", ")),
          fmt::format("switch the machine on, look whether its cable ends at {}, and compare "
                      "dut.mac with its type plate",
                      bench.network.capture)};
}

}  // namespace

Checks capture_checks(const BenchFile& bench) {
  const std::string what = "capture on " + bench.network.capture;
  std::set<std::string> heard;
  FoundInterface interface;
  for (int listening = 0; listening < most_listenings; ++listening) {
    auto checked = check_interfaces({bench.network.capture});
    if (!checked)
      return {{what, Check::State::bad, checked.error().message,
               "brewproof-capture must stand beside brewproof: build or install both"}};
    interface = std::move(checked->front());
    if (!interface.may_capture)
      // The obstacle itself says what to type.
      return {{what, Check::State::bad, interface.obstacle, ""}};
    heard.insert(interface.heard.begin(), interface.heard.end());
    if (std::ranges::all_of(bench.dut_macs,
                            [&](const std::string& mac) { return heard.contains(mac); }))
      break;
  }
  Checks checks;
  checks.push_back(interface.carrier
                       ? Check{what, Check::State::good, "up, and this user may capture", ""}
                       : Check{what, Check::State::bad, "nobody is at the other end of the cable",
                               "plug it in, and switch the machine on"});
  checks.push_back(offloads_check("offloads of " + bench.network.capture, interface));
  checks.push_back(machine_check("machine on " + bench.network.capture, bench, heard));
  return checks;
}

Checks paths_checks(const BenchFile& bench) {
  const NetworkConfig& network = bench.network;
  if (network.capture.empty())
    return {{"network paths", Check::State::note, "nothing is captured",
             "name the interface that carries the machine's packets: network: {capture: ...} "
             "(`brewproof devices` lists them)"}};
  Checks checks;
  for (const auto& [path, state] : network.paths) {
    const std::string what = "path " + path;
    if (state == "captured")
      checks.push_back({what, Check::State::good,
                        fmt::format("captured: what it carries passes {}", network.capture), ""});
    else if (state == "blocked")
      checks.push_back({what, Check::State::good,
                        "blocked: the machine has it, and you keep it from getting out", ""});
    else if (state == "absent")
      checks.push_back({what, Check::State::good, "absent: the machine has no such part", ""});
    else
      checks.push_back(
          {what, Check::State::note, "unobserved: what is not seen may have gone there",
           fmt::format("block or remove it, and say so: network: {{paths: {{{}: blocked}}}}; as "
                       "long as it is unobserved, \"none seen\" is inconclusive",
                       path)});
  }
  return checks;
}

}  // namespace brewproof
