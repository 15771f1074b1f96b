#include "rig/decode/dns/name.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t max_name = 255, max_label = 63;  // RFC 1035 section 2.3.4

void append_dns_label(std::string& name, ByteView label) {
  if (!name.empty()) name += '.';
  for (const std::uint8_t c : label) {
    if (c == '.' || c == '\\') name += '\\';
    name += static_cast<char>(c);
  }
}

}  // namespace

bool read_dns_name(ByteView message, ByteReader& reader, std::string& name) {
  name.clear();
  ByteReader* at = &reader;
  ByteReader jumped(message);
  std::size_t length = 0, lowest = reader.position();
  for (;;) {
    const std::uint8_t size = at->u8();
    if (!at->ok()) return false;
    if (size == 0) return true;
    if (size >= 0xc0) {
      const std::size_t target = std::size_t{size & 0x3fu} << 8 | at->u8();
      // Only backwards, so that it ends.
      if (!at->ok() || target >= lowest) return false;
      lowest = target;
      jumped = ByteReader(message);
      jumped.skip(target);
      at = &jumped;
      continue;
    }
    const ByteView label = at->take(size);
    length += size + 1u;
    if (size > max_label || !at->ok() || length > max_name) return false;
    append_dns_label(name, label);
  }
}

std::string read_partial_dns_name(ByteView bytes) {
  std::string name;
  ByteReader reader(bytes);
  while (reader.remaining() != 0) {
    const std::uint8_t size = reader.u8();
    if (size == 0) break;
    const ByteView label = reader.take(size);
    if (size > max_label || !reader.ok() || name.size() + size > max_name) return {};
    append_dns_label(name, label);
  }
  return name;
}

}  // namespace brewproof::decode
