// One application message with its decoded fields: what decode makes and proof reads.
// Names and forms are those of findings.json (`protocol`, `message`, `path`).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rig/model/packet.h"

namespace brewproof {

struct Endpoint {
  std::string name;     // from SNI, Host or a DNS answer seen in this capture; "" = unknown
  std::string address;  // canonical text form of the IP address (or MAC below IP)
  std::uint16_t port = 0;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

enum class FieldType : std::uint8_t { text, integer, real, boolean, null, bytes };

/// One decoded path = value. `value` is canonical text: JSON numbers as they stood on the wire,
/// booleans `true`/`false`, raw bytes as lower-case hex.
struct Field {
  std::string path;
  std::string value;
  FieldType type = FieldType::text;
  bool cut = false;  // bytes beside it were never captured: the value may have been longer
  friend bool operator==(const Field&, const Field&) = default;
};

struct Message {
  std::int64_t time_ns = 0;       // earliest segment carrying its bytes, CLOCK_REALTIME
  std::int64_t last_time_ns = 0;  // last segment carrying its bytes
  bool from_dut = false;          // false: it came from the network to the DUT
  Endpoint peer;                  // the other side (the destination of an uplink message)
  std::uint16_t dut_port = 0;
  std::uint64_t flow = 0;  // numbers the 5-tuple conversations of one analysis from 1
  std::string protocol;    // http, mqtt, dns, tls, udp ...
  bool tls = false;        // it was read inside opened TLS
  std::string message;     // "POST /v1/order", "PUBLISH a/b", "query A name", "record 210..219 B"
  std::vector<Field> fields;
  std::uint64_t size = 0;  // application bytes of this message on the wire
  // Of `size`: what fields hold, what is encrypted, what nobody could read. The rest is the
  // protocol's own: names, lengths, punctuation.
  std::uint64_t value_bytes = 0, sealed_bytes = 0, unexplained_bytes = 0;
  std::uint32_t repeats =
      0;  // further copies seen (MQTT DUP); retransmitted segments are not copies
  std::uint64_t repeat_bytes = 0;  // of those copies, beside `size`
  bool malformed = false;  // bytes could not be read as the protocol says; nothing was thrown away
  bool gap = false;        // bytes of it were never captured
  std::vector<std::string> notes;  // limits reached, what was malformed, at which offset
  PacketPlace first, last;
};

}  // namespace brewproof
