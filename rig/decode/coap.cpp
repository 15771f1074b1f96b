// CoAP (RFC 7252) over UDP. On its port what parses is CoAP; elsewhere a request must name a path
// or a host and hold nothing but sound options, and a response must answer one that was seen.
#include "rig/decode/coap/exchanges.h"
#include "rig/decode/room.h"

namespace brewproof::decode {
namespace {

constexpr std::uint16_t coap_port = 5683;

bool claims(const Datagram& datagram, const CoapMessage& coap) {
  const unsigned code_class = coap.code >> 5;
  if (code_class != 0 && code_class != 2 && code_class != 4 && code_class != 5) return false;
  if (datagram.has_port(coap_port)) return true;
  if (!coap_is_sound(coap)) return false;
  const auto* exchanges = find_session<CoapExchanges>(datagram);
  if (exchanges != nullptr && exchanges->knows(datagram.from, coap)) return true;
  return coap.request() &&
         (coap.type == CoapType::confirmable || coap.type == CoapType::non_confirmable) &&
         (coap.find(coap_option::uri_path) != nullptr ||
          coap.find(coap_option::uri_host) != nullptr);
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (!datagram.udp() || datagram.bytes.size() < 4 || datagram.bytes[0] >> 6 != 1) return false;
  auto& coap = out.memory<CoapMessage>();
  if (!read_coap(datagram.bytes, coap) || !claims(datagram, coap)) return false;
  session<CoapExchanges>(datagram, flow, out).read(datagram, coap);
  return true;
}

}  // namespace

extern const Room coap_room{"coap", read, nullptr, nullptr};

}  // namespace brewproof::decode
