#include "rig/decode/payload/content.h"

#include <fmt/format.h>

#include "rig/decode/payload/inflate.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

bool looks_like_json(std::string_view text) {
  const std::size_t at = text.find_first_not_of(" \t\r\n");
  return at != std::string_view::npos && (text[at] == '{' || text[at] == '[');
}

void add_plain(Message& message, Outlet& out, const std::string& path, ByteView content,
               std::string_view type) {
  const std::string_view text = as_text(content);
  const bool declared_json = contains_ignoring_case(type, "json");
  if (declared_json || looks_like_json(text)) {
    std::string why;
    if (out.json.read(text, path + "|json:", out.options.max_depth, message, out, why)) return;
    if (declared_json) message.notes.push_back(fmt::format("{} is not JSON: {}", path, why));
  } else if (contains_ignoring_case(type, "application/x-www-form-urlencoded") && path == "body") {
    return add_pairs(message, out, "form", text);
  }
  out.content(message, path, content);
}

}  // namespace

void add_content(Message& message, Outlet& out, std::string_view part, ByteView content,
                 const ContentHints& hints) {
  if (content.empty()) return;
  std::string path(part);
  if (hints.encoding.empty() || equal_ignoring_case(hints.encoding, "identity"))
    return add_plain(message, out, path, content, hints.type);
  const bool gzip =
      equal_ignoring_case(hints.encoding, "gzip") || equal_ignoring_case(hints.encoding, "x-gzip");
  if (!gzip && !equal_ignoring_case(hints.encoding, "deflate")) {
    message.notes.push_back(fmt::format("{} is encoded as {}, which is not opened", part,
                                        hints.encoding.substr(0, 40)));
    return out.content(message, path, content);
  }
  const Inflated opened = inflate_all(content, out.options.max_ratio, out.options.max_buffer);
  if (!opened.fault.empty())
    message.notes.push_back(fmt::format("{} could not be inflated whole: {}", part, opened.fault));
  if (opened.bytes.empty()) return out.content(message, path, content);
  path += gzip ? "|gzip" : "|zlib";
  add_plain(message, out, path, opened.bytes, hints.type);
}

void add_pairs(Message& message, Outlet& out, std::string_view part, std::string_view text) {
  std::string path, key, value;
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    key.clear();
    value.clear();
    append_percent_decoded(key, pair.substr(0, equals), true);
    if (equals != std::string_view::npos)
      append_percent_decoded(value, pair.substr(equals + 1), true);
    path = part;
    path += ':';
    append_key(path, std::string_view(key).substr(0, max_value));
    out.text(message, path, value);
  }
}

}  // namespace brewproof::decode
