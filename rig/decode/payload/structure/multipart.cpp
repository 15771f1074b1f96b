// multipart/form-data (RFC 7578) and other multiparts (RFC 2046 section 5.1): each part is a
// content of its own, `form:name` or, without a name, by its number.
#include <fmt/format.h>

#include <algorithm>

#include "rig/decode/payload/opener.h"
#include "rig/decode/payload/structure.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t longest_boundary = 70, longest_header = 8192;

bool declared(std::string_view type) {
  return equal_ignoring_case(type.substr(0, 10), "multipart/");
}

/// The value of `; name=token` or `; name="text"`; quoted pairs are undone.
std::string parameter(std::string_view header, std::string_view name) {
  for (std::size_t at = header.find(';'); at != std::string_view::npos;) {
    header.remove_prefix(at + 1);
    const std::size_t begin = std::min(header.find_first_not_of(" \t"), header.size());
    header.remove_prefix(begin);
    const std::size_t equals = header.find_first_of("=;");
    const bool wanted = equals != std::string_view::npos && header[equals] == '=' &&
                        equal_ignoring_case(header.substr(0, equals), name);
    if (equals == std::string_view::npos) return {};
    if (header[equals] == ';') {
      at = equals;
      continue;
    }
    header.remove_prefix(equals + 1);
    std::string value;
    std::size_t end = 0;
    if (!header.empty() && header[0] == '"') {
      for (end = 1; end < header.size() && header[end] != '"'; ++end) {
        if (header[end] == '\\' && end + 1 < header.size()) ++end;
        if (wanted) value += header[end];
      }
    } else {
      end = std::min(header.find(';'), header.size());
      if (wanted) value = header.substr(0, end);
    }
    if (wanted) return value;
    header.remove_prefix(std::min(end, header.size()));
    at = header.find(';');
  }
  return {};
}

struct Headers {
  std::string_view disposition, type, encoding;
};

Headers read_headers(std::string_view text) {
  Headers headers;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, colon);
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    if (equal_ignoring_case(name, "content-disposition")) headers.disposition = value;
    if (equal_ignoring_case(name, "content-type")) headers.type = value;
    if (equal_ignoring_case(name, "content-transfer-encoding")) headers.encoding = value;
  }
  return headers;
}

/// Headers, an empty line, the content.
bool read_part(Opener& opener, std::string_view part, std::size_t number) {
  std::size_t headers_size = 0, body = 0;
  if (part.starts_with("\r\n")) {
    body = 2;
  } else {
    const std::size_t end = part.substr(0, longest_header).find("\r\n\r\n");
    headers_size = end == std::string_view::npos ? 0 : end;
    body = end == std::string_view::npos ? 0 : end + 4;
  }
  const Headers headers = read_headers(part.substr(0, headers_size));
  std::string& path = opener.path();
  const std::size_t base = path.size();
  const bool behind_part = path.find('|') == std::string::npos;
  std::string name = parameter(headers.disposition, "name");
  if (name.empty()) name = std::to_string(number);
  if (behind_part) {
    append_key(path, std::string_view(name).substr(0, max_key));
  } else if (!opener.step(name)) {
    return false;
  }
  const std::size_t named = path.size();
  const std::string file = parameter(headers.disposition, "filename");
  if (!file.empty()) {
    path += ";filename";
    opener.text(file, file.size());
    path.resize(named);
  }
  opener.content(as_bytes(part.substr(body)), {headers.type, headers.encoding});
  path.resize(base);
  return true;
}

bool looks(ByteView bytes, Trust trust) {
  const std::string_view text = as_text(bytes);
  return trust == Trust::whole && text.starts_with("--") &&
         contains_ignoring_case(text.substr(0, 160), "\r\ncontent-disposition:");
}

bool read(Opener& opener, ByteView bytes, Trust trust, std::string& why) {
  std::string_view text = as_text(bytes);
  std::string boundary =
      trust == Trust::declared ? parameter(opener.hints().type, "boundary") : std::string{};
  if (boundary.empty() && text.starts_with("--"))
    boundary = text.substr(2, std::min(text.find_first_of("\r\n"), text.size()) - 2);
  if (boundary.empty() || boundary.size() > longest_boundary) {
    why = "its boundary is unknown";
    return false;
  }
  const std::string first = "--" + boundary, next = "\r\n" + first;
  std::size_t at = text.starts_with(first) ? 0 : text.find(next);
  if (at == std::string_view::npos) {
    why = "its boundary does not come";
    return false;
  }
  text.remove_prefix(at == 0 ? first.size() : at + next.size());
  for (std::size_t number = 0;; ++number) {
    if (text.starts_with("--")) return true;  // the closing delimiter
    const std::size_t line = text.find("\r\n");
    if (line == std::string_view::npos) break;
    text.remove_prefix(line + 2);
    // A part without content ends at once, its line end being the delimiter's.
    at = text.starts_with(first) ? 0 : text.find(next);
    const bool cut = at == std::string_view::npos;
    if (!read_part(opener, text.substr(0, at), number)) return false;
    if (cut) break;
    text.remove_prefix(at == 0 && text.starts_with(first) ? first.size() : at + next.size());
  }
  Outlet::note(opener.message(),
               fmt::format("{} has no closing boundary: it is cut off", opener.path()));
  return true;
}

}  // namespace

extern const Structure multipart_structure{"form", "a multipart", "form", declared, looks, read};

}  // namespace brewproof::decode
