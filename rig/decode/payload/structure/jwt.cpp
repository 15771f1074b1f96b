// JSON Web Tokens in their compact form (RFC 7519; RFC 7515 section 7.1): three parts joined by
// dots, each in base64url, as `jwt:/1|base64url|json:/sub`. The first two are JSON; an encrypted
// token (RFC 7516) has five, of which the first is. A signature stays the text that it is.
#include <algorithm>

#include "rig/decode/payload/alphabet.h"
#include "rig/decode/payload/opener.h"
#include "rig/decode/payload/structure.h"

namespace brewproof::decode {
namespace {

constexpr std::string_view object_begins = "eyJ";  // {" in base64

/// How many parts, where all of the text is such; 0: it is no token.
std::size_t parts_of(std::string_view text) {
  std::size_t parts = 1;
  for (const char c : text) {
    if (c == '.')
      ++parts;
    else if ((alphabets[static_cast<std::uint8_t>(c)] & alphabet::base64url) == 0)
      return 0;
  }
  return parts == 3 || parts == 5 ? parts : 0;
}

bool looks(ByteView bytes, Trust) {
  const std::string_view text = as_text(bytes);
  return text.starts_with(object_begins) && text.find('.') != std::string_view::npos;
}

bool read(Opener& opener, ByteView bytes, Trust, std::string& why) {
  std::string_view text = as_text(bytes);
  why = "it has other than three or five parts in base64url";
  if (parts_of(text) == 0) return false;
  const std::size_t base = opener.path().size();
  for (std::size_t part = 0;; ++part) {
    const std::size_t end = text.find('.');
    const std::string_view value = text.substr(0, end);
    if (!opener.step(part)) return false;
    // Only what begins as an object is one: a signature is random, and may look like anything.
    if (value.starts_with(object_begins))
      opener.text(value, value.size());
    else
      opener.out().text(opener.message(), opener.path(), value);
    opener.path().resize(base);
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

extern const Structure jwt_structure{"jwt", "a JSON Web Token", {}, nullptr, looks, read};

}  // namespace brewproof::decode
