#include "rig/capture/live/network_link.h"

#include <net/if.h>  // before the kernel's headers, which then leave its structs out

#include <linux/ethtool.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <limits>

#include "rig/process/descriptor.h"

namespace brewproof {
namespace {

std::string interfaces_here() {
  std::string names;
  if (auto* const all = ::if_nameindex()) {
    for (auto* each = all; each->if_index != 0; ++each)
      names += fmt::format("{}{}", names.empty() ? "" : ", ", each->if_name);
    ::if_freenameindex(all);
  }
  return names;
}

/// Copies an attribute's value out; attributes are 4-byte aligned, 64-bit counters are not.
template <class T>
void copy_out(const rtattr* attribute, T& into) {
  std::memcpy(&into, RTA_DATA(attribute),
              std::min<std::size_t>(sizeof into, RTA_PAYLOAD(attribute)));
}

NetworkLink read_answer(const nlmsghdr* message) {
  const auto* header = static_cast<const ifinfomsg*>(NLMSG_DATA(message));
  NetworkLink link;
  link.index = header->ifi_index;
  link.ethernet = header->ifi_type == ARPHRD_ETHER || header->ifi_type == ARPHRD_LOOPBACK;
  link.loopback = (header->ifi_flags & IFF_LOOPBACK) != 0;
  link.up = (header->ifi_flags & IFF_UP) != 0;
  link.carrier = (header->ifi_flags & IFF_RUNNING) != 0;
  auto left = static_cast<int>(message->nlmsg_len - NLMSG_LENGTH(sizeof *header));
  for (const rtattr* at = IFLA_RTA(header); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
    if (at->rta_type == IFLA_ADDRESS) copy_out(at, link.mac);
    if (at->rta_type != IFLA_STATS64) continue;
    rtnl_link_stats64 statistics{};
    copy_out(at, statistics);
    link.counters = {statistics.rx_packets, statistics.tx_packets,
                     // Not rx_dropped: it counts frames that nobody wanted, after the tap.
                     statistics.rx_missed_errors + statistics.rx_fifo_errors};
  }
  return link;
}

}  // namespace

std::string to_text(const MacAddress& mac) {
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", mac[0], mac[1], mac[2], mac[3],
                     mac[4], mac[5]);
}

Result<NetworkLink> read_link(const std::string& interface) {
  const unsigned index = interface.size() < IFNAMSIZ ? ::if_nametoindex(interface.c_str()) : 0;
  if (index == 0)
    return fail(ErrorCode::host, "there is no network interface {}; this station has: {}",
                interface, interfaces_here());
  const auto failed = [&](const char* what) {
    return fail(ErrorCode::host, "asking the kernel about {}: {}: {}", interface, what,
                std::strerror(errno));
  };
  const Descriptor socket{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)};
  if (!socket) return failed("socket");
  struct {
    nlmsghdr header;
    ifinfomsg link;
  } question{};
  question.header.nlmsg_len = sizeof question;
  question.header.nlmsg_type = RTM_GETLINK;
  question.header.nlmsg_flags = NLM_F_REQUEST;
  question.link.ifi_index = static_cast<int>(index);
  if (::send(socket.number(), &question, sizeof question, 0) < 0) return failed("send");
  alignas(nlmsghdr) char answer[32768];
  ssize_t size = 0;
  while ((size = ::recv(socket.number(), answer, sizeof answer, 0)) < 0 && errno == EINTR) continue;
  if (size < 0) return failed("recv");
  const auto* message = reinterpret_cast<const nlmsghdr*>(answer);
  if (!NLMSG_OK(message, static_cast<std::size_t>(size)) || message->nlmsg_type != RTM_NEWLINK)
    return fail(ErrorCode::host, "the network interface {} went away", interface);
  return read_answer(message);
}

std::vector<std::string> read_offloads(const std::string& interface) {
  const Descriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (!socket || interface.size() >= IFNAMSIZ) return {};
  const auto ask = [&](std::uint32_t command) -> std::uint32_t {
    ethtool_value value{command, 0};
    ifreq request{};
    interface.copy(request.ifr_name, IFNAMSIZ - 1);
    request.ifr_data = reinterpret_cast<char*>(&value);
    return ::ioctl(socket.number(), SIOCETHTOOL, &request) == 0 ? value.data : 0;
  };
  std::vector<std::string> on;
  for (const auto& [command, name] :
       {std::pair{ETHTOOL_GTSO, "tso"}, std::pair{ETHTOOL_GGSO, "gso"},
        std::pair{ETHTOOL_GGRO, "gro"}, std::pair{ETHTOOL_GTXCSUM, "tx"},
        std::pair{ETHTOOL_GRXCSUM, "rx"}})
    if (ask(static_cast<std::uint32_t>(command)) != 0) on.emplace_back(name);
  if ((ask(ETHTOOL_GFLAGS) & ETH_FLAG_LRO) != 0) on.emplace_back("lro");
  return on;
}

int read_speed(const std::string& interface) {
  const Descriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (!socket || interface.size() >= IFNAMSIZ) return 0;
  ethtool_cmd settings{};
  settings.cmd = ETHTOOL_GSET;
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(&settings);
  if (::ioctl(socket.number(), SIOCETHTOOL, &request) != 0) return 0;
  const std::uint32_t speed = ethtool_cmd_speed(&settings);
  return speed > std::numeric_limits<std::int32_t>::max() ? 0 : static_cast<int>(speed);
}

}  // namespace brewproof
