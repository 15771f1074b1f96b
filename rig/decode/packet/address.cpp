#include "rig/decode/packet/address.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <vector>

#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t kind_size(Address::Kind kind) {
  switch (kind) {
    case Address::Kind::mac:
      return 6;
    case Address::Kind::ipv4:
      return 4;
    case Address::Kind::ipv6:
      return 16;
    case Address::Kind::none:
      break;
  }
  return 0;
}

void append_hex_group(std::string& text, unsigned value) {
  bool leading = true;
  for (int shift = 12; shift >= 0; shift -= 4) {
    const unsigned digit = value >> shift & 0xf;
    if (digit == 0 && leading && shift != 0) continue;
    leading = false;
    text += "0123456789abcdef"[digit];
  }
}

// RFC 5952: the longest run of two or more zero groups becomes "::", the first one on a tie.
void append_ipv6(std::string& text, std::span<const std::uint8_t, 16> bytes) {
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i) groups[i] = unsigned{bytes[2 * i]} << 8 | bytes[2 * i + 1];
  std::size_t best = 8, best_length = 1;
  for (std::size_t i = 0; i < 8;) {
    std::size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > best_length) {
      best = i;
      best_length = end - i;
    }
    i = end + 1;
  }
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == best) {
      text += "::";
      i += best_length - 1;
      continue;
    }
    if (i != 0 && text.back() != ':') text += ':';
    append_hex_group(text, groups[i]);
  }
}

template <class Number>
bool read_number(std::string_view text, int base, Number most, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc{} && end == text.data() + text.size() && value <= most;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<Address> parse_groups(std::string_view text, char separator, int base,
                                    std::size_t count, Address::Kind kind) {
  const auto parts = split(text, separator);
  if (parts.size() != count) return std::nullopt;
  Bytes bytes;
  for (const auto part : parts) {
    unsigned value = 0;
    if (part.size() > 3 || !read_number(part, base, 255u, value)) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(value));
  }
  return Address::of(kind, bytes);
}

bool append_ipv6_groups(std::string_view text, Bytes& bytes) {
  if (text.empty()) return true;
  for (const auto part : split(text, ':')) {
    unsigned value = 0;
    if (part.size() > 4 || !read_number(part, 16, 0xffffu, value)) return false;
    bytes.push_back(static_cast<std::uint8_t>(value >> 8));
    bytes.push_back(static_cast<std::uint8_t>(value));
  }
  return true;
}

std::optional<Address> parse_ipv6(std::string_view text) {
  const std::size_t gap = text.find("::");
  Bytes head, tail;
  if (!append_ipv6_groups(text.substr(0, gap), head)) return std::nullopt;
  if (gap != std::string_view::npos) {
    if (!append_ipv6_groups(text.substr(gap + 2), tail)) return std::nullopt;
    if (head.size() + tail.size() > 14) return std::nullopt;
    head.resize(16 - tail.size());
    head.insert(head.end(), tail.begin(), tail.end());
  }
  if (head.size() != 16) return std::nullopt;
  return Address::of(Address::Kind::ipv6, head);
}

}  // namespace

Address Address::of(Kind kind, ByteView bytes) {
  Address address;
  if (bytes.empty() || bytes.size() != kind_size(kind)) return address;
  address.kind = kind;
  std::memcpy(address.bytes.data(), bytes.data(), bytes.size());
  return address;
}

std::size_t Address::size() const { return kind_size(kind); }

void append_text(std::string& text, const Address& address) {
  switch (address.kind) {
    case Address::Kind::mac:
      for (std::size_t i = 0; i < 6; ++i) {
        if (i != 0) text += ':';
        append_hex(text, ByteView(address.bytes).subspan(i, 1));
      }
      break;
    case Address::Kind::ipv4:
      for (std::size_t i = 0; i < 4; ++i) {
        if (i != 0) text += '.';
        append_number(text, address.bytes[i]);
      }
      break;
    case Address::Kind::ipv6:
      append_ipv6(text, address.bytes);
      break;
    case Address::Kind::none:
      break;
  }
}

std::string to_text(const Address& address) {
  std::string text;
  append_text(text, address);
  return text;
}

std::optional<Address> parse_address(std::string_view text) {
  if (auto mac = parse_groups(text, ':', 16, 6, Address::Kind::mac)) return mac;
  if (auto ipv4 = parse_groups(text, '.', 10, 4, Address::Kind::ipv4)) return ipv4;
  return parse_ipv6(text);
}

}  // namespace brewproof::decode
