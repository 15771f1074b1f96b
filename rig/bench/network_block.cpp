#include "rig/bench/network_block.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace brewproof {
namespace {

bool is_address_of(int family, const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(family, text.c_str(), bytes.data()) == 1;
}

bool read_port(std::string_view text, std::uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port != 0;
}

}  // namespace

std::optional<std::int64_t> read_byte_rate(std::string_view text) {
  constexpr std::int64_t most = 1'000'000'000;
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 3> units{
      {{" bytes/s", 1}, {" kB/s", 1'000}, {" MB/s", 1'000'000}}};
  for (const auto& [unit, bytes] : units) {
    if (!text.ends_with(unit)) continue;
    const std::string_view digits = text.substr(0, text.size() - unit.size());
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size() || digits.starts_with('0'))
      return std::nullopt;
    if (number < 1 || number > most / bytes) return std::nullopt;
    return number * bytes;
  }
  return std::nullopt;
}

std::optional<BlockTarget> read_block_target(std::string_view text) {
  BlockTarget target;
  if (text == "everything") return target;
  std::string_view address = text;
  const std::size_t colon = text.rfind(':');
  const bool in_brackets = text.starts_with('[');
  const bool has_port = colon != std::string_view::npos &&
                        (in_brackets ? text[colon - 1] == ']' : text.find(':') == colon);
  if (has_port) {
    if (!read_port(text.substr(colon + 1), target.port)) return std::nullopt;
    address = text.substr(0, colon);
  }
  if (in_brackets) {
    if (!address.ends_with(']')) return std::nullopt;
    address = address.substr(1, address.size() - 2);
  }
  target.address = address;
  const bool ipv6 = target.address.find(':') != std::string::npos;
  if (in_brackets && !ipv6) return std::nullopt;
  if (!is_address_of(ipv6 ? AF_INET6 : AF_INET, target.address)) return std::nullopt;
  return target;
}

}  // namespace brewproof
