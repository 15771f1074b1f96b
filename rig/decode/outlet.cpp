#include "rig/decode/outlet.h"

#include <fmt/format.h>

#include <atomic>
#include <utility>

#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t max_notes = 32;
constexpr std::size_t max_spare = 128, longest_spare = 256;
constexpr std::size_t longest_short = 6;  // bytes whose text the string itself has room for, mostly

/// Gives the message the bytes of the frames that carried it.
void count_carrier(Message& message, Carrier& carrier, Side from) {
  message.size = carrier.settle(from, message.size);
  std::uint64_t left = message.size;
  for (std::uint64_t* part :
       {&message.value_bytes, &message.sealed_bytes, &message.unexplained_bytes}) {
    *part = std::min(*part, left);
    left -= *part;
  }
}

/// A value may be told twice (a topic and its levels) and stands on the wire once.
void clamp_classes(Message& message) {
  message.sealed_bytes = std::min(message.sealed_bytes, message.size);
  message.unexplained_bytes =
      std::min(message.unexplained_bytes, message.size - message.sealed_bytes);
  message.value_bytes = std::min(message.value_bytes,
                                 message.size - message.sealed_bytes - message.unexplained_bytes);
}

}  // namespace

/// Keeps the memory of its parts.
void Outlet::empty(Message& message) {
  static const std::size_t own_room = std::string().capacity();
  const auto save = [&](std::string& text) {
    if (text.capacity() > own_room && text.capacity() <= longest_spare && spare_.size() < max_spare)
      spare_.push_back(std::move(text));
  };
  for (Field& field : message.fields) {
    save(field.path);
    save(field.value);
  }
  message.fields.clear();
  message.notes.clear();
  message.message.clear();
  message.peer.name.clear();
  message.last_time_ns = 0;
  message.malformed = message.gap = false;
  message.size = message.value_bytes = message.sealed_bytes = message.unexplained_bytes = 0;
  message.repeats = 0;
  message.repeat_bytes = 0;
}

void Outlet::take_spare(std::string& to) {
  to = std::move(spare_.back());
  spare_.pop_back();
  to.clear();
}

void Outlet::assign(std::string& to, std::string_view text) {
  if (text.size() > to.capacity() && !spare_.empty()) take_spare(to);
  to.clear();
  to.append(text);  // inlined, which assign is not
}

void Outlet::begin(Message& message, const Flow& flow, Side from, const Span& span,
                   std::string_view protocol) {
  empty(message);
  stamp(message, span);
  const Party& peer = flow.party(other(flow.dut));
  message.from_dut = from == flow.dut;
  message.peer.port = peer.port;
  message.peer.address = peer.text;
  message.dut_port = flow.party(flow.dut).port;
  message.flow = flow.number;
  message.tls = flow.tls;
  if (message.protocol != protocol) message.protocol = protocol;  // seldom
}

void Outlet::stamp(Message& message, const Span& span) {
  message.time_ns = span.first_ns;
  message.last_time_ns = span.last_ns;
  message.first = span.first;
  message.last = span.last;
}

Field& Outlet::field(Message& message, std::string_view path, FieldType type, std::size_t wire) {
  count_value(message, wire);
  if (message.fields.size() >= max_fields) {
    static const std::string text =
        fmt::format("more than {} fields: the rest is left out", max_fields);
    note(message, text);
    beyond_.value.clear();
    return beyond_;
  }
  Field& field = message.fields.emplace_back();
  assign(field.path, path);
  field.type = type;
  if (wire > longest_short && !spare_.empty()) take_spare(field.value);
  return field;
}

void Outlet::text(Message& message, std::string_view path, std::string_view value) {
  text(message, path, value, value.size());
}

void Outlet::text(Message& message, std::string_view path, std::string_view value,
                  std::size_t wire) {
  count_value(message, wire);
  readable_or_hex(message, path, as_bytes(value));
}

void Outlet::integer(Message& message, std::string_view path, std::int64_t value,
                     std::size_t wire) {
  append_number(field(message, path, FieldType::integer, wire).value, value);
}

void Outlet::content(Message& message, std::string_view path, ByteView value) {
  count_value(message, value.size());
  readable_or_hex(message, path, value);
}

