// MQTT 3.1.1 (OASIS standard, 29 October 2014), 3.1, which differs in the CONNECT alone, and 5.0
// (OASIS standard, 7 March 2019). A PUBLISH of QoS 1 or 2 waits for its acknowledgement, so that a
// DUP is counted on it. The version is the CONNECT's; of a connection captured from its middle it
// is told from packets that only 5.0 has.
#include <string>

#include "rig/decode/mqtt/packet.h"
#include "rig/decode/mqtt/reader.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

using namespace mqtt;

bool is_topic(std::string_view topic) {
  return !topic.empty() && topic.find_first_of("+#") == std::string_view::npos &&
         topic.find('\0') == std::string_view::npos && is_readable(topic);
}

/// A PUBLISH whose topic is one; others by their fixed length.
bool plausible(const FixedHeader& header, ByteView rest) {
  switch (header.type) {
    case publish: {
      ByteReader reader(rest.first(std::min(rest.size(), header.length)));
      const std::string_view topic = read_string(reader);
      return reader.ok() && is_topic(topic);
    }
    case puback:
    case pubrec:
    case pubrel:
    case pubcomp:
    case connack:
    case unsuback:
      return header.length == 2;
    case pingreq:
    case pingresp:
    case disconnect:
      return header.length == 0;
    default:
      return false;
  }
}

/// A connection begins with CONNECT and its protocol name (section 3.1.2.1). Captured from its
/// middle, whole packets must fill the bytes exactly, or a PUBLISH with a topic must run on.
Claim claims(ByteView bytes, const StreamStart& start) {
  FixedHeader header = read_fixed_header(bytes);
  if (header.state == FixedHeader::State::bad) return Claim::no;
  if (header.type == connect) {
    if (header.state == FixedHeader::State::cut) return Claim::more;
    ByteReader reader(bytes.subspan(header.size));
    const ByteView name = reader.take(reader.be16());
    if (reader.ok())
      return as_text(name) == "MQTT" || as_text(name) == "MQIsdp" ? Claim::yes : Claim::no;
    return header.length >= 10 && bytes.size() < 10 ? Claim::more : Claim::no;
  }
  // A server's first bytes are CONNACK: then the client's side was not captured.
  if (start.begins && (start.from == Side::client || header.type != connack)) return Claim::no;
  if (header.state == FixedHeader::State::cut) return Claim::no;
  while (!bytes.empty()) {
    header = read_fixed_header(bytes);
    if (header.state != FixedHeader::State::whole) return Claim::no;
    const ByteView rest = bytes.subspan(header.size);
    if (!plausible(header, rest)) return Claim::no;
    if (rest.size() < header.length) return header.type == publish ? Claim::yes : Claim::no;
    bytes = rest.subspan(header.length);
  }
  return Claim::yes;
}

std::unique_ptr<StreamReader> open(Flow& flow, Outlet& out) {
  return std::make_unique<Reader>(flow, out);
}

}  // namespace

extern const Room mqtt_room{"mqtt", nullptr, claims, open};

}  // namespace brewproof::decode
