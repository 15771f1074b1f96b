#include "rig/decode/payload/opener.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "rig/decode/payload/alphabet.h"
#include "rig/decode/payload/structure/protobuf_named.h"
#include "rig/decode/text.h"

namespace brewproof::decode {

extern const Structure protobuf_structure;

namespace {

constexpr std::size_t least_room = 65536;      // may come out of the smallest content
constexpr std::size_t most_kept = 1u << 20;    // of a buffer, from one message to the next
constexpr std::size_t most_remembered = 4096;  // fields

/// Media types whose bytes are nobody's message: no structure is looked for.
bool is_media(std::string_view type) {
  for (const std::string_view kind : {"image/", "audio/", "video/", "font/"})
    if (equal_ignoring_case(type.substr(0, kind.size()), kind)) return true;
  return false;
}

bool changes_nothing(std::string_view coding) {
  for (const std::string_view name : {"", "identity", "7bit", "8bit", "binary"})
    if (equal_ignoring_case(coding, name)) return true;
  return false;
}

}  // namespace

bool may_be_encoded(std::string_view text) {
  constexpr std::size_t shortest = 16, enough = 64;
  if (text.size() < shortest) return false;
  if (text.starts_with("eyJ")) return true;  // {" in base64, of which a token is
  std::uint8_t common = 0xff;
  bool escapes = false;
  for (std::size_t i = 0; i < text.size() && i < enough; ++i) {
    const char c = text[i];
    if (c == '=' && i != 0 && (common & alphabet::name) != 0) return true;
    if (c == '*' && i >= 2 && i <= 4) return true;  // an EVA-DTS record
    escapes |= c == '%';
    common &= alphabets[static_cast<std::uint8_t>(c)];
    if (common == 0) return false;
  }
  return (common & (alphabet::hex | alphabet::base64 | alphabet::base64url)) != 0 || escapes;
}

Opener::Opener(Message& message, Outlet& out, std::string_view part, std::size_t size)
    : message_(message),
      out_(out),
      memory_(out.payload),
      path_(out.payload.path),
      room_(std::min(out.options.max_buffer,
                     std::max(least_room, size * std::size_t{out.options.max_ratio}))) {
  path_.assign(part);
}

Opener::~Opener() {
  for (Bytes& buffer : memory_.opened)
    if (buffer.capacity() > most_kept) buffer = Bytes{};
}

void Opener::content(ByteView bytes, const ContentHints& hints) {
  if (bytes.empty()) return;
  if (bytes.size() > out_.options.max_buffer) {
    Outlet::note(message_, fmt::format("{}: {} bytes exceed the limit of {}: it is not looked into",
                                       path_, bytes.size(), out_.options.max_buffer));
    out_.unread(message_, path_, bytes);
    return;
  }
  const ContentHints before = std::exchange(hints_, hints);
  without_codings(bytes, hints.encoding);
  hints_ = before;
}

/// Undoes the last of the codings, which was applied last (RFC 9110 section 8.4), and so on.
Opener::Found Opener::without_codings(ByteView bytes, std::string_view codings) {
  if (codings.empty()) return of_type(bytes);
  const std::size_t comma = codings.rfind(',');
  const std::string_view coding =
      trim(comma == std::string_view::npos ? codings : codings.substr(comma + 1), blanks);
  codings = comma == std::string_view::npos ? std::string_view{} : codings.substr(0, comma);
  if (changes_nothing(coding)) return without_codings(bytes, codings);
  if (declared_codecs_ == max_declared_codecs) {
    Outlet::note(message_, fmt::format("{} has more than {} content codings: the rest stays", path_,
                                       max_declared_codecs));
    return of_type(bytes);
  }
  Bytes& buffer = next_buffer();
  Opening opening{buffer, room_, true};
  const Codec* codec = undo_coding(coding, bytes, opening);
  if (codec == nullptr) {
    Outlet::note(message_, fmt::format("{} is encoded as {}, which is not opened", path_,
                                       coding.substr(0, 40)));
    return of_type(bytes);
  }
  if (!opening.fault.empty())
    Outlet::note(message_, fmt::format("{} could not be opened whole as {}: {}", path_, codec->name,
                                       opening.fault));
  if (buffer.empty()) return of_type(bytes);
  room_ -= buffer.size();
  ++declared_codecs_;
  const Found found = go_into(codec->name, bytes, [&] { return without_codings(buffer, codings); });
  --declared_codecs_;
  return found;
}

/// The codec that undoes this coding best; nullptr: none is known. HTTP's "deflate" may be two.
const Codec* Opener::undo_coding(std::string_view coding, ByteView packed, Opening& opening) {
  if (equal_ignoring_case(coding.substr(0, 2), "x-")) coding.remove_prefix(2);
  const Codec* best = nullptr;
  for (const Codec* codec : codecs()) {
    if (codec->coding.empty() || !equal_ignoring_case(codec->coding, coding)) continue;
    if (best == nullptr) {
      best = codec;
      codec->open(packed, opening);
      if (opening.fault.empty()) break;
      continue;
    }
    Bytes bytes;
    Opening attempt{bytes, room_, true};
    codec->open(packed, attempt);
    if (bytes.size() <= opening.bytes.size()) continue;
    best = codec;
    opening.bytes.swap(bytes);
    opening.fault = std::move(attempt.fault);
  }
  return best;
}

/// A content without codings: as its media type says, or as it looks, or as it is.
Opener::Found Opener::of_type(ByteView bytes) {
  const std::string_view type = trim(hints_.type.substr(0, hints_.type.find(';')), blanks);
  const Structure* tried = nullptr;
  if (!out_.options.protos.empty() && protobuf::is_bound(out_.options.protos, message_.message)) {
    tried = &protobuf_structure;
    const Found found = open_structure(*tried, bytes, Trust::declared);
    if (found != Found::nothing) return found;
  }
  if (!type.empty()) {
    for (const Structure* structure : structures()) {
      if (structure == tried || structure->declared == nullptr || !structure->declared(type))
        continue;
      tried = structure;
      const Found found = open_structure(*structure, bytes, Trust::declared);
      if (found != Found::nothing) return found;
    }
  }
  if (!is_media(type)) {
    if (const Found found = open(bytes, Trust::whole, tried); found != Found::nothing) return found;
  }
  return out_.unread(message_, path_, bytes) ? Found::read : Found::unread;
}

void Opener::bytes(ByteView value, std::size_t wire) {
  constexpr std::size_t shortest = 7;
  if (value.size() >= shortest && opened(value, wire)) return;
  const ByteView kept = value.first(std::min(value.size(), max_value));
  if (kept.size() != value.size())
    Outlet::note(message_, fmt::format("{}: the first {} of {} bytes are kept", path_, max_value,
                                       value.size()));
  append_hex(scalar(FieldType::bytes, wire).value, kept);
}

bool Opener::opened(ByteView value, std::size_t wire) {
  Found found;
  {
    const Outlet::Inside inside(out_);
    found = open(value, Trust::embedded);
  }
  if (found == Found::nothing) return false;
  count(found, wire);
  return true;
}

Opener::Found Opener::open(ByteView bytes, Trust trust, const Structure* tried) {
  for (const Structure* structure : structures()) {
    if (structure == tried || structure->looks == nullptr || !structure->looks(bytes, trust))
      continue;
    if (const Found found = open_structure(*structure, bytes, trust); found != Found::nothing)
      return found;
  }
  if (codecs_ == max_codecs) {
    if (!doubted_) note_further_codec(bytes);
    return Found::nothing;
  }
  const Codec* earlier = nullptr;
  if (!memory_.earlier.empty()) {
    const auto known = memory_.earlier.find(place());
    if (known != memory_.earlier.end()) earlier = known->second;
  }
  if (earlier != nullptr && earlier->looks(bytes)) {
    if (const Found found = open_codec(*earlier, bytes); found != Found::nothing) return found;
  }
  for (const Codec* codec : codecs()) {
    if (codec == earlier || codec->looks == nullptr || !codec->looks(bytes)) continue;
    const std::size_t here = place();
    const Found found = open_codec(*codec, bytes);
    if (found == Found::nothing) continue;
    if (memory_.earlier.size() == most_remembered) memory_.earlier.clear();
    memory_.earlier[here] = codec;
    return found;
  }
  return Found::nothing;
}

/// Where one encoding more could be undone, a note says that it is not. A word that is merely
/// written in the letters of base64 is none.
void Opener::note_further_codec(ByteView bytes) {
  constexpr std::size_t enough = 4096;
  for (const Codec* codec : codecs()) {
    if (codec->doubtful || codec->looks == nullptr || !codec->looks(bytes)) continue;
    Bytes inner;
    Opening opening{inner, std::min(room_, enough)};
    codec->open(bytes, opening);
    if (!opening.limit_reached && (!opening.fault.empty() || inner.empty())) continue;
    if (!opening.proven && !is_readable(as_text(inner))) continue;
    // The same value is often undone in several ways as far as here: said once.
    Outlet::note(message_,
                 fmt::format("{}: more than {} encodings inside one another: the rest "
                             "stays as it is",
                             std::string_view(path_).substr(0, path_.find('|')), max_codecs));
    return;
  }
}

Opener::Found Opener::open_structure(const Structure& structure, ByteView bytes, Trust trust) {
  // One more is read, and taken back, to know that it is one.
  if (structures_ > max_structures) return Found::nothing;
  const bool too_deep = structures_ == max_structures;
  const Outlet::Mark mark = Outlet::mark(message_);
  const std::size_t base = path_.size();
  const bool is_body = !structure.part.empty() && path_ == "body";
  if (is_body) {
    path_ = structure.part;
  } else {
    path_ += '|';
    path_ += structure.name;
  }
  path_ += ':';
  limit_reached_ = false;
  std::string why;
  ++structures_;
  const bool read = structure.read(*this, bytes, trust, why);
  --structures_;
  if (is_body) {
    path_ = "body";
  } else {
    path_.resize(base);
  }
  if (read && !too_deep) return Found::read;
  Outlet::back_to(message_, mark);
  if (read) {
    Outlet::note(message_, fmt::format("{} is not read as {}: more than {} structures inside one "
                                       "another",
                                       path_, structure.title, max_structures));
  } else if (limit_reached_ || trust == Trust::declared)
    Outlet::note(message_,
                 fmt::format("{} {} {}: {}", path_, limit_reached_ ? "is not read as" : "is not",
                             structure.title, why));
  limit_reached_ = false;
  return Found::nothing;
}

Opener::Found Opener::open_codec(const Codec& codec, ByteView packed) {
  Bytes& buffer = next_buffer();
  Opening opening{buffer, room_};
  codec.open(packed, opening);
  if (opening.limit_reached)
    Outlet::note(message_,
                 fmt::format("{} is not opened as {}: {}", path_, codec.name, opening.fault));
  if (!opening.fault.empty() || buffer.empty()) return Found::nothing;
  room_ -= buffer.size();
  const unsigned codecs = std::exchange(codecs_, codec.doubtful ? max_codecs : codecs_ + 1);
  const bool doubted = std::exchange(doubted_, codec.doubtful);
  const std::string_view step = opening.step.empty() ? codec.name : std::string_view(opening.step);
  const Found found = go_into(step, packed, [&] {
    const Found inner = open(buffer, opening.proven ? Trust::whole : Trust::embedded);
    if (inner != Found::nothing || !opening.proven) return inner;
    return out_.unread(message_, path_, buffer) ? Found::read : Found::unread;
  });
  codecs_ = codecs;
  doubted_ = doubted;
  return found;
}

/// One encoding deeper: what is read there counts as a whole.
Opener::Found Opener::go_into(std::string_view step, ByteView packed, auto&& read) {
  const std::size_t base = path_.size();
  path_ += '|';
  path_ += step;
  Found found;
  {
    const Outlet::Inside inside(out_);
    found = read();
  }
  path_.resize(base);
  if (found != Found::nothing) count(found, packed.size());
  return found;
}

Bytes& Opener::next_buffer() {
  Bytes& buffer = memory_.opened[codecs_ + declared_codecs_];
  buffer.clear();
  return buffer;
}

/// Where in which kind of message path() is.
std::size_t Opener::place() const {
  const std::hash<std::string_view> hash;
  return hash(path_) * 31 + hash(message_.message);
}

void Opener::count(Found found, std::size_t wire) {
  if (found == Found::unread) {
    out_.count_unexplained(message_, wire);
  } else {
    out_.count_value(message_, wire);
  }
}

std::string_view Opener::cut(std::string_view key) {
  Outlet::note(message_,
               fmt::format("{}: a key of {} bytes is cut to {}", path_, key.size(), max_key));
  return key.substr(0, max_key);
}

bool Opener::step(std::size_t number) {
  path_ += '/';
  append_number(path_, number);
  return path_.size() <= max_path || limit_reached();
}

}  // namespace brewproof::decode
