// IPsec, recognised and sealed: IKE with its header and what stands open behind it (RFC 7296, RFC
// 2408), ESP (RFC 4303), both also behind address translation on UDP port 4500 (RFC 3948).
#include <fmt/format.h>

#include "rig/decode/fields.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::uint8_t protocol_esp = 50;
constexpr std::uint16_t translated_port = 4500;
constexpr std::size_t ike_header = 28, esp_header = 8;
constexpr std::uint32_t reserved_indexes = 256;  // RFC 4303 section 2.1
constexpr std::size_t max_payloads = 64;

std::string_view exchange_name(std::uint8_t type) {
  switch (type) {
    case 1:
      return "base";
    case 2:
      return "main mode";
    case 3:
      return "authentication only";
    case 4:
      return "aggressive mode";
    case 5:
      return "informational v1";
    case 32:
      return "quick mode";
    case 33:
      return "new group mode";
    case 34:
      return "sa init";
    case 35:
      return "auth";
    case 36:
      return "create child sa";
    case 37:
      return "informational";
    case 38:
      return "session resume";
    case 43:
      return "intermediate";
    default:
      return {};
  }
}

struct IkeHeader {
  ByteView initiator, responder;
  std::uint8_t next = 0, version = 0, exchange = 0, flags = 0;
  std::uint32_t id = 0, length = 0;

  [[nodiscard]] bool second() const { return version >> 4 == 2; }
};

/// Nullopt where these cannot be its bytes: `wire_length` is that of all of them.
std::optional<IkeHeader> read_ike_header(ByteView bytes, std::size_t wire_length) {
  ByteReader reader(bytes);
  IkeHeader header;
  header.initiator = reader.take(8);
  header.responder = reader.take(8);
  header.next = reader.u8();
  header.version = reader.u8();
  header.exchange = reader.u8();
  header.flags = reader.u8();
  header.id = reader.be32();
  header.length = reader.be32();
  if (!reader.ok() || header.length != wire_length) return std::nullopt;
  const bool first = header.version == 0x10 && (header.exchange < 34 && header.flags <= 7);
  const bool second =
      header.version == 0x20 && (header.exchange > 33 && (header.flags & 0xc7) == 0);
  if ((!first && !second) || exchange_name(header.exchange).empty()) return std::nullopt;
  return header;
}

/// RFC 7296 section 3.2, RFC 2408 section 3.1: "33,34,40,41".
class Payloads {
 public:
  Payloads(Message& message, Outlet& out, bool second)
      : message_(message), out_(out), second_(second) {}

  void read(std::uint8_t next, ByteView bytes) {
    ByteReader reader(bytes);
    std::string chain;
    for (std::size_t count = 0; next != 0 && reader.remaining() >= 4; ++count) {
      if (count == max_payloads) {
        message_.notes.push_back(
            fmt::format("more than {} payloads: the rest is left out", max_payloads));
        break;
      }
      if (!chain.empty()) chain += ',';
      append_number(chain, next);
      const std::uint8_t type = next;
      next = reader.u8();
      reader.skip(1);
      const std::size_t length = reader.be16();
      if (length < 4 || length - 4 > reader.remaining()) {
        if (!message_.gap)
          out_.malformed(message_,
                         fmt::format("IKE payload {} has a length of {} bytes, {} are there", type,
                                     length, reader.remaining() + 4));
        break;
      }
      payload(type, reader.take(length - 4));
      if (second_ && (type == encrypted || type == encrypted_fragment)) break;
    }
    if (chain.empty()) return;
    Field& field = out_.field(message_, "payloads");
    field.value = chain;
    field.cut = message_.gap;
  }

 private:
  static constexpr std::uint8_t encrypted = 46, encrypted_fragment = 53;

  void payload(std::uint8_t type, ByteView content) {
    if (second_ && (type == encrypted || type == encrypted_fragment)) {
      message_.sealed_bytes += content.size();
    } else if (type == (second_ ? 43 : 13)) {
      out_.content(message_, "vendor_id", content);
    } else if (type == (second_ ? 40 : 10)) {
      add_hex(message_, out_, "nonce", content);
    } else if (type == (second_ ? 41 : 11)) {
      notification(content);
    }
  }

