// A structure is a form of content with named or numbered parts: JSON, CBOR, a form. Each stands in
// a file of its own in structure/ and has one line in structures.cpp. All of it is read, or none.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "rig/model/bytes.h"

namespace brewproof::decode {

class Opener;

/// Why these bytes may be this structure, and so how much must speak for it.
enum class Trust : std::uint8_t {
  declared,  // the protocol says so
  whole,     // it is the content of a message: bytes in use are seldom random
  embedded,  // it came out of a value that may as well be a random id, or a text
};

struct Structure {
  std::string_view name;       // as in field paths
  std::string_view title;      // as people call it
  std::string_view part = {};  // the part that a body becomes by it: "form" instead of "body|kv"
  /// Is it meant by this media type, given without parameters?
  bool (*declared)(std::string_view media_type) = nullptr;
  /// A cheap look at the first bytes.
  bool (*looks)(ByteView bytes, Trust trust) = nullptr;
  /// Adds its fields under opener.path(). False: it is not this structure; `why` says at which
  /// byte, and what was added is taken back by the caller.
  bool (*read)(Opener& opener, ByteView bytes, Trust trust, std::string& why) = nullptr;
};

/// In the order in which they are tried.
[[nodiscard]] std::span<const Structure* const> structures();

/// Is it `x/<name>`, `x/x-<name>` or `x/...+<name>` (RFC 6838 section 4.2.8)?
[[nodiscard]] bool is_subtype(std::string_view media_type, std::string_view name);

}  // namespace brewproof::decode
