#include "rig/decode/mqtt/packet.h"

#include <iterator>

namespace brewproof::decode::mqtt {

std::string_view type_name(std::uint8_t type) {
  constexpr std::string_view names[] = {"",          "CONNECT",  "CONNACK",     "PUBLISH",
                                        "PUBACK",    "PUBREC",   "PUBREL",      "PUBCOMP",
                                        "SUBSCRIBE", "SUBACK",   "UNSUBSCRIBE", "UNSUBACK",
                                        "PINGREQ",   "PINGRESP", "DISCONNECT",  "AUTH"};
  return type < std::size(names) ? names[type] : std::string_view{};
}

FixedHeader read_fixed_header(ByteView bytes) {
  FixedHeader header;
  if (bytes.empty()) return header;
  header.type = bytes[0] >> 4;
  header.flags = bytes[0] & 0xf;
  for (std::size_t i = 1; i <= 4; ++i) {
    if (i >= bytes.size()) return header;
    header.length |= std::size_t{bytes[i] & 0x7fu} << (7 * (i - 1));
    if ((bytes[i] & 0x80) == 0) {
      header.size = i + 1;
      header.state = FixedHeader::State::whole;
      break;
    }
  }
  // Table 2-2: reserved flags; PUBLISH has its own, of which QoS 3 is none.
  const std::uint8_t wanted =
      header.type == pubrel || header.type == subscribe || header.type == unsubscribe ? 2 : 0;
  const bool flags_ok = header.type == publish ? (header.flags & 6) != 6 : header.flags == wanted;
  if (header.size == 0 || header.type < connect || !flags_ok)
    header.state = FixedHeader::State::bad;
  return header;
}

std::uint32_t read_varint(ByteReader& reader) {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift < 28; shift += 7) {
    const std::uint8_t byte = reader.u8();
    value |= std::uint32_t{byte & 0x7fu} << shift;
    if ((byte & 0x80) == 0) return value;
  }
  reader.skip(reader.remaining() + 1);  // a fifth byte: no such integer
  return 0;
}

}  // namespace brewproof::decode::mqtt
