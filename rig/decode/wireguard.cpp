// WireGuard (www.wireguard.com/protocol, "The Noise_IK handshake"): recognised, and sealed but for
// its headers. Handshake messages are told by their type, zeros and exact size; data messages hold
// too little to be told alone and are read where a handshake went before, or on WireGuard's own
// port.
#include "rig/decode/fields.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::uint16_t wireguard_port = 51820;
constexpr std::size_t initiation_size = 148, response_size = 92, cookie_size = 64;
constexpr std::size_t data_header = 16, seal = 16;

enum Type : std::uint8_t { none, initiation, response, cookie, transport };

Type type_of(const Datagram& datagram) {
  const ByteView bytes = datagram.bytes;
  if (!datagram.udp() || bytes.size() < data_header || bytes[1] != 0 || bytes[2] != 0 ||
      bytes[3] != 0)
    return none;
  const std::size_t size = datagram.wire_length;
  switch (bytes[0]) {
    case initiation:
      return size == initiation_size ? initiation : none;
    case response:
      return size == response_size ? response : none;
    case cookie:
      return size == cookie_size ? cookie : none;
    case transport:
      return size >= data_header + seal && size % 16 == 0 ? transport : none;
    default:
      return none;
  }
}

/// That a handshake was seen.
class Tunnel final : public Session {
 public:
  Tunnel(Flow&, Outlet&) {}
  void end(std::string_view) override {}
  [[nodiscard]] bool lasts() const override { return true; }
};

void add_index(Message& message, Outlet& out, std::string_view path, ByteReader& reader) {
  out.integer(message, path, reader.le32(), 4);
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  const Type type = type_of(datagram);
  if (type == none || (type == transport && !datagram.has_port(wireguard_port) &&
                       find_session<Tunnel>(datagram) == nullptr))
    return false;
  Message& message = begin(datagram, flow, out, "wireguard");
  ByteReader reader(datagram.bytes);
  reader.skip(4);
  std::size_t open = 0;  // bytes that are not sealed
  switch (type) {
    case initiation:
      session<Tunnel>(datagram, flow, out);
      message.message = "handshake initiation";
      add_index(message, out, "sender", reader);
      add_hex(message, out, "ephemeral", reader.take(32));
      open = initiation_size - 48 - 28;  // the static key and the time stamp are encrypted
      break;
    case response:
      session<Tunnel>(datagram, flow, out);
      message.message = "handshake response";
      add_index(message, out, "sender", reader);
      add_index(message, out, "receiver", reader);
      add_hex(message, out, "ephemeral", reader.take(32));
      open = response_size - 16;  // an empty text's seal
      break;
    case cookie:
      message.message = "cookie reply";
      add_index(message, out, "receiver", reader);
      add_hex(message, out, "nonce", reader.take(24));
      open = cookie_size - 32;
      break;
    default:
      message.message = "data ";
      append_size_class(message.message, datagram.wire_length);
      add_index(message, out, "receiver", reader);
      out.integer(message, "counter", static_cast<std::int64_t>(reader.le64()), 8);
      open = data_header;
      break;
  }
  message.sealed_bytes = datagram.bytes.size() - std::min(datagram.bytes.size(), open);
  out.send(message, flow);
  return true;
}

}  // namespace

extern const Room wireguard_room{"wireguard", read, nullptr, nullptr};

}  // namespace brewproof::decode
