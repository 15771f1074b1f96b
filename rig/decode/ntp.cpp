// NTP versions 1 to 4 (RFC 5905), 48 bytes with an optional authenticator. Control and private
// modes (6, 7) are datagrams of their own kind and not read further.
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t header_size = 48;
constexpr std::uint16_t ntp_port = 123;

std::string_view label(unsigned mode) {
  switch (mode) {
    case 1:
      return "symmetric active";
    case 2:
      return "symmetric passive";
    case 3:
      return "client";
    case 4:
      return "server";
    case 5:
      return "broadcast";
    default:
      return {};
  }
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (!datagram.udp() || datagram.bytes.size() < header_size) return false;
  ByteReader reader(datagram.bytes);
  const unsigned flags = reader.u8(), version = flags >> 3 & 7, mode = flags & 7;
  const std::uint8_t stratum = reader.u8();
  reader.skip(2);
  const std::uint32_t root_delay = reader.be32(), root_dispersion = reader.be32();
  const ByteView reference = reader.take(4);
  const std::uint64_t reference_time = reader.be64(), origin = reader.be64(),
                      received = reader.be64(), transmitted = reader.be64();
  if (version < 1 || version > 4 || label(mode).empty() || stratum > 16) return false;
  // On another port than its own the content must leave no doubt: a client that knows nothing yet,
  // or a server that answers within a few seconds of root delay.
  if (!datagram.has_port(ntp_port)) {
    const std::size_t size = datagram.bytes.size();
    const bool whole = size == header_size || size == 68 || size == 72;
    const bool asks = mode == 3 && stratum == 0 && root_delay == 0 && root_dispersion == 0 &&
                      reference_time == 0 && received == 0;
    const bool answers = mode == 4 && stratum >= 1 && root_delay < 0x100000 &&
                         reference_time != 0 && received != 0 && transmitted >= received;
    if (!whole || version < 3 || !(asks || answers)) return false;
  }
  Message& message = out.begin(flow, datagram.from, datagram.span, "ntp");
  message.size = datagram.wire_length;
  message.message = label(mode);
  out.integer(message, "version", version);
  out.integer(message, "stratum", stratum);
  append_hex(out.field(message, "reference", FieldType::bytes).value, reference);
  const auto add_time = [&](std::string_view path, std::uint64_t time) {
    append_number(out.field(message, path, FieldType::integer).value, time);
  };
  add_time("reference_time", reference_time);
  add_time("origin_time", origin);
  add_time("receive_time", received);
  add_time("transmit_time", transmitted);
  if (reader.remaining() != 0) out.content(message, "authenticator", reader.rest());
  out.send(message, flow);
  return true;
}

}  // namespace

extern const Room ntp_room{"ntp", read, nullptr, nullptr};

}  // namespace brewproof::decode
