#include "rig/decode/coap/message.h"

namespace brewproof::decode {
namespace {

constexpr std::uint8_t payload_marker = 0xff;
constexpr std::size_t max_options = 256;
constexpr std::uint32_t reserved_block_size = 7;

/// Section 3.1: four bits, of which 13 and 14 say that one or two bytes follow.
std::uint32_t read_extended(ByteReader& reader, unsigned nibble) {
  if (nibble == 13) return 13u + reader.u8();
  if (nibble == 14) return 269u + reader.be16();
  return nibble;
}

bool read_options(ByteReader& reader, CoapMessage& message) {
  std::uint32_t number = 0;
  while (reader.remaining() != 0) {
    const std::uint8_t head = reader.u8();
    if (head == payload_marker) {
      message.payload = reader.rest();
      return !message.payload.empty();  // a marker with nothing behind it is an error
    }
    if (head >> 4 == 15 || (head & 15) == 15 || message.options.size() >= max_options) return false;
    number += read_extended(reader, head >> 4);
    const ByteView value = reader.take(read_extended(reader, head & 15));
    if (!reader.ok() || number > 65535) return false;
    message.options.push_back({static_cast<std::uint16_t>(number), value});
  }
  return reader.ok();
}

}  // namespace

std::uint32_t CoapOption::number_value() const {
  std::uint32_t result = 0;
  for (const std::uint8_t b : value) result = result << 8 | b;
  return result;
}

const CoapOption* CoapMessage::find(std::uint16_t number) const {
  for (const CoapOption& option : options)
    if (option.number == number) return &option;
  return nullptr;
}

std::optional<CoapBlock> CoapMessage::block(std::uint16_t number) const {
  const CoapOption* option = find(number);
  if (option == nullptr || option->value.size() > 3) return std::nullopt;
  const std::uint32_t value = option->number_value();
  if ((value & 7) == reserved_block_size) return std::nullopt;
  return CoapBlock{value >> 4, (value & 8) != 0, std::size_t{16} << (value & 7)};
}

bool read_coap(ByteView bytes, CoapMessage& message) {
  message.options.clear();
  message.payload = {};
  ByteReader reader(bytes);
  const std::uint8_t head = reader.u8();
  message.code = reader.u8();
  message.id = reader.be16();
  message.type = static_cast<CoapType>(head >> 4 & 3);
  message.token = reader.take(head & 15);
  if (!reader.ok() || head >> 6 != 1 || (head & 15) > 8) return false;
  if (message.empty()) return bytes.size() == 4;  // section 4.1
  return read_options(reader, message);
}

}  // namespace brewproof::decode
