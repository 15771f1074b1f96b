// Forms as browsers and curl send them (application/x-www-form-urlencoded; URL Standard
// section 5.1).
#include "rig/decode/payload/alphabet.h"
#include "rig/decode/payload/structure.h"
#include "rig/decode/payload/structure/pairs.h"
#include "rig/decode/text.h"

namespace brewproof::decode {

bool read_pairs(Opener& opener, std::string_view text) {
  std::string& path = opener.path();
  const std::size_t base = path.size();
  const bool behind_part = path.find('|') == std::string::npos;
  std::string key, value;
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string_view raw =
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    key.clear();
    value.clear();
    append_percent_decoded(key, pair.substr(0, equals), true);
    append_percent_decoded(value, raw, true);
    if (behind_part) {
      append_key(path, std::string_view(key).substr(0, max_key));
    } else if (!opener.step(key)) {
      return false;
    }
    opener.text(value, raw.size());
    path.resize(base);
  }
  return true;
}

namespace {

bool declared(std::string_view type) { return is_subtype(type, "www-form-urlencoded"); }

bool read(Opener& opener, ByteView bytes, Trust, std::string& why) {
  const std::string_view text = as_text(bytes);
  if (!is_readable(text)) {
    why = "it is no text";
    return false;
  }
  // JSON under this type is a common slip (it is curl's default).
  const std::string_view begin = skip_white(text).substr(0, 1);
  if (begin == "{" || begin == "[") {
    why = "it begins as JSON does";
    return false;
  }
  return read_pairs(opener, text);
}

}  // namespace

extern const Structure form_structure{"kv", "a form", "form", declared, nullptr, read};

}  // namespace brewproof::decode
