#include "rig/bench/hardware_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "rig/yaml/quote.h"

namespace brewproof {

// A device's own address is no group address (IEEE 802, bit 0 of the first octet).
std::string read_mac(const yaml::Node& node) {
  std::string mac = node.text();
  std::ranges::transform(mac, mac.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  bool right = mac.size() == 17;
  for (std::size_t i = 0; right && i < mac.size(); ++i)
    right = i % 3 == 2 ? mac[i] == ':' : std::isxdigit(static_cast<unsigned char>(mac[i])) != 0;
  if (!right) {
    if (!mac.empty())
      node.fault(
          fmt::format("{} is {}: a MAC address is six pairs of hex digits, as "
                      "02:c0:ff:ee:00:01",
                      node.name(), yaml::in_quotes(mac)));
    return "";
  }
  if (std::string_view("13579bdf").find(mac[1]) != std::string_view::npos)
    node.fault(
        fmt::format("{}: {} is a group address, which no device sends from", node.name(), mac));
  return mac;
}

}  // namespace brewproof
