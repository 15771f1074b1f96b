#include "rig/crosscheck/dut_packets.h"

#include <fmt/format.h>

#include <algorithm>

namespace brewproof {
namespace {

constexpr std::size_t most_learnt = 64;

bool is_mac(const std::string& address) {
  return address.size() == 17 && std::ranges::count(address, ':') == 5;
}

}  // namespace

bool DutPackets::holds(const Dissection& packet) {
  if (everyone_) return true;
  if (is_dut(packet.source_mac, packet.source_ip)) {
    if (packet.destination_mac.empty() && learnt_.size() < most_learnt)
      learnt_.emplace(packet.source_ip);
    return true;
  }
  return packet.group || is_dut(packet.destination_mac, packet.destination_ip) ||
         (packet.destination_mac.empty() && learnt_.contains(packet.destination_ip));
}

std::string DutPackets::filter() const {
  if (everyone_) return {};
  std::string filter = "!eth || eth.dst.ig == 1";
  for (const std::string& address : dut_) {
    const char* field = is_mac(address)                          ? "eth.addr"
                        : address.find(':') == std::string::npos ? "ip.addr"
                                                                 : "ipv6.addr";
    filter += fmt::format(" || {} == {}", field, address);
  }
  return filter;
}

}  // namespace brewproof
