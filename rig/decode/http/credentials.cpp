#include "rig/decode/http/credentials.h"

#include <algorithm>
#include <string>

#include "rig/decode/payload/alphabet.h"
#include "rig/decode/payload/content.h"
#include "rig/decode/payload/opener.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

/// RFC 9110 section 11.2: token68.
bool is_token(std::string_view text) {
  const std::size_t end = text.find_last_not_of('=');
  if (end == std::string_view::npos) return !text.empty();
  return std::ranges::all_of(text.substr(0, end + 1), [](char c) {
    constexpr std::uint8_t digits = alphabet::base64 | alphabet::base64url;
    return c == '.' || c == '~' || (alphabets[static_cast<std::uint8_t>(c)] & digits) != 0;
  });
}

bool add_authorization(Message& message, Outlet& out, std::string_view header,
                       std::string_view value) {
  value = trim(value, blanks);
  const std::size_t blank = value.find(' ');
  if (blank == std::string_view::npos) return false;
  const std::string_view scheme = value.substr(0, blank), token = trim(value.substr(blank), blanks);
  if (!is_token(token)) return false;
  std::string path(header);
  path += ";scheme";
  out.text(message, path, scheme);
  path.resize(header.size());
  path += ";token";
  if (equal_ignoring_case(scheme, "basic"))
    add_content(message, out, path, as_bytes(token), {.encoding = "base64"});
  else
    add_value(message, out, path, token);
  return true;
}

bool add_cookies(Message& message, Outlet& out, std::string_view header, std::string_view value) {
  std::string path(header);
  path += ';';
  const std::size_t base = path.size();
  while (!value.empty()) {
    const std::size_t end = value.find(';');
    const std::string_view pair = trim(value.substr(0, end), blanks);
    value.remove_prefix(end == std::string_view::npos ? value.size() : end + 1);
    if (pair.empty()) continue;
    // Without '=' it is a cookie without a name (draft-ietf-httpbis-rfc6265bis section 5.7).
    const std::size_t equals = pair.find('=');
    const std::string_view name = equals == std::string_view::npos
                                      ? std::string_view{}
                                      : trim(pair.substr(0, equals), blanks);
    std::string_view content = trim(pair.substr(equals + 1), blanks);  // npos: all of it
    if (content.size() >= 2 && content.front() == '"' && content.back() == '"')
      content = content.substr(1, content.size() - 2);
    append_key(path, name.substr(0, max_key));
    add_value(message, out, path, content);
    path.resize(base);
  }
  return true;
}

}  // namespace

bool add_credentials(Message& message, Outlet& out, std::string_view path, std::string_view value) {
  if (path == "header:authorization" || path == "header:proxy-authorization")
    return add_authorization(message, out, path, value);
  if (path == "header:cookie") return add_cookies(message, out, path, value);
  return false;
}

}  // namespace brewproof::decode
