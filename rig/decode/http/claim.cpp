#include "rig/decode/http/claim.h"

#include <algorithm>

#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t max_first_line = 16384;
// The longest in the registry of methods is UPDATEREDIRECTREF; "PUT" and "GET" are the shortest.
constexpr std::size_t max_method = 17, min_method = 3;
constexpr std::size_t max_empty = 4;  // bytes of empty lines before it (section 2.2)
constexpr std::string_view version = "HTTP/1.";

bool is_method_char(char c) { return (c >= 'A' && c <= 'Z') || c == '-'; }

}  // namespace

Claim claim_http(ByteView bytes) {
  std::string_view text = as_text(bytes.first(std::min(bytes.size(), max_first_line)));
  const std::size_t empty = std::min(text.find_first_not_of("\r\n"), text.size());
  if (empty > max_empty) return Claim::no;
  text.remove_prefix(empty);
  if (text.empty()) return Claim::more;
  if (text.substr(0, version.size()) == version.substr(0, text.size())) {
    if (text.size() < 10) return Claim::more;
    return text[8] == ' ' && text[9] >= '1' && text[9] <= '9' ? Claim::yes : Claim::no;
  }
  const auto method_end = std::find_if_not(text.begin(), text.end(), is_method_char);
  const auto method = static_cast<std::size_t>(method_end - text.begin());
  if (method > max_method) return Claim::no;
  if (method_end == text.end()) return Claim::more;
  if (*method_end != ' ' || method < min_method) return Claim::no;
  const std::size_t line = text.find('\n');
  const std::string_view first = text.substr(0, line);
  if (first.find(" HTTP/1.") != std::string_view::npos) return Claim::yes;
  return line == std::string_view::npos && bytes.size() < max_first_line && is_readable(first)
             ? Claim::more
             : Claim::no;
}

}  // namespace brewproof::decode