bool Outlet::unread(Message& message, std::string_view path, ByteView value) {
  const bool readable = readable_or_hex(message, path, value);
  if (readable) {
    count_value(message, value.size());
  } else {
    count_unexplained(message, value.size());
  }
  return readable;
}

bool Outlet::readable_or_hex(Message& message, std::string_view path, ByteView value) {
  // Bytes of nullptr are those that a reader did not find any more.
  const bool cut = reaches_cut(value) || (message.gap && value.data() == nullptr);
  ByteView kept = value;
  if (kept.size() > max_value) {
    kept = kept.first(max_value);
    note(message,
         fmt::format("{}: the first {} of {} bytes are kept", path, max_value, value.size()));
  }
  // A cut may fall inside a character: up to three bytes of it do not make the text unreadable.
  std::string_view text = as_text(kept);
  const std::size_t cuts = kept.size() == value.size() ? 0 : 3;
  for (std::size_t left_out = 0; left_out <= cuts; ++left_out, text.remove_suffix(1)) {
    if (!is_readable(text)) continue;
    Field& added = field(message, path);
    assign(added.value, text);
    added.cut = cut;
    return true;
  }
  Field& added = field(message, path, FieldType::bytes);
  append_hex(added.value, kept);
  added.cut = cut;
  return false;
}

void Outlet::back_to(Message& message, const Mark& mark) {
  message.fields.resize(mark.fields);
  message.notes.resize(mark.notes);
  message.value_bytes = mark.value_bytes;
  message.unexplained_bytes = mark.unexplained_bytes;
}

void Outlet::note(Message& message, std::string_view text) {
  if (message.notes.size() >= max_notes) return;
  if (message.notes.empty() || message.notes.back() != text) message.notes.emplace_back(text);
}

void Outlet::malformed(Message& message, std::string note) {
  if (!message.malformed) ++totals.malformed;
  message.malformed = true;
  message.notes.push_back(std::move(note));
}

void Outlet::name_party(Flow& flow, Side side, std::string_view name) {
  if (name.empty() || name.size() > 255 || !is_readable(name)) return;
  Party& party = flow.party(side);
  party.name.clear();
  append_lower(party.name, name);
  names.called(party.address, party.name);
}

/// The peer's name, the bytes around it.
void Outlet::complete(Message& message, const Flow& flow) const {
  const Party& peer = flow.party(other(flow.dut));
  message.peer.name.clear();
  message.peer.name.append(peer.name.empty() ? names.find(peer.address)
                                             : std::string_view(peer.name));
  if (flow.carrier != nullptr) {
    count_carrier(message, *flow.carrier, message.from_dut ? flow.dut : other(flow.dut));
  }
}

void Outlet::send(Message& message, const Flow& flow) {
  const std::int64_t now_ns = message.time_ns;
  send_held(std::move(message), flow);
  repeats.take_overdue(now_ns, [&](Message& overdue) { hand_out(overdue); });
}

/// The peer's name is filled in now: later nobody knows the flow.
void Outlet::hold(const RepeatKey& key, Message& message, const Flow& flow) {
  complete(message, flow);
  if (!folds(message, flow)) repeats.hold(key, message);
}

void Outlet::send_held(Message&& message, const Flow& flow) {
  complete(message, flow);
  if (!folds(message, flow)) hand_out(message);
}

/// Where its flow has as many as it may have, the message is told together with others.
bool Outlet::folds(Message& message, const Flow& flow) {
  if (++flow.told <= options.max_flow_messages) return false;
  ++totals.folded_messages;
  clamp_classes(message);
  surplus_.add(message, options, [&](Message& sum) { hand_out(sum); });
  return true;
}

void Outlet::end_flow(const Flow& flow) {
  surplus_.end(flow.number, options, [&](Message& sum) { hand_out(sum); });
}

void Outlet::release(const Exchange& exchange, std::uint32_t id) {
  repeats.take(exchange, id, [&](Message& held) { hand_out(held); });
}

void Outlet::release_all() {
  repeats.take_all([&](Message& held) { hand_out(held); });
}

std::size_t Outlet::next_memory() {
  static std::atomic<std::size_t> types = 0;
  return types++;
}

void Outlet::hand_out(Message& message) {
  clamp_classes(message);
  uplink.message(message);
  sink_(std::move(message));
}

}  // namespace brewproof::decode
