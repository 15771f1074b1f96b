#include "drivers/quoted.h"

#include <algorithm>

namespace brewproof {
namespace {

constexpr std::size_t most_shown = 64;

bool is_printable(std::uint8_t byte) { return byte >= 0x20 && byte < 0x7f; }
bool is_textual(std::uint8_t byte) { return is_printable(byte) || byte == '\r' || byte == '\n'; }

std::string escaped(std::uint8_t byte) {
  if (byte == '\r') return "\\r";
  if (byte == '\n') return "\\n";
  if (byte == '"' || byte == '\\') return {'\\', static_cast<char>(byte)};
  if (is_printable(byte)) return {static_cast<char>(byte)};
  return fmt::format("\\x{:02x}", byte);
}

}  // namespace

std::string quoted(ByteView bytes) {
  const ByteView shown = bytes.first(std::min(bytes.size(), most_shown));
  const auto textual = static_cast<std::size_t>(std::ranges::count_if(shown, is_textual));
  std::string text;
  if (textual * 2 < shown.size()) {
    for (const std::uint8_t byte : shown)
      text += fmt::format("{}{:02X}", text.empty() ? "" : " ", byte);
  } else {
    text += '"';
    for (const std::uint8_t byte : shown) text += escaped(byte);
    text += '"';
  }
  if (bytes.size() > shown.size())
    text += fmt::format(" and {} more bytes", bytes.size() - shown.size());
  return text;
}

}  // namespace brewproof
