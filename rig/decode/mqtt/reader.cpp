#include "rig/decode/mqtt/reader.h"

#include <fmt/format.h>

#include <utility>

#include "rig/decode/payload/content.h"

namespace brewproof::decode::mqtt {
namespace {

constexpr std::size_t max_aliases = 1024;  // topics that one side may give numbers to

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

/// A PUBLISH of a connection whose CONNECT was not seen: has it properties? Told only where they
/// are there and each is one, or where there are none and JSON follows.
bool looks_like_5(ByteReader reader) {
  const ByteView rest = reader.rest();
  if (rest.empty()) return false;
  if (rest[0] == 0) return rest.size() > 1 && (rest[1] == '{' || rest[1] == '[');
  ByteReader again(rest);
  return read_properties(again, [](const Property&) {});
}

}  // namespace

bool Reader::read(Side from, StreamBuffer& input) {
  while (!input.empty()) {
    if (oversized_[index(from)]) {
      if (!skip(from, input)) return true;
      continue;
    }
    const ByteView bytes = input.bytes();
    const FixedHeader header = read_fixed_header(bytes);
    if (header.state == FixedHeader::State::cut) return true;
    if (header.state == FixedHeader::State::bad || (header.type == auth && level_ == 4)) {
      broken(from, input);
      return false;
    }
    const std::size_t size = header.size + header.length;
    if (size > out_->options.max_buffer) {
      too_large(from, input, header);
      continue;
    }
    if (bytes.size() < size) return true;
    packet(from, header, bytes.subspan(header.size, header.length), input.span(0, size));
    input.consume(size);
  }
  return true;
}

bool Reader::gap(Side from, std::uint64_t) {
  end(from, "bytes of it were never captured");
  return false;
}

void Reader::end(Side from, std::string_view why) {
  auto& oversized = oversized_[index(from)];
  if (!oversized) return;
  Message& message = oversized->message;
  message.size -= oversized->left;
  message.gap = true;
  message.notes.push_back(fmt::format("{} bytes of it did not come: {}", oversized->left, why));
  Outlet::stamp(message, oversized->span);
  out_->send(message, *flow_);
  oversized.reset();
}

Message& Reader::begin(Side from, const Span& span, std::uint8_t type, std::size_t size) {
  Message& message = out_->begin(*flow_, from, span, "mqtt");
  message.message += type_name(type);
  message.size = size;
  return message;
}

void Reader::broken(Side from, StreamBuffer& input) {
  const ByteView bytes =
      input.bytes().first(std::min<std::size_t>(input.bytes().size(), max_value));
  Message& message = begin(from, input.span(0, bytes.size()), 0, bytes.size());
  message.message = "malformed";
  out_->malformed(message, "no MQTT fixed header at byte 0 of the payload");
  out_->content(message, "payload", bytes);
  message.unexplained_bytes = std::exchange(message.value_bytes, 0);
  out_->send(message, *flow_);
  input.consume(bytes.size());
}

void Reader::too_large(Side from, StreamBuffer& input, const FixedHeader& header) {
  const Span span = input.span(0, header.size);
  Message& message = begin(from, span, header.type, header.size + header.length);
  if (header.type == publish) {
    ByteReader reader(input.bytes().subspan(header.size));
    message.message += ' ';
    append_label(message.message, read_string(reader));
  }
  message.notes.push_back(fmt::format("{} bytes exceed the limit of {}: the content is left out",
                                      header.length, out_->options.max_buffer));
  message.unexplained_bytes = header.length;
  oversized_[index(from)] = Oversized{header.length, std::move(message), span};
  input.consume(header.size);
}

bool Reader::skip(Side from, StreamBuffer& input) {
  Oversized& oversized = *oversized_[index(from)];
  const std::size_t count = std::min(oversized.left, input.bytes().size());
  if (count != 0) oversized.span.include(input.span(0, count));
  input.consume(count);
  oversized.left -= count;
  if (oversized.left != 0) return false;
  Outlet::stamp(oversized.message, oversized.span);
  out_->send(oversized.message, *flow_);
  oversized_[index(from)].reset();
  return true;
}

void Reader::packet(Side from, const FixedHeader& header, ByteView body, const Span& span) {
  if (header.type == publish) return read_publish(from, header, body, span);
  Message& message = begin(from, span, header.type, header.size + body.size());
  ByteReader reader(body);
  std::uint16_t id = 0;
  switch (header.type) {
    case connect:
      read_connect(message, reader);
      break;
    case connack:
      read_connack(message, reader);
      break;
    case pingreq:
    case pingresp:
      break;
    case disconnect:
    case auth:
      if (body.empty()) break;
      level_ = 5;  // before, neither had a body
      integer(message, "code", reader.u8());
      if (reader.remaining() != 0) add_properties(message, reader, "property");
      break;
    case subscribe:
    case unsubscribe:
      out_->integer(message, "id", reader.be16(), 2);
      read_filters(message, reader, header.type == subscribe);
      break;
    default:
      id = reader.be16();
      out_->integer(message, "id", id, 2);
      read_acknowledgement(message, reader, header.type);
  }
  finish(message, reader, body);
  // These come from the receiver: the sender's message is complete.
  if ((header.type == puback || header.type == pubrec) && reader.ok())
    out_->release(exchange(other(from)), id);
  out_->send(message, *flow_);
}

void Reader::finish(Message& message, const ByteReader& reader, ByteView body) {
  if (!reader.ok()) {
    out_->malformed(message, fmt::format("MQTT {} is cut off inside its lengths at byte {}",
                                         message.message, reader.position()));
    message.value_bytes = 0;
    out_->content(message, "payload", body);
    message.unexplained_bytes = std::exchange(message.value_bytes, 0);
  } else if (reader.remaining() != 0) {
    out_->malformed(message, fmt::format("{} bytes too many in MQTT {} at byte {}",
                                         reader.remaining(), message.message, reader.position()));
    message.unexplained_bytes += reader.remaining();
  }
}

/// Section 3.1.
void Reader::read_connect(Message& message, ByteReader& reader) {
  reader.skip(reader.be16());  // the protocol's name
  level_ = reader.u8();
  integer(message, "level", level_);
  const std::uint8_t flags = reader.u8();
  boolean(message, "clean", (flags & 2) != 0);
  out_->integer(message, "keepalive", reader.be16(), 2);
  if (is_5()) add_properties(message, reader, "property");
  out_->text(message, "client", read_string(reader));
  if ((flags & 4) != 0) {
    if (is_5()) add_properties(message, reader, "will_property");
    out_->text(message, "will_topic", read_string(reader));
    out_->integer(message, "will_qos", flags >> 3 & 3);
    if ((flags & 0x20) != 0) boolean(message, "will_retain", true);
    add_content(message, *out_, "will", read_data(reader));
  }
  if ((flags & 0x80) != 0) add_value(message, *out_, "username", read_string(reader));
  if ((flags & 0x40) != 0) add_value(message, *out_, "password", as_text(read_data(reader)));
}

/// Section 3.2. Properties follow in version 5 alone.
void Reader::read_connack(Message& message, ByteReader& reader) {
  if ((reader.u8() & 1) != 0) boolean(message, "session_present", true);
  integer(message, "code", reader.u8());
  if (level_ == 0 && reader.remaining() != 0) level_ = 5;
  if (is_5()) add_properties(message, reader, "property");
}

/// Sections 3.8 and 3.10.
void Reader::read_filters(Message& message, ByteReader& reader, bool subscribes) {
  if (is_5()) add_properties(message, reader, "property");
  bool first = true;
  while (reader.ok() && reader.remaining() != 0) {
    const std::string_view filter = read_string(reader);
    const std::uint8_t options = subscribes ? reader.u8() : std::uint8_t{0};
    if (!reader.ok()) return;
    if (std::exchange(first, false)) {
      message.message += ' ';
      append_label(message.message, filter);
    }
    out_->text(message, "filter", filter);
    if (!subscribes) continue;
    integer(message, "qos", options & 3);
    if ((options & 4) != 0) boolean(message, "no_local", true);
    if ((options & 8) != 0) boolean(message, "retain_as_published", true);
    if ((options & 0x30) != 0) out_->integer(message, "retain_handling", options >> 4 & 3);
  }
}

/// Sections 3.4 to 3.7, 3.9 and 3.11: after the packet's number a reason and properties (5), both
/// left out where all went well; of SUBACK and UNSUBACK a reason for each filter.
void Reader::read_acknowledgement(Message& message, ByteReader& reader, std::uint8_t type) {
  if (type == suback || type == unsuback) {
    if (is_5()) add_properties(message, reader, "property");
    const ByteView codes = reader.rest();
    if (codes.empty()) return;
    append_hex(out_->field(message, "codes", FieldType::bytes, codes.size()).value, codes);
    return;
  }
  if (reader.remaining() == 0 || level_ == 4 || level_ == 3) return;
  level_ = 5;
  integer(message, "code", reader.u8());
  if (reader.remaining() != 0) add_properties(message, reader, "property");
}

/// Section 3.3.
void Reader::read_publish(Side from, const FixedHeader& header, ByteView body, const Span& span) {
  const unsigned qos = header.flags >> 1 & 3;
  const bool dup = (header.flags & 8) != 0;
  ByteReader reader(body);
  const std::string_view topic = read_string(reader);
  const std::uint16_t id = qos != 0 ? reader.be16() : std::uint16_t{0};
  const bool whole = reader.ok();
  if (level_ == 0 && whole && looks_like_5(reader)) level_ = 5;
  const RepeatKey key =
      qos != 0 && whole ? RepeatKey{exchange(from), id, fnv1a(body)} : RepeatKey{};
  const std::size_t size = header.size + body.size();
  if (dup && whole && qos != 0 && out_->repeats.waits(key))
    return out_->repeats.repeat(key, flow_->on_wire(from, size));

  Message& message = begin(from, span, publish, size);
  if (!whole) {
    name_topic(message, from, topic, std::nullopt);
    finish(message, reader, body);
    return out_->send(message, *flow_);
  }
  std::optional<std::uint32_t> alias;
  const bool readable = !is_5() || add_properties(message, reader, "property", &alias);
  name_topic(message, from, topic, alias);
  if (qos != 0) out_->integer(message, "qos", qos);
  if (qos != 0) out_->integer(message, "id", id, 2);
  if ((header.flags & 1) != 0) boolean(message, "retain", true);
  if (readable) {
    add_content(message, *out_, "payload", reader.rest());
  } else {
    finish(message, reader, body);
  }
  if (dup) message.notes.emplace_back("a DUP whose first copy was not seen, or was acknowledged");
  if (qos == 0) return out_->send(message, *flow_);
  out_->hold(key, message, *flow_);
}

/// Section 3.3.2.3.4: a topic may be given a number once and be named by that afterwards.
void Reader::name_topic(Message& message, Side from, std::string_view topic,
                        std::optional<std::uint32_t> alias) {
  std::map<std::uint32_t, std::string>& aliases = aliases_[index(from)];
  message.message += ' ';
  if (alias && !topic.empty()) {
    if (aliases.size() < max_aliases || aliases.contains(*alias)) aliases[*alias] = topic;
  }
  if (topic.empty() && alias) {
    const auto known = aliases.find(*alias);
    if (known == aliases.end()) {
      message.message += fmt::format("alias {}", *alias);
      message.notes.push_back(
          fmt::format("topic alias {} was given before the capture, or is one too many", *alias));
      return;
    }
    append_label(message.message, known->second);
    const Outlet::Inside told_before(*out_);
    return add_topic_levels(message, *out_, known->second);
  }
  append_label(message.message, topic);
  add_topic_levels(message, *out_, topic);
}

bool Reader::add_properties(Message& message, ByteReader& reader, std::string_view part,
                            std::optional<std::uint32_t>* alias) {
  std::string path;
  const std::size_t at = reader.position();
  const bool read = read_properties(reader, [&](const Property& property) {
    path = part;
    path += ':';
    path += property.kind->name;
    switch (property.kind->form) {
      case PropertyForm::text:
      case PropertyForm::data:
        return out_->content(message, path, property.value);
      case PropertyForm::pair:
        path += ':';
        append_key(path, property.key.substr(0, max_value));
        return out_->content(message, path, property.value);
      default:
        if (property.kind->id == topic_alias && alias != nullptr) *alias = property.number;
        return out_->integer(message, path, property.number, property.wire);
    }
  });
  if (!read)
    out_->malformed(message, fmt::format("MQTT {} has no well-formed properties at byte {}",
                                         message.message, at));
  return read;
}

void Reader::integer(Message& message, std::string_view path, std::uint8_t value) {
  out_->integer(message, path, value, 1);
}

void Reader::boolean(Message& message, std::string_view path, bool value) {
  out_->field(message, path, FieldType::boolean).value = value ? "true" : "false";
}

Exchange Reader::exchange(Side sender) const {
  return {flow_->party(sender).address, flow_->party(other(sender)).address,
          flow_->party(Side::server).port};
}

}  // namespace brewproof::decode::mqtt
