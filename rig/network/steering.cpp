#include "rig/network/steering.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace brewproof {
namespace {

constexpr const char* table = "inet brewproof_tls";
// One bit of the connection mark; other marks of the station stay.
constexpr const char* begun_here = "0x10000000";

std::string matched(const SteeredPorts& steered) {
  return fmt::format("meta nfproto ipv4 iifname \"{}\" tcp dport {{ {} }}", steered.interface,
                     fmt::join(steered.ports, ", "));
}

}  // namespace

std::string table_line() {
  return fmt::format(
      "add table {0} {{ flags owner; }}; "
      "add chain {0} prerouting {{ type nat hook prerouting priority dstnat; }}; "
      "add chain {0} forward {{ type filter hook forward priority filter - 5; }}; "
      "add chain {0} input {{ type filter hook input priority filter - 5; }}",
      table);
}

// What is forwarded under these rules was not led to the proxy, so it is older than they are.
std::string through_proxy_line(const SteeredPorts& steered) {
  return fmt::format(
      "flush table {0}; "
      "add rule {0} prerouting {1} redirect to :{2}; "
      "add rule {0} forward {1} reject with tcp reset; "
      "add rule {0} input iifname \"{3}\" tcp dport {2} ct status & dnat == 0 reject with tcp "
      "reset",
      table, matched(steered), steered.proxy, steered.interface);
}

std::string straight_line(const SteeredPorts& steered) {
  return fmt::format(
      "flush table {0}; "
      "add rule {0} input iifname \"{1}\" tcp dport {2} reject with tcp reset",
      table, steered.interface, steered.proxy);
}

// The server may be behind this station or on it.
std::string renew_line(const SteeredPorts& steered) {
  std::string line = fmt::format("flush table {}", table);
  for (const char* chain : {"forward", "input"})
    line += fmt::format(
        "; add rule {0} {1} {2} tcp flags & (syn | ack) == syn ct mark set ct mark | {3}"
        "; add rule {0} {1} {2} ct mark & {3} == 0 reject with tcp reset",
        table, chain, matched(steered), begun_here);
  return line;
}

Result<Steering> Steering::begin() {
  auto owned = OwnedTable::begin(table, table_line(), "steering the machine's TLS connections");
  if (!owned) return pass_on(std::move(owned));
  return Steering(std::move(*owned));
}

Result<void> Steering::apply(const std::string& line) {
  if (auto applied = table_.apply(line); !applied) return pass_on(std::move(applied));
  return {};
}

}  // namespace brewproof
