// Blocks of the MDB bus, by which a vending machine (the master) talks to its payment devices:
// MDB/ICP 4.2, section 2. Pure.
//
//   master      address and command, data, check byte      ACK 00 | RET AA | NAK FF
//   peripheral  data, check byte                           ACK 00 | NAK FF
//
// The check byte is the sum of the bytes before it; ACK, NAK and RET stand alone, without one. Two
// bytes 00 00 are data (JUST RESET), one 00 is an ACK.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "rig/model/bytes.h"

namespace brewproof::mdb {

/// What cannot be read: which byte of the block, and why. `why` is a literal.
struct Fault {
  std::size_t at = 0;  // the length where bytes are missing
  std::string_view why;
  friend bool operator==(const Fault&, const Fault&) = default;
};
template <class T>
using Read = tl::expected<T, Fault>;

/// "byte 4 of 0a071b: the block ends too early".
[[nodiscard]] std::string fault_text(const Fault& fault, ByteView block);

enum class From : std::uint8_t { master, peripheral };

/// With its check byte, which every block but ACK, NAK and RET has (2.2).
inline constexpr std::size_t longest_block = 36;

struct Block {
  enum class Kind : std::uint8_t { data, ack, nak, ret };
  Kind kind = Kind::data;
  ByteView content{};  // of data, without the check byte; lives as long as what was read
};

/// The sum of all bytes, modulo 256.
[[nodiscard]] std::uint8_t check_byte(ByteView content);

/// A whole block with its check byte. A block whose check byte does not hold is a fault.
[[nodiscard]] Read<Block> read_block(ByteView bytes, From from);

/// The ninth bit of byte `at` of a block of `size` bytes: the master marks its first byte where
/// that is an address, the peripheral its last (2.1).
[[nodiscard]] constexpr bool mode_bit(From from, std::size_t at, std::size_t size) {
  return from == From::master ? at == 0 && size > 1 : at + 1 == size;
}

/// The device that a block of the master speaks to: bits 7 to 3 of its first byte (2.3).
[[nodiscard]] constexpr std::uint8_t address_of(std::uint8_t first) { return first & 0xF8U; }
inline constexpr std::uint8_t changer_address = 0x08;
inline constexpr std::uint8_t cashless_address = 0x10;
inline constexpr std::uint8_t second_cashless_address = 0x60;
inline constexpr std::uint8_t bill_address = 0x30;

}  // namespace brewproof::mdb
