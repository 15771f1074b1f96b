// Network addresses as values: MAC, IPv4 and IPv6, with their canonical text forms
// (lower-case hex with colons; dotted decimal; RFC 5952).
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "rig/model/bytes.h"

namespace brewproof::decode {

struct Address {
  enum class Kind : std::uint8_t { none, mac, ipv4, ipv6 };
  std::array<std::uint8_t, 16> bytes{};  // unused tail is zero
  Kind kind = Kind::none;

  /// `bytes` of another length than the kind's own give an address of kind none.
  static Address of(Kind kind, ByteView bytes);
  [[nodiscard]] std::size_t size() const;
  friend auto operator<=>(const Address&, const Address&) = default;
};

void append_text(std::string& text, const Address& address);
[[nodiscard]] std::string to_text(const Address& address);

/// Reads any of the three forms; nullopt where the text is none of them.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

}  // namespace brewproof::decode
