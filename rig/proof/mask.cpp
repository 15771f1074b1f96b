#include "rig/proof/mask.h"

#include "rig/proof/ascii.h"

namespace brewproof {
namespace {

constexpr std::size_t longest_shown = 160;

std::string cut(std::string text) {
  if (text.size() <= longest_shown) return text;
  std::size_t end = longest_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + "...";
}

bool is_card_number(std::string_view digits) {
  if (digits.size() < 13 || digits.size() > 19) return false;
  const bool issuer = (digits.front() >= '2' && digits.front() <= '6') || digits.front() == '8';
  return issuer && luhn_holds(digits);
}

/// Digits from `begin` on with single spaces or dashes between them; `end` is behind the last one.
std::string digits_at(std::string_view value, std::size_t begin, std::size_t& end) {
  std::string digits;
  for (std::size_t i = begin; i < value.size(); ++i) {
    if (is_digit(value[i])) {
      digits += value[i];
      end = i + 1;
    } else if ((value[i] != ' ' && value[i] != '-') || i != end) {
      break;
    }
  }
  return digits;
}

}  // namespace

bool luhn_holds(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (auto c = digits.rbegin(); c != digits.rend(); ++c, twice = !twice) {
    if (!is_digit(*c)) return false;
    const int digit = (*c - '0') * (twice ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return !digits.empty() && sum % 10 == 0;
}

std::string masked(std::string_view value) {
  std::string shown;
  for (std::size_t i = 0; i < value.size();) {
    if (!is_digit(value[i])) {
      shown += value[i++];
      continue;
    }
    std::size_t end = i;
    const std::string digits = digits_at(value, i, end);
    if (is_card_number(digits)) {
      shown += digits.substr(0, 6) + std::string(digits.size() - 10, '*') +
               digits.substr(digits.size() - 4);
    } else {
      shown += value.substr(i, end - i);
    }
    i = end;
  }
  return cut(std::move(shown));
}

}  // namespace brewproof