  void notification(ByteView content) {
    ByteReader reader(content);
    if (!second_) reader.skip(4);  // domain of interpretation
    reader.skip(1);
    const std::size_t index = reader.u8();
    const std::uint16_t type = reader.be16();
    reader.skip(index);
    if (!reader.ok()) return;
    out_.integer(message_, "notification", type, 2);
    if (reader.remaining() != 0) out_.content(message_, "notification_data", reader.rest());
  }

  Message& message_;
  Outlet& out_;
  bool second_;
};

void add_ike(Message& message, Outlet& out, const IkeHeader& header, ByteView body) {
  message.message = exchange_name(header.exchange);
  const bool response = header.second() && (header.flags & 0x20) != 0;
  if (header.second()) message.message += response ? " response" : " request";
  add_hex(message, out, "initiator", header.initiator);
  add_hex(message, out, "responder", header.responder);
  out.integer(message, "version", header.version >> 4, 1);
  out.integer(message, "id", header.id, 4);
  if (!header.second() && (header.flags & 1) != 0) {  // all behind the header is encrypted
    message.sealed_bytes += body.size();
    return;
  }
  Payloads(message, out, header.second()).read(header.next, body);
}

void add_esp(Message& message, Outlet& out, ByteView bytes, std::size_t wire_length) {
  ByteReader reader(bytes);
  message.message = "packet ";
  append_size_class(message.message, wire_length);
  out.integer(message, "index", reader.be32(), 4);
  out.integer(message, "sequence", reader.be32(), 4);
  message.sealed_bytes += bytes.size() - esp_header;
}

bool read_esp(const Datagram& datagram, Flow& flow, Outlet& out) {
  Message& message = begin(datagram, flow, out, "esp");
  if (datagram.bytes.size() < esp_header) {
    message.message = "malformed";
    if (!datagram.cut()) out.malformed(message, "ESP header is cut off at byte 0");
    add_unread(message, out, "payload", datagram.bytes);
  } else {
    add_esp(message, out, datagram.bytes, datagram.wire_length);
  }
  out.send(message, flow);
  return true;
}

/// RFC 3948 section 2: IKE stands behind four zeros, a lone 0xff keeps the translation open, all
/// else is ESP.
bool read_translated(const Datagram& datagram, Flow& flow, Outlet& out) {
  const ByteView bytes = datagram.bytes;
  if (datagram.wire_length == 1 && bytes[0] == 0xff) {
    Message& message = begin(datagram, flow, out, "esp");
    message.message = "keep alive";
    out.send(message, flow);
    return true;
  }
  if (bytes.size() < esp_header || datagram.wire_length < esp_header + 12) return false;
  if (ByteReader(bytes).be32() < reserved_indexes) return false;
  Message& message = begin(datagram, flow, out, "esp");
  add_esp(message, out, bytes, datagram.wire_length);
  out.send(message, flow);
  return true;
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (datagram.ip_protocol == protocol_esp) return read_esp(datagram, flow, out);
  if (!datagram.udp() || datagram.bytes.empty()) return false;
  const bool translated = datagram.has_port(translated_port);
  const bool marked =
      translated && datagram.bytes.size() >= 4 && ByteReader(datagram.bytes).be32() == 0;
  const std::size_t marker = marked ? 4 : 0;
  const ByteView ike = datagram.bytes.subspan(marker);
  if (const auto header = read_ike_header(ike, datagram.wire_length - marker)) {
    Message& message = begin(datagram, flow, out, "ike");
    add_ike(message, out, *header, ike.subspan(ike_header));
    out.send(message, flow);
    return true;
  }
  return translated && read_translated(datagram, flow, out);
}

}  // namespace

extern const Room ipsec_room{"ipsec", read, nullptr, nullptr};

}  // namespace brewproof::decode
