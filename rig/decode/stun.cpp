// STUN (RFC 8489) with TURN (RFC 8656) and ICE (RFC 8445): told by its magic cookie; its forerunner
// (RFC 3489), which has none, on its port alone.
#include <fmt/format.h>
#include <zlib.h>

#include <string>

#include "rig/decode/fields.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::uint32_t magic_cookie = 0x2112a442;
constexpr std::uint16_t stun_port = 3478;
constexpr std::size_t header_size = 20;
constexpr std::uint16_t type_fingerprint = 0x8028;

enum class Kind : std::uint8_t { text, address, masked_address, number, flag, hex, error, codes };

struct Attribute {
  std::uint16_t type;
  std::string_view name;
  Kind kind;
};

/// IANA "STUN Attributes".
constexpr Attribute attributes[] = {{0x0001, "mapped_address", Kind::address},
                                    {0x0002, "response_address", Kind::address},
                                    {0x0003, "change_request", Kind::number},
                                    {0x0004, "source_address", Kind::address},
                                    {0x0005, "changed_address", Kind::address},
                                    {0x0006, "username", Kind::text},
                                    {0x0008, "integrity", Kind::hex},
                                    {0x0009, "error", Kind::error},
                                    {0x000a, "unknown_attributes", Kind::codes},
                                    {0x000c, "channel", Kind::hex},
                                    {0x000d, "lifetime", Kind::number},
                                    {0x0012, "peer_address", Kind::masked_address},
                                    {0x0013, "payload", Kind::text},
                                    {0x0014, "realm", Kind::text},
                                    {0x0015, "nonce", Kind::text},
                                    {0x0016, "relayed_address", Kind::masked_address},
                                    {0x0017, "requested_family", Kind::hex},
                                    {0x0019, "requested_transport", Kind::hex},
                                    {0x001a, "do_not_fragment", Kind::flag},
                                    {0x001c, "integrity_sha256", Kind::hex},
                                    {0x001d, "password_algorithm", Kind::hex},
                                    {0x001e, "user_hash", Kind::hex},
                                    {0x0020, "mapped_address", Kind::masked_address},
                                    {0x0022, "reservation", Kind::hex},
                                    {0x0024, "priority", Kind::number},
                                    {0x0025, "use_candidate", Kind::flag},
                                    {0x8002, "password_algorithms", Kind::hex},
                                    {0x8003, "alternate_domain", Kind::text},
                                    {0x8022, "software", Kind::text},
                                    {0x8023, "alternate_server", Kind::address},
                                    {type_fingerprint, "fingerprint", Kind::hex},
                                    {0x8029, "ice_controlled", Kind::hex},
                                    {0x802a, "ice_controlling", Kind::hex},
                                    {0x802b, "response_origin", Kind::address},
                                    {0x802c, "other_address", Kind::address}};

const Attribute* find(std::uint16_t type) {
  for (const Attribute& attribute : attributes)
    if (attribute.type == type) return &attribute;
  return nullptr;
}

void append_label(std::string& label, std::uint16_t type) {
  // Section 5: the class stands in bits 4 and 8, the method around them.
  const unsigned method = (type & 0x000f) | (type & 0x00e0) >> 1 | (type & 0x3e00) >> 2;
  constexpr std::string_view methods[] = {
      "", "binding", "shared secret", "allocate",          "refresh",
      "", "send",    "data",          "create permission", "channel bind"};
  if (method < std::size(methods) && !methods[method].empty()) {
    label += methods[method];
  } else {
    label += "method ";
    append_number(label, method);
  }
  constexpr std::string_view classes[] = {" request", " indication", " success", " error"};
  label += classes[(type >> 4 & 1) | (type >> 7 & 2)];
}

class Attributes {
 public:
  Attributes(Message& message, Outlet& out, ByteView bytes)
      : message_(message), out_(out), bytes_(bytes) {}

  void read() {
    ByteReader reader(bytes_.subspan(header_size));
    while (reader.remaining() != 0) {
      const std::size_t at = header_size + reader.position();
      const std::uint16_t type = reader.be16(), length = reader.be16();
      const ByteView value = reader.take(length);
      if (!reader.ok()) {
        if (!message_.gap)
          out_.malformed(message_, fmt::format("STUN attribute is cut off at byte {}", at));
        return;
      }
      reader.skip(std::min<std::size_t>((4u - length % 4u) % 4u, reader.remaining()));
      add(type, value);
      if (type == type_fingerprint && value.size() == 4) check(at, value);
    }
  }

