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

struct Pair {
  std::string_view name, value;
};

/// Takes what stands before the next ';' off the text.
std::string_view take_part(std::string_view& text) {
  const std::size_t end = text.find(';');
  const std::string_view part = trim(text.substr(0, end), blanks);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

// Without '=' it is a cookie without a name (draft-ietf-httpbis-rfc6265bis section 5.7).
Pair cookie_of(std::string_view part) {
  const std::size_t equals = part.find('=');
  const bool named = equals != std::string_view::npos;
  std::string_view value = trim(part.substr(named ? equals + 1 : 0), blanks);
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  return {named ? trim(part.substr(0, equals), blanks) : std::string_view{}, value};
}

bool add_cookies(Message& message, Outlet& out, std::string_view header, std::string_view value) {
  std::string path(header);
  path += ';';
  const std::size_t base = path.size();
  while (!value.empty()) {
    const std::string_view part = take_part(value);
    if (part.empty()) continue;
    const Pair cookie = cookie_of(part);
    append_key(path, cookie.name.substr(0, max_key));
    add_value(message, out, path, cookie.value);
    path.resize(base);
  }
  return true;
}

// RFC 6265 section 5.2: the cookie, then attributes such as Max-Age=60 or Secure.
bool add_new_cookie(Message& message, Outlet& out, std::string_view header,
                    std::string_view value) {
  const Pair cookie = cookie_of(take_part(value));
  std::string path(header);
  path += ';';
  append_key(path, cookie.name.substr(0, max_key));
  add_value(message, out, path, cookie.value);
  path += ';';
  const std::size_t base = path.size();
  std::string name;
  while (!value.empty()) {
    const std::string_view part = take_part(value);
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    name.clear();
    append_lower(name, trim(part.substr(0, equals), blanks).substr(0, max_key));
    append_key(path, name);
    out.text(message, path,
             equals == std::string_view::npos ? std::string_view{}
                                              : trim(part.substr(equals + 1), blanks));
    path.resize(base);
  }
  return true;
}

}  // namespace

bool add_credentials(Message& message, Outlet& out, std::string_view path, std::string_view value) {
  if (path == "header:authorization" || path == "header:proxy-authorization")
    return add_authorization(message, out, path, value);
  if (path == "header:cookie") return add_cookies(message, out, path, value);
  if (path == "header:set-cookie") return add_new_cookie(message, out, path, value);
  return false;
}

}  // namespace brewproof::decode
