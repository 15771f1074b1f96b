#include "rig/network/packet_block.h"

#include <fmt/format.h>
#include <ifaddrs.h>

#include <charconv>
#include <filesystem>
#include <memory>
#include <vector>

namespace brewproof {
namespace {

constexpr const char* block_table = "netdev brewproof_block";

/// Does what comes in there go on from here? A bridge's port has a master, a router an address.
bool carries_on(const std::string& interface) {
  std::error_code error;
  if (std::filesystem::exists("/sys/class/net/" + interface + "/master", error)) return true;
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return false;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> all(first, &::freeifaddrs);
  for (const ifaddrs* each = first; each != nullptr; each = each->ifa_next) {
    if (interface != each->ifa_name || each->ifa_addr == nullptr) continue;
    const int family = each->ifa_addr->sa_family;
    if (family == AF_INET || family == AF_INET6) return true;
  }
  return false;
}

/// What a rule asks for; `side` is "d" on the way in, for the destination, "s" on the way out.
std::string matching(const BlockTarget& target, char side) {
  if (target.address.empty()) return "meta protocol { ip, ip6, 8021q }";
  const bool ipv6 = target.address.find(':') != std::string::npos;
  std::string text = fmt::format("{} {}addr {}", ipv6 ? "ip6" : "ip", side, target.address);
  if (target.port != 0)
    text += fmt::format(" meta l4proto {{ tcp, udp }} th {}port {}", side, target.port);
  return text;
}

/// Each rule counts for itself. A whole frame must pass however low the rate is, or nothing ever
/// does.
std::string beyond(std::int64_t rate) {
  constexpr int whole_frame = 1514;
  return rate == 0
             ? ""
             : fmt::format("limit rate over {} bytes/second burst {} bytes ", rate, whole_frame);
}

}  // namespace

std::string block_table_line(const std::string& interface) {
  return fmt::format(
      "add table {0} {{ flags owner; }}; "
      "add chain {0} in {{ type filter hook ingress device \"{1}\" priority -500; }}; "
      "add chain {0} out {{ type filter hook egress device \"{1}\" priority -500; }}",
      block_table, interface);
}

std::string block_line(const BlockTargets& targets, bool drop) {
  std::string line = fmt::format("flush table {}", block_table);
  for (const auto& [target, rate] : targets)
    for (const auto& [chain, side] : {std::pair{"in", 'd'}, {"out", 's'}})
      line += fmt::format("; add rule {} {} {} {}counter {}", block_table, chain,
                          matching(target, side), beyond(rate), drop ? "drop" : "accept");
  return line;
}

std::uint64_t counted_packets(const std::string& listed) {
  constexpr std::string_view mark = "counter packets ";
  std::uint64_t all = 0;
  for (std::size_t at = 0; (at = listed.find(mark, at)) != std::string::npos;) {
    at += mark.size();
    std::uint64_t count = 0;
    std::from_chars(listed.data() + at, listed.data() + listed.size(), count);
    all += count;
  }
  return all;
}

Result<PacketBlock> PacketBlock::begin(const std::string& interface, Clock& clock) {
  if (!carries_on(interface))
    return fail(
        ErrorCode::host,
        "nothing goes through this station at {}: it has no address there and is no bridge, "
        "so a block would do nothing. Set up the machine's network here (`network: {{mode: "
        "gateway}}`, `ap` or `bridge` in the bench file)",
        interface);
  auto owned =
      OwnedTable::begin(block_table, block_table_line(interface), "blocking the machine's network");
  if (!owned) return pass_on(std::move(owned));
  return PacketBlock(std::move(*owned), clock);
}

Result<Sent> PacketBlock::apply(const BlockTargets& targets, bool drop) {
  Sent sent;
  sent.before_write = clock_->now();
  if (auto applied = table_.apply(block_line(targets, drop)); !applied)
    return pass_on(std::move(applied));
  sent.after_drain = clock_->now();
  return sent;
}

Result<std::uint64_t> PacketBlock::dropped() {
  auto listed = table_.apply("");
  if (!listed) return pass_on(std::move(listed));
  return counted_packets(*listed);
}

}  // namespace brewproof
