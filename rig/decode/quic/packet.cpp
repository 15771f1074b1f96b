#include "rig/decode/quic/packet.h"

namespace brewproof::decode {
namespace {

constexpr std::uint32_t first_draft = 0xff00001d, last_draft = 0xff000022;  // 29 to 34
constexpr std::size_t longest_id = 20, retry_seal = 16;

bool is_google(std::uint32_t version) {  // "Q043", "T051": before the standard
  const std::uint8_t letter = static_cast<std::uint8_t>(version >> 24);
  return (letter == 'Q' || letter == 'T') && (version >> 16 & 0xff) == '0';
}

QuicType type_of(std::uint8_t first, std::uint32_t version) {
  const unsigned bits = first >> 4 & 3;
  constexpr QuicType types[] = {QuicType::initial, QuicType::zero_rtt, QuicType::handshake,
                                QuicType::retry};
  return types[version == quic_v2 ? (bits + 3) % 4 : bits];
}

}  // namespace

std::uint64_t read_quic_number(ByteReader& reader) {
  const std::uint8_t first = reader.u8();
  std::uint64_t number = first & 0x3f;
  for (const std::uint8_t b : reader.take((std::size_t{1} << (first >> 6)) - 1))
    number = number << 8 | b;
  return number;
}

bool is_quic_version(std::uint32_t version) {
  return version == quic_v1 || version == quic_v2 ||
         (version >= first_draft && version <= last_draft);
}

std::optional<QuicPacket> read_quic_packet(ByteView bytes, std::size_t wire_length) {
  ByteReader reader(bytes);
  QuicPacket packet;
  const std::uint8_t first = reader.u8();
  packet.version = reader.be32();
  packet.destination = reader.take(reader.u8());
  packet.source = reader.take(reader.u8());
  packet.bytes = bytes;
  packet.wire_length = wire_length;
  const bool ids_fit =
      packet.destination.size() <= longest_id && packet.source.size() <= longest_id;
  if (!reader.ok() || (first & 0x80) == 0 || !ids_fit) return std::nullopt;
  if (packet.version == 0) {  // section 17.2.1: the fixed bit need not be set
    packet.type = QuicType::negotiation;
    packet.versions = reader.rest();
    const bool whole = !packet.versions.empty() && packet.versions.size() % 4 == 0;
    return whole ? std::optional(packet) : std::nullopt;
  }
  if (is_google(packet.version)) return packet;
  if (!is_quic_version(packet.version) || (first & 0x40) == 0) return std::nullopt;
  packet.type = type_of(first, packet.version);
  if (packet.type == QuicType::retry) {
    if (reader.remaining() < retry_seal) return std::nullopt;
    packet.token = reader.take(reader.remaining() - retry_seal);
    return packet;
  }
  if (packet.type == QuicType::initial) {
    const std::uint64_t size = read_quic_number(reader);
    if (size > reader.remaining()) return std::nullopt;
    packet.token = reader.take(size);
  }
  const std::uint64_t length = read_quic_number(reader);
  packet.number_at = reader.position();
  if (!reader.ok() || length == 0 || length > wire_length - packet.number_at) return std::nullopt;
  packet.wire_length = packet.number_at + length;
  packet.bytes = bytes.first(std::min(bytes.size(), packet.wire_length));
  return packet;
}

}  // namespace brewproof::decode
