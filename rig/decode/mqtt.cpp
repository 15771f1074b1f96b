// MQTT 3.1.1 (OASIS standard, 29 October 2014), and 3.1, which differs in the CONNECT alone. A
// PUBLISH of QoS 1 or 2 waits for its acknowledgement, so that a DUP is counted on it.
#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>

#include "rig/decode/payload/content.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

enum Type : std::uint8_t {
  connect = 1,
  connack,
  publish,
  puback,
  pubrec,
  pubrel,
  pubcomp,
  subscribe,
  suback,
  unsubscribe,
  unsuback,
  pingreq,
  pingresp,
  disconnect
};

std::string_view type_name(std::uint8_t type) {
  constexpr std::string_view names[] = {"",          "CONNECT",  "CONNACK",     "PUBLISH",
                                        "PUBACK",    "PUBREC",   "PUBREL",      "PUBCOMP",
                                        "SUBSCRIBE", "SUBACK",   "UNSUBSCRIBE", "UNSUBACK",
                                        "PINGREQ",   "PINGRESP", "DISCONNECT"};
  return type < std::size(names) ? names[type] : std::string_view{};
}

struct FixedHeader {
  std::uint8_t type = 0, flags = 0;
  std::size_t size = 0;    // of the header itself
  std::size_t length = 0;  // of what follows
  enum class State : std::uint8_t { whole, cut, bad } state = State::cut;
};

/// Section 2.2: type and flags, then the remaining length in one to four bytes of seven bits.
FixedHeader read_fixed_header(ByteView bytes) {
  FixedHeader header;
  if (bytes.empty()) return header;
  header.type = bytes[0] >> 4;
  header.flags = bytes[0] & 0xf;
  for (std::size_t i = 1; i <= 4; ++i) {
    if (i >= bytes.size()) return header;
    header.length |= std::size_t{bytes[i] & 0x7fu} << (7 * (i - 1));
    if ((bytes[i] & 0x80) == 0) {
      header.size = i + 1;
      header.state = FixedHeader::State::whole;
      break;
    }
  }
  // Table 2.2: reserved flags; PUBLISH has its own, of which QoS 3 is none.
  const std::uint8_t wanted =
      header.type == pubrel || header.type == subscribe || header.type == unsubscribe ? 2 : 0;
  const bool flags_ok = header.type == publish ? (header.flags & 6) != 6 : header.flags == wanted;
  if (header.size == 0 || header.type < connect || header.type > disconnect || !flags_ok)
    header.state = FixedHeader::State::bad;
  return header;
}

std::string_view read_string(ByteReader& reader) { return as_text(reader.take(reader.be16())); }

void add_topic_levels(Message& message, Outlet& out, std::string_view topic) {
  constexpr std::string_view prefix = "topic:";
  std::string path(prefix);
  for (std::size_t level = 0;; ++level) {
    const std::size_t end = topic.find('/');
    path.resize(prefix.size());
    append_number(path, level);
    out.text(message, path, topic.substr(0, end));
    if (end == std::string_view::npos) return;
    topic.remove_prefix(end + 1);
  }
}

std::uint64_t fnv1a(ByteView bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const std::uint8_t b : bytes) hash = (hash ^ b) * 0x100000001b3u;
  return hash;
}

class Reader final : public StreamReader {
 public:
  Reader(Flow& flow, Outlet& out) : flow_(&flow), out_(&out) {}

  bool read(Side from, StreamBuffer& input) override {
    std::size_t& skipping = skipping_[index(from)];
    while (!input.empty()) {
      const ByteView bytes = input.bytes();
      if (skipping != 0) {
        const std::size_t count = std::min(skipping, bytes.size());
        skipping -= count;
        input.consume(count);
        continue;
      }
      const FixedHeader header = read_fixed_header(bytes);
      if (header.state == FixedHeader::State::cut) return true;
      if (header.state == FixedHeader::State::bad) {
        broken(from, input);
        return false;
      }
      const std::size_t size = header.size + header.length;
      if (size > out_->options.max_buffer) {
        too_large(from, input, header);
        skipping = size - bytes.size();
        input.consume(bytes.size());
        continue;
      }
      if (bytes.size() < size) return true;
      packet(from, header, bytes.subspan(header.size, header.length), input.span(0, size));
      input.consume(size);
    }
    return true;
  }

  bool gap(Side, std::uint64_t) override { return false; }

  void end(Side, std::string_view) override {}

 private:
  Message& begin(Side from, const Span& span, std::uint8_t type, std::size_t size) {
    Message& message = out_->begin(*flow_, from, span, "mqtt");
    message.message += type_name(type);
    message.size = size;
    return message;
  }

  void broken(Side from, StreamBuffer& input) {
    const ByteView bytes =
        input.bytes().first(std::min<std::size_t>(input.bytes().size(), max_value));
    Message& message = begin(from, input.span(0, bytes.size()), 0, bytes.size());
    message.message = "malformed";
    out_->malformed(message, "no MQTT fixed header at byte 0 of the payload");
    out_->content(message, "payload", bytes);
    out_->send(message, *flow_);
    input.consume(bytes.size());
  }

  void too_large(Side from, StreamBuffer& input, const FixedHeader& header) {
    Message& message =
        begin(from, input.span(0, input.bytes().size()), header.type, header.size + header.length);
    if (header.type == publish) {
      ByteReader reader(input.bytes().subspan(header.size));
      message.message += ' ';
      append_label(message.message, read_string(reader));
    }
    message.notes.push_back(fmt::format("{} bytes exceed the limit of {}: the content is left out",
                                        header.length, out_->options.max_buffer));
    out_->send(message, *flow_);
  }

