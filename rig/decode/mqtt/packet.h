// MQTT control packets: the fixed header and the strings (OASIS MQTT 3.1.1 and 5.0, sections 1.5
// and 2.1; both versions share them).
#pragma once

#include <cstdint>
#include <string_view>

#include "rig/decode/text.h"
#include "rig/model/bytes.h"

namespace brewproof::decode::mqtt {

enum Type : std::uint8_t {
  connect = 1,
  connack,
  publish,
  puback,
  pubrec,
  pubrel,
  pubcomp,
  subscribe,
  suback,
  unsubscribe,
  unsuback,
  pingreq,
  pingresp,
  disconnect,
  auth  // MQTT 5 alone
};

/// "PUBLISH"; "" where there is no such type.
[[nodiscard]] std::string_view type_name(std::uint8_t type);

struct FixedHeader {
  std::uint8_t type = 0, flags = 0;
  std::size_t size = 0;    // of the header itself
  std::size_t length = 0;  // of what follows
  enum class State : std::uint8_t { whole, cut, bad } state = State::cut;
};

/// Section 2.1: type and flags, then the remaining length in one to four bytes of seven bits.
[[nodiscard]] FixedHeader read_fixed_header(ByteView bytes);

/// A variable byte integer (MQTT 5, section 1.5.5); the reader is not ok() where it has no end.
[[nodiscard]] std::uint32_t read_varint(ByteReader& reader);

/// A length of two bytes and so much text or data.
[[nodiscard]] inline ByteView read_data(ByteReader& reader) { return reader.take(reader.be16()); }
[[nodiscard]] inline std::string_view read_string(ByteReader& reader) {
  return as_text(read_data(reader));
}

}  // namespace brewproof::decode::mqtt
