// What a body or payload holds, as fields: JSON by its pointers, forms by their keys, the rest as
// readable text or hex. Compressed content is opened first (`body|gzip|json:/x`).
#pragma once

#include <string>
#include <string_view>

#include "rig/decode/outlet.h"

namespace brewproof::decode {

/// What the protocol says of the content; all optional.
struct ContentHints {
  std::string_view type;      // media type
  std::string_view encoding;  // HTTP Content-Encoding: gzip, deflate, identity
};

/// Adds the fields of `content`, which is the part `part` ("body", "payload") of `message`.
void add_content(Message& message, Outlet& out, std::string_view part, ByteView content,
                 const ContentHints& hints = {});

/// `a=1&b=x%20y` as fields `<part>:a`, `<part>:b`.
void add_pairs(Message& message, Outlet& out, std::string_view part, std::string_view text);

}  // namespace brewproof::decode
