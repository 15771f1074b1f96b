#include <fmt/core.h>

#include "results/html_parts.h"
#include "results/inert_text.h"
#include "rig/model/card_number.h"

namespace brewproof {

std::string hex_dump(ByteView packet) {
  constexpr std::size_t per_row = 16;
  // Masked before it is cut into rows: a card number may lie in two.
  const std::string shown = without_card_numbers(as_text(packet));
  const ByteView bytes = as_bytes(shown);
  std::string out = "<pre tabindex=\"0\">";
  for (std::size_t row = 0; row < bytes.size(); row += per_row) {
    const ByteView part = bytes.subspan(row, std::min(per_row, bytes.size() - row));
    std::string hex, text;
    for (std::size_t i = 0; i < per_row; ++i) {
      if (i == per_row / 2) hex += ' ';
      hex += i < part.size() ? fmt::format("{:02x} ", part[i]) : "   ";
      if (i < part.size())
        text += part[i] >= 0x20 && part[i] < 0x7F ? static_cast<char>(part[i]) : '.';
    }
    out += fmt::format("<span class=\"o\">{:04x}</span>  {} <span class=\"a\">{}</span>\n", row,
                       hex, inert_html(text));
  }
  return out + "</pre>\n";
}

}  // namespace brewproof
