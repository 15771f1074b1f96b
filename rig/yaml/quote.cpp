#include "rig/yaml/quote.h"

#include <fmt/format.h>

#include <iterator>

namespace brewproof::yaml {
namespace {

void append_escaped(std::string& out, char32_t code_point) {
  if (code_point == U'\n')
    out += "\\n";
  else if (code_point == U'\t')
    out += "\\t";
  else if (code_point == U'\r')
    out += "\\r";
  else if (code_point < 0x100)
    fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned>(code_point));
  else
    fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", static_cast<unsigned>(code_point));
}

// Appends what is to be shown of the next code point and moves behind it.
void append_next(std::string& out, std::string_view text, std::size_t& position) {
  const std::size_t begin = position;
  const auto code_point = next_code_point(text, position);
  if (!code_point)
    append_escaped(out, static_cast<unsigned char>(text[begin]));
  else if (is_unprintable(*code_point))
    append_escaped(out, *code_point);
  else
    out += text.substr(begin, position - begin);
}

}  // namespace

bool is_unprintable(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200b || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
         (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

std::optional<char32_t> next_code_point(std::string_view text, std::size_t& position) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char lead = byte(position);
  const std::size_t length = lead < 0x80             ? 1
                             : (lead & 0xe0) == 0xc0 ? 2
                             : (lead & 0xf0) == 0xe0 ? 3
                             : (lead & 0xf8) == 0xf0 ? 4
                                                     : 0;
  const std::size_t begin = position++;
  if (length == 0 || text.size() - begin < length) return std::nullopt;
  if (length == 1) return lead;
  char32_t value = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(begin + i) & 0xc0) != 0x80) return std::nullopt;
    value = value << 6 | (byte(begin + i) & 0x3fU);
  }
  const char32_t smallest = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
  if (value < smallest || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
    return std::nullopt;
  position = begin + length;
  return value;
}

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t position = 0; position < text.size();) append_next(out, text, position);
  return out;
}

std::string in_quotes(std::string_view text, std::size_t longest) {
  std::string out = "'";
  std::size_t position = 0;
  for (std::size_t count = 0; position < text.size() && count < longest; ++count)
    append_next(out, text, position);
  if (position < text.size()) out += "...";
  return out + "'";
}

}  // namespace brewproof::yaml