 private:
  void add(std::uint16_t type, ByteView value) {
    const Attribute* attribute = find(type);
    if (attribute == nullptr)
      return out_.content(message_, fmt::format("attribute:{:04x}", type), value);
    const std::string_view path = attribute->name;
    switch (attribute->kind) {
      case Kind::address:
      case Kind::masked_address:
        return address(path, value, attribute->kind == Kind::masked_address);
      case Kind::number:
        if (value.size() != 4) break;
        return out_.integer(message_, path, ByteReader(value).be32(), 4);
      case Kind::flag:
        return add_flag(message_, out_, path, true);
      case Kind::error:
        if (value.size() < 4) break;
        out_.integer(message_, path, (value[2] & 7) * 100 + value[3], 2);
        return out_.content(message_, "reason", value.subspan(4));
      case Kind::codes:
        return codes(path, value);
      case Kind::text:
        return out_.content(message_, path, value);
      case Kind::hex:
        break;
    }
    add_hex(message_, out_, path, value);
  }

  void codes(std::string_view path, ByteView value) {
    std::string& text = out_.field(message_, path, FieldType::text, value.size()).value;
    ByteReader reader(value);
    while (reader.remaining() >= 2) {
      if (!text.empty()) text += ',';
      append_hex(text, reader.take(2));
    }
  }

  /// Section 14.2: port and address are XORed with cookie and transaction, so that no router
  /// rewrites them.
  void address(std::string_view path, ByteView value, bool masked) {
    const bool v4 = value.size() == 8 && value[1] == 1, v6 = value.size() == 20 && value[1] == 2;
    if (!v4 && !v6) return add_hex(message_, out_, path, value);
    Bytes plain(value.begin() + 2, value.end());
    if (masked) {
      plain[0] ^= bytes_[4];
      plain[1] ^= bytes_[5];
      for (std::size_t i = 2; i < plain.size(); ++i) plain[i] ^= bytes_[4 + i - 2];
    }
    std::string& text = out_.field(message_, path, FieldType::text, plain.size()).value;
    if (v6) text += '[';
    append_text(text, Address::of(v4 ? Address::Kind::ipv4 : Address::Kind::ipv6,
                                  ByteView(plain).subspan(2)));
    if (v6) text += ']';
    text += ':';
    append_number(text, plain[0] << 8 | plain[1]);
  }

  /// Section 14.7: CRC-32 of what stands before the attribute, XORed with "STUN".
  void check(std::size_t at, ByteView value) {
    const auto sum = crc32(0, bytes_.data(), static_cast<uInt>(at)) ^ 0x5354554eu;
    if (sum != ByteReader(value).be32())
      message_.notes.emplace_back("the fingerprint is not that of the message");
  }

  Message& message_;
  Outlet& out_;
  ByteView bytes_;
};

bool attributes_fill(ByteView bytes) {
  ByteReader reader(bytes);
  while (reader.remaining() != 0) {
    reader.skip(2);
    reader.skip((reader.be16() + 3u) / 4 * 4);
    if (!reader.ok()) return false;
  }
  return true;
}

bool claims(const Datagram& datagram) {
  if (!datagram.udp() || datagram.bytes.size() < header_size) return false;
  ByteReader reader(datagram.bytes);
  const std::uint16_t type = reader.be16(), length = reader.be16();
  if (type >> 14 != 0 || length % 4 != 0 || length + header_size != datagram.wire_length)
    return false;
  if (reader.be32() == magic_cookie) return true;
  const bool binding = type == 0x0001 || type == 0x0101 || type == 0x0111;
  return binding && datagram.has_port(stun_port) &&
         (datagram.cut() || attributes_fill(datagram.bytes.subspan(header_size)));
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (!claims(datagram)) return false;
  Message& message = begin(datagram, flow, out, "stun");
  ByteReader reader(datagram.bytes);
  append_label(message.message, reader.be16());
  reader.skip(2);
  const bool has_cookie = reader.be32() == magic_cookie;
  add_hex(message, out, "transaction",
          datagram.bytes.subspan(has_cookie ? 8 : 4).first(has_cookie ? 12 : 16));
  Attributes(message, out, datagram.bytes).read();
  out.send(message, flow);
  return true;
}

}  // namespace

extern const Room stun_room{"stun", read, nullptr, nullptr};

}  // namespace brewproof::decode