  void packet(Side from, const FixedHeader& header, ByteView body, const Span& span) {
    if (header.type == publish) return read_publish(from, header, body, span);
    Message& message = begin(from, span, header.type, header.size + body.size());
    ByteReader reader(body);
    bool acknowledges = false;
    std::uint16_t id = 0;
    switch (header.type) {
      case connect:
        read_connect(message, reader);
        break;
      case connack:
        reader.skip(1);
        out_->integer(message, "code", reader.u8());
        break;
      case pingreq:
      case pingresp:
      case disconnect:
        break;
      default:
        id = reader.be16();
        out_->integer(message, "id", id);
        acknowledges = header.type == puback || header.type == pubrec;
        if (header.type == subscribe || header.type == unsubscribe)
          read_filters(message, reader, header.type == subscribe);
        if (header.type == suback && reader.ok())
          append_hex(out_->field(message, "codes", FieldType::bytes).value, reader.rest());
    }
    finish(message, reader, body);
    if (acknowledges && reader.ok()) release(from, id);
    out_->send(message, *flow_);
  }

  void finish(Message& message, const ByteReader& reader, ByteView body) {
    if (!reader.ok()) {
      out_->malformed(message, fmt::format("MQTT {} is cut off inside its lengths at byte {}",
                                           message.message, reader.position()));
      out_->content(message, "payload", body);
    } else if (reader.remaining() != 0) {
      out_->malformed(message, fmt::format("{} bytes too many in MQTT {} at byte {}",
                                           reader.remaining(), message.message, reader.position()));
    }
  }

  /// Section 3.1.
  void read_connect(Message& message, ByteReader& reader) {
    read_string(reader);
    out_->integer(message, "level", reader.u8());
    const std::uint8_t flags = reader.u8();
    out_->field(message, "clean", FieldType::boolean).value = (flags & 2) != 0 ? "true" : "false";
    out_->integer(message, "keepalive", reader.be16());
    out_->text(message, "client", read_string(reader));
    if ((flags & 4) != 0) {
      out_->text(message, "will_topic", read_string(reader));
      const ByteView will = reader.take(reader.be16());
      add_content(message, *out_, "will", will);
    }
    if ((flags & 0x80) != 0) out_->text(message, "username", read_string(reader));
    if ((flags & 0x40) != 0) out_->text(message, "password", read_string(reader));
  }

  /// Sections 3.8 and 3.10.
  void read_filters(Message& message, ByteReader& reader, bool with_qos) {
    bool first = true;
    while (reader.ok() && reader.remaining() != 0) {
      const std::string_view filter = read_string(reader);
      const std::uint8_t qos = with_qos ? reader.u8() : std::uint8_t{0};
      if (!reader.ok()) return;
      if (std::exchange(first, false)) {
        message.message += ' ';
        append_label(message.message, filter);
      }
      out_->text(message, "filter", filter);
      if (with_qos) out_->integer(message, "qos", qos);
    }
  }

  /// Section 3.3.
  void read_publish(Side from, const FixedHeader& header, ByteView body, const Span& span) {
    const unsigned qos = header.flags >> 1 & 3;
    const bool dup = (header.flags & 8) != 0;
    ByteReader reader(body);
    const std::string_view topic = read_string(reader);
    const std::uint16_t id = qos != 0 ? reader.be16() : std::uint16_t{0};
    const bool whole = reader.ok();
    RepeatKey key = qos != 0 && whole ? repeat_key(from, id, body) : RepeatKey{};
    if (dup && whole && qos != 0 && out_->repeats.repeat(key)) return;

    Message& message = begin(from, span, publish, header.size + body.size());
    message.message += ' ';
    append_label(message.message, topic);
    add_topic_levels(message, *out_, topic);
    if (qos != 0) out_->integer(message, "qos", qos);
    if (qos != 0) out_->integer(message, "id", id);
    if ((header.flags & 1) != 0) out_->field(message, "retain", FieldType::boolean).value = "true";
    if (!whole) {
      finish(message, reader, body);
      return out_->send(message, *flow_);
    }
    add_content(message, *out_, "payload", reader.rest());
    if (dup) message.notes.emplace_back("a DUP whose first copy was not seen, or was acknowledged");
    if (qos == 0) return out_->send(message, *flow_);
    // The name is filled in now: later nobody knows the flow.
    out_->name_peer(message, *flow_);
    out_->repeats.hold(std::move(key), std::move(message));
  }

  const std::string& exchange(Side sender) {
    std::string& text = exchange_[index(sender)];
    if (!text.empty()) return text;
    const Party& to = flow_->party(other(sender));
    // The client's port is left out: a DUP comes on the next connection.
    text = "mqtt ";
    append_text(text, flow_->party(sender).address);
    text += ' ';
    append_text(text, to.address);
    text += ' ';
    append_number(text, flow_->party(Side::server).port);
    return text;
  }

  RepeatKey repeat_key(Side from, std::uint16_t id, ByteView body) {
    return {exchange(from), id, fnv1a(body)};
  }

  /// PUBACK and PUBREC come from the receiver: the sender's message is complete.
  void release(Side from, std::uint16_t id) {
    Message held;
    if (out_->repeats.take(exchange(other(from)), id, held)) out_->send_held(std::move(held));
  }

  Flow* flow_;
  Outlet* out_;
  std::array<std::size_t, 2> skipping_{};
  std::array<std::string, 2> exchange_;  // by sender, once it is asked for
};

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
