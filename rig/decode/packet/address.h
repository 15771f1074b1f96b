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
  alignas(8) std::array<std::uint8_t, 16> bytes{};  // unused tail is zero
  Kind kind = Kind::none;

  /// `bytes` of another length than the kind's own give an address of kind none.
  static Address of(Kind kind, ByteView bytes);
  /// For bytes that are known to be there.
  static Address ipv4(const std::uint8_t* four) {
    Address address;
    address.kind = Kind::ipv4;
    std::memcpy(address.bytes.data(), four, 4);
    return address;
  }
  [[nodiscard]] std::size_t size() const;

  /// Bytes 8 * at to 8 * at + 7 as a number of the host's own order: for hashes and comparisons.
  [[nodiscard]] std::uint64_t word(std::size_t at) const {
    std::uint64_t value;
    std::memcpy(&value, bytes.data() + 8 * at, sizeof value);
    return value;
  }
  friend bool operator==(const Address& a, const Address& b) {
    return a.word(0) == b.word(0) && a.word(1) == b.word(1) && a.kind == b.kind;
  }
  /// Some strict order; not that of the texts.
  friend bool operator<(const Address& a, const Address& b) {
    if (a.word(0) != b.word(0)) return a.word(0) < b.word(0);
    if (a.word(1) != b.word(1)) return a.word(1) < b.word(1);
    return a.kind < b.kind;
  }
};

void append_text(std::string& text, const Address& address);
[[nodiscard]] std::string to_text(const Address& address);

/// Reads any of the three forms; nullopt where the text is none of them.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

}  // namespace brewproof::decode
