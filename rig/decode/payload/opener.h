// The one walk through a content: structures hand their values back to it, and what is encoded is
// undone and looked at again. Lives for one call of add_content or add_value.
//
// Bounds: max_codecs guessed encodings and max_structures structures inside one another, and
// DecodeOptions' ratio and body size for all that comes out of one content together.
#pragma once

#include <string>
#include <string_view>

#include "rig/decode/outlet.h"
#include "rig/decode/payload/codec.h"
#include "rig/decode/payload/content.h"
#include "rig/decode/payload/structure.h"
#include "rig/decode/text.h"

namespace brewproof::decode {

/// Structures that may stand inside one another (JSON in a form in JSON).
inline constexpr unsigned max_structures = 3;
/// Bytes of a key in a field path; longer ones are cut.
inline constexpr std::size_t max_key = 256;
/// Bytes of a field path; a structure that goes deeper is refused.
inline constexpr std::size_t max_path = 4096;

/// Is this text of 16 bytes or more written in an alphabet that encodings use, or does it begin
/// with `key=`?
[[nodiscard]] bool may_be_encoded(std::string_view text);

/// Could this text hold more than itself? A look at its length and first bytes.
[[nodiscard]] inline bool worth_opening(std::string_view text) {
  constexpr std::size_t shortest = 7;  // {"a":1}
  if (text.size() < shortest) return false;
  return text[0] == '{' || text[0] == '[' || text[0] == '<' || may_be_encoded(text);
}

class Opener {
 public:
  /// Begins at the part `part`; `size` bytes of the wire may unfold.
  Opener(Message& message, Outlet& out, std::string_view part, std::size_t size);
  ~Opener();
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;

  /// The path of the field under construction: structures append to it and cut it back.
  [[nodiscard]] std::string& path() { return path_; }
  [[nodiscard]] Message& message() { return message_; }
  [[nodiscard]] Outlet& out() { return out_; }
  [[nodiscard]] unsigned max_depth() const { return out_.options.max_depth; }
  [[nodiscard]] const ContentHints& hints() const { return hints_; }

  /// A content with what is said of it, as fields at path(): also where nothing is known of it.
  void content(ByteView bytes, const ContentHints& hints);

  // Values of a structure, at path(). `wire`: their bytes in the structure.
  void text(std::string_view value, std::size_t wire) {
    if (worth_opening(value) && opened(as_bytes(value), wire)) return;
    out_.text(message_, path_, value, wire);
  }
  void bytes(ByteView value, std::size_t wire);
  Field& scalar(FieldType type, std::size_t wire) {
    return out_.field(message_, path_, type, wire);
  }

  /// Appends "/key", cut to max_key; false: the path is too long now.
  [[nodiscard]] bool step(std::string_view key) {
    if (key.size() > max_key) key = cut(key);
    path_ += '/';
    append_pointer_token(path_, key);
    return path_.size() <= max_path || limit_reached();
  }
  [[nodiscard]] bool step(std::size_t number);

  /// Says that a limit ends the reading of a structure, which is noted even though all of it is
  /// taken back then. Returns false.
  bool limit_reached() {
    limit_reached_ = true;
    return false;
  }

 private:
  enum class Found : std::uint8_t { nothing, unread, read };

  std::string_view cut(std::string_view key);
  bool opened(ByteView value, std::size_t wire);
  Found open(ByteView bytes, Trust trust, const Structure* tried = nullptr);
  Found open_structure(const Structure& structure, ByteView bytes, Trust trust);
  Found open_codec(const Codec& codec, ByteView packed);
  void note_further_codec(ByteView bytes);
  Found without_codings(ByteView bytes, std::string_view codings);
  const Codec* undo_coding(std::string_view coding, ByteView packed, Opening& opening);
  Found of_type(ByteView bytes);
  Found go_into(std::string_view step, ByteView packed, auto&& read);
  [[nodiscard]] Bytes& next_buffer();
  [[nodiscard]] std::size_t place() const;
  void count(Found found, std::size_t wire);

  Message& message_;
  Outlet& out_;
  PayloadMemory& memory_;
  std::string& path_;
  ContentHints hints_;
  std::size_t room_;  // bytes that may still come out of encodings
  unsigned codecs_ = 0, declared_codecs_ = 0, structures_ = 0;
  bool doubted_ = false;  // the encoding around is a doubtful one
  bool limit_reached_ = false;
};

}  // namespace brewproof::decode
