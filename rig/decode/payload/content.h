// What a body, a payload or a value holds, as fields: compressed, encoded and veiled content is
// undone (`form:d|base64|gzip|json:/amt`) and structures are read into their parts. A value that
// was read as a structure is no field of its own any more; one that was not stays as it is.
//
// Bytes on the wire are counted once: the values of a plain structure each by their length, an
// encoding that was opened as a whole, and what nobody could read as unexplained.
#pragma once

#include <string_view>

#include "rig/decode/outlet.h"

namespace brewproof::decode {

/// What the protocol says of the content; all optional.
struct ContentHints {
  std::string_view type = {};      // media type, with its parameters
  std::string_view encoding = {};  // content codings in the order they were applied: "gzip, br"
};

/// Adds the fields of `content`, which is the part `part` ("body", "payload") of `message`.
void add_content(Message& message, Outlet& out, std::string_view part, ByteView content,
                 const ContentHints& hints = {});

/// Adds the field `path` = `value`, or its parts if it is a structure, or one that was encoded.
/// `wire`: its bytes on the wire.
void add_value(Message& message, Outlet& out, std::string_view path, std::string_view value,
               std::size_t wire);
inline void add_value(Message& message, Outlet& out, std::string_view path,
                      std::string_view value) {
  add_value(message, out, path, value, value.size());
}

/// `a=1&b=x%20y` as fields `<part>:a`, `<part>:b`, each opened as add_value does.
void add_pairs(Message& message, Outlet& out, std::string_view part, std::string_view text);

}  // namespace brewproof::decode
