// TP-Link Smart Home (Kasa plugs, bulbs and switches): JSON veiled by an autokey XOR, over TCP
// behind its length in four bytes, over UDP alone. Told by what the veil leaves of the first two
// bytes of an object. Sources: github.com/softScheck/tplink-smartplug (tplink_smartplug.py), and
// Wireshark's dissector (epan/dissectors/packet-tplink-smarthome.c).
//
// `{"system":{"get_sysinfo":{}}}` asks, and the answer has the same names and an err_code: the
// label is "request system.get_sysinfo", "response system.get_sysinfo".
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rig/decode/fields.h"
#include "rig/decode/payload/content.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::uint16_t tplink_port = 9999;
constexpr std::size_t length_size = 4;
constexpr std::size_t most = 1u << 20;  // of a message: real ones are a few kilobytes
constexpr std::string_view body = "payload|xor:auto|json:/";

/// An object's beginning under the veil: `{"` or `{}`, whose first byte has the key 171.
bool begins_object(ByteView veiled) {
  constexpr std::uint8_t brace = '{' ^ 171;
  return !veiled.empty() && veiled[0] == brace &&
         (veiled.size() < 2 || veiled[1] == (brace ^ '"') || veiled[1] == (brace ^ '}'));
}

/// Two bytes are little to go by away from the port: there the last one must close the object.
bool ends_object(ByteView veiled) {
  return veiled.size() >= 2 && (veiled.back() ^ veiled[veiled.size() - 2]) == '}';
}

/// A pointer's first two names, joined by a dot.
std::string name_of(std::string_view pointer) {
  const std::size_t first = pointer.find('/');
  std::string name(pointer.substr(0, first));
  if (first == std::string_view::npos) return name;
  pointer.remove_prefix(first + 1);
  return name + '.' + std::string(pointer.substr(0, pointer.find('/')));
}

void add_label(Message& message) {
  const Field* named = nullptr;
  bool answers = false;
  for (const Field& field : message.fields) {
    if (!field.path.starts_with(body)) continue;
    answers |= field.path.ends_with("/err_code");
    // What stands beside the module, as the device that is meant, has no second name.
    const std::string_view pointer = std::string_view(field.path).substr(body.size());
    if (named == nullptr && pointer.find('/') != std::string_view::npos &&
        !pointer.starts_with("context/"))
      named = &field;
  }
  message.message = answers ? "response" : "request";
  if (named == nullptr) return;
  message.message += ' ';
  append_label(message.message, name_of(std::string_view(named->path).substr(body.size())));
}

void add_fields(Message& message, Outlet& out, ByteView veiled) {
  add_content(message, out, "payload", veiled, {"application/json", "xor:auto"});
  add_label(message);
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (!datagram.udp() || datagram.bytes.size() < 2 || !begins_object(datagram.bytes)) return false;
  if (!datagram.has_port(tplink_port) && !ends_object(datagram.bytes)) return false;
  Message& message = begin(datagram, flow, out, "tplink");
  add_fields(message, out, datagram.bytes);
  out.send(message, flow);
  return true;
}

class Reader final : public StreamReader {
 public:
  Reader(Flow& flow, Outlet& out) : flow_(&flow), out_(&out) {}

  bool read(Side from, StreamBuffer& input) override {
    for (;;) {
      const ByteView bytes = input.bytes();
      if (bytes.size() < length_size) return true;
      const std::size_t length = ByteReader(bytes).be32();
      const ByteView rest = bytes.subspan(length_size);
      if (length > most || (length != 0 && !rest.empty() && !begins_object(rest)))
        return broken(from, input, length);
      if (rest.size() < length) return true;
      Message& message = out_->begin(*flow_, from, input.span(0, length_size + length), "tplink");
      message.size = length_size + length;
      add_fields(message, *out_, rest.first(length));
      out_->send(message, *flow_);
      input.consume(length_size + length);
    }
  }
  bool gap(Side, std::uint64_t) override { return false; }
  void end(Side, std::string_view) override {}

 private:
  /// What is unread is told here; the rooms are asked again at what comes next.
  bool broken(Side from, StreamBuffer& input, std::size_t length) {
    const ByteView bytes = input.bytes();
    Message& message = out_->begin(*flow_, from, input.span(0, bytes.size()), "tplink");
    message.message = "malformed";
    message.size = bytes.size();
    out_->malformed(message, length > most
                                 ? fmt::format("TP-Link length {} cannot be, at byte 0", length)
                                 : "TP-Link message holds no object at byte 4");
    add_unread(message, *out_, "payload", bytes);
    out_->send(message, *flow_);
    input.consume(bytes.size());
    return false;
  }

  Flow* flow_;
  Outlet* out_;
};

Claim claims(ByteView bytes, const StreamStart&) {
  if (bytes[0] != 0) return Claim::no;
  if (bytes.size() < length_size + 2) {
    const bool may_be = bytes.size() <= length_size || begins_object(bytes.subspan(length_size));
    return may_be ? Claim::more : Claim::no;
  }
  const std::size_t length = ByteReader(bytes).be32();
  return length >= 2 && length <= most && begins_object(bytes.subspan(length_size)) ? Claim::yes
                                                                                    : Claim::no;
}

std::unique_ptr<StreamReader> open(Flow& flow, Outlet& out) {
  return std::make_unique<Reader>(flow, out);
}

}  // namespace

extern const Room tplink_room{"tplink", read, claims, open};

}  // namespace brewproof::decode
