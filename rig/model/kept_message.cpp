#include "rig/model/kept_message.h"

#include <algorithm>
#include <cstring>

namespace brewproof {
namespace {

// Lengths are numbers of seven bits a byte, the lowest first, the top bit saying that more come.

std::size_t bytes_of_length(std::size_t length) {
  std::size_t bytes = 1;
  for (; length >= 0x80; length >>= 7) ++bytes;
  return bytes;
}

char* put_length(std::size_t length, char* at) {
  for (; length >= 0x80; length >>= 7) *at++ = static_cast<char>(length | 0x80);
  *at++ = static_cast<char>(length);
  return at;
}

/// The text behind its length.
std::string_view text_at(const char* at) {
  std::size_t length = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    length |= std::size_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return {at, length};
  }
}

std::shared_ptr<const char[]> values_of(const std::vector<Field>& fields) {
  if (fields.empty()) return nullptr;
  std::size_t bytes = 0;
  for (const Field& field : fields)
    bytes += bytes_of_length(field.value.size()) + field.value.size();
  auto values = std::make_shared_for_overwrite<char[]>(bytes);
  char* at = values.get();
  for (const Field& field : fields) {
    at = put_length(field.value.size(), at);
    if (!field.value.empty()) std::memcpy(at, field.value.data(), field.value.size());
    at += field.value.size();
  }
  return values;
}

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

void append(std::string_view text, std::string& key) {
  char length[10];
  key.append(length, put_length(text.size(), length));
  key.append(text);
}

/// Equal for equal headings and for no others.
void write_key(const Message& message, std::string& key) {
  key.clear();
  const auto& [name, address, port] = message.peer;
  for (const std::string* text : {&name, &address, &message.protocol, &message.message})
    append(*text, key);
  key.push_back(static_cast<char>(port >> 8));
  key.push_back(static_cast<char>(port & 0xff));
  char count[10];
  key.append(count, put_length(message.notes.size(), count));
  for (const std::string& note : message.notes) append(note, key);
  for (const Field& field : message.fields) {
    key.push_back(static_cast<char>(static_cast<unsigned>(field.type) << 1 | (field.cut ? 1 : 0)));
    append(field.path, key);
  }
}

const std::shared_ptr<const MessageHeading>& no_heading() {
  static const auto none = std::make_shared<const MessageHeading>();
  return none;
}

}  // namespace

FieldView KeptFields::Iterator::operator*() const {
  return {column_->path, text_at(value_), column_->type, column_->cut};
}

KeptFields::Iterator& KeptFields::Iterator::operator++() {
  const std::string_view value = text_at(value_);
  value_ = value.data() + value.size();
  ++column_;
  return *this;
}

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
      heading_(std::move(heading)),
      values_(values_of(message.fields)) {}

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
  write_key(message, key_);
  auto known = headings_.find(key_);
  if (known == headings_.end()) {
    bytes_ += key_.size();
    if (bytes_ > most_bytes) {
      headings_.clear();
      bytes_ = key_.size();
    }
    known = headings_.emplace(key_, heading_of(message)).first;
  }
  return {message, known->second};
}

}  // namespace brewproof
