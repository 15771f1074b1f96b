#include "rig/proof/mask.h"

#include "rig/model/card_number.h"

namespace brewproof {

std::string masked(std::string_view value) {
  constexpr std::size_t longest_shown = 160;
  std::string text = without_card_numbers(value);
  if (text.size() <= longest_shown) return text;
  std::size_t end = longest_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + "...";
}

}  // namespace brewproof
