#include "rig/model/kept_message.h"

#include <algorithm>

namespace brewproof {
namespace {

std::shared_ptr<const MessageHeading> heading_of(const Message& message) {
  auto heading = std::make_shared<MessageHeading>();
  heading->peer = message.peer;
  heading->protocol = message.protocol;
  heading->message = message.message;
  heading->notes = message.notes;
  heading->columns.reserve(message.fields.size());
  for (const Field& field : message.fields)
    heading->columns.push_back({field.path, field.type, field.cut});
  return heading;
}

/// Equal for equal headings and for no others.
std::string key_of(const Message& message) {
  FormWriter key;
  const auto& [name, address, port] = message.peer;
  for (const std::string* text : {&name, &address, &message.protocol, &message.message})
    key.text(*text);
  key.number(port);
  key.number(message.notes.size());
  for (const std::string& note : message.notes) key.text(note);
  for (const Field& field : message.fields) {
    key.byte(
        static_cast<std::uint8_t>(static_cast<unsigned>(field.type) << 1 | (field.cut ? 1U : 0U)));
    key.text(field.path);
  }
  return std::string(as_text(key.view()));
}

const std::shared_ptr<const MessageHeading>& no_heading() {
  static const auto none = std::make_shared<const MessageHeading>();
  return none;
}

}  // namespace

KeptMessage::KeptMessage() : heading_(no_heading()) {}

KeptMessage::KeptMessage(const Message& message) : KeptMessage(message, heading_of(message)) {}

KeptMessage::KeptMessage(const Message& message, std::shared_ptr<const MessageHeading> heading)
    : time_ns(message.time_ns),
      last_time_ns(message.last_time_ns),
      flow(message.flow),
      size(message.size),
      value_bytes(message.value_bytes),
      sealed_bytes(message.sealed_bytes),
      unexplained_bytes(message.unexplained_bytes),
      repeat_bytes(message.repeat_bytes),
      repeats(message.repeats),
      dut_port(message.dut_port),
      from_dut(message.from_dut),
      tls(message.tls),
      malformed(message.malformed),
      gap(message.gap),
      first(message.first),
      last(message.last),
      heading_(std::move(heading)) {
  if (message.fields.empty()) return;
  FormWriter written;
  for (const Field& field : message.fields) written.text(field.value);
  const ByteView bytes = written.view();
  auto values = std::make_shared_for_overwrite<std::uint8_t[]>(bytes.size());
  std::ranges::copy(bytes, values.get());
  values_ = std::move(values);
  values_size_ = bytes.size();
}

std::optional<FieldView> KeptMessage::field(std::string_view path) const {
  const KeptFields all = fields();
  const auto found = std::ranges::find(all, path, &FieldView::path);
  return found == all.end() ? std::nullopt : std::optional(*found);
}

Message KeptMessage::whole() const {
  Message message;
  message.time_ns = time_ns;
  message.last_time_ns = last_time_ns;
  message.from_dut = from_dut;
  message.peer = peer();
  message.dut_port = dut_port;
  message.flow = flow;
  message.protocol = protocol();
  message.tls = tls;
  message.message = this->message();
  message.size = size;
  message.value_bytes = value_bytes;
  message.sealed_bytes = sealed_bytes;
  message.unexplained_bytes = unexplained_bytes;
  message.repeats = repeats;
  message.repeat_bytes = repeat_bytes;
  message.malformed = malformed;
  message.gap = gap;
  message.notes = notes();
  message.first = first;
  message.last = last;
  message.fields.reserve(fields().size());
  for (const FieldView& field : fields())
    message.fields.push_back(
        {std::string(field.path), std::string(field.value), field.type, field.cut});
  return message;
}

KeptMessage MessageKeeper::keep(const Message& message) {
  std::string key = key_of(message);
  const auto known = headings_.find(key);
  if (known != headings_.end()) return {message, known->second};
  bytes_ += key.size();
  if (bytes_ > most_bytes) {
    headings_.clear();
    bytes_ = key.size();
  }
  return {message, headings_.emplace(std::move(key), heading_of(message)).first->second};
}

}  // namespace brewproof
