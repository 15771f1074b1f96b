#include "rig/model/card_number.h"

#include <algorithm>

#include "rig/model/hex.h"

namespace brewproof {
namespace {

constexpr std::size_t shown_first = 6, shown_last = 4, shortest_hash = 32;

bool is_decimal(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return hex_digit(c) >= 0; }

bool is_card_number(std::string_view digits) {
  if (digits.size() < 13 || digits.size() > 19) return false;
  const bool issuer = (digits.front() >= '2' && digits.front() <= '6') || digits.front() == '8';
  return issuer && luhn_holds(digits);
}

// Digits from `begin` on with single spaces or dashes between them; `end` is behind the last one.
std::string digits_at(std::string_view text, std::size_t begin, std::size_t& end) {
  std::string digits;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (is_decimal(text[i])) {
      digits += text[i];
      end = i + 1;
    } else if ((text[i] != ' ' && text[i] != '-') || i != end) {
      break;
    }
  }
  return digits;
}

bool within_hash(std::string_view text, std::size_t begin, std::size_t end) {
  while (begin > 0 && is_hex(text[begin - 1])) --begin;
  while (end < text.size() && is_hex(text[end])) ++end;
  return end - begin >= shortest_hash &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(begin),
                     text.begin() + static_cast<std::ptrdiff_t>(end), is_hex);
}

}  // namespace

bool luhn_holds(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (auto c = digits.rbegin(); c != digits.rend(); ++c, twice = !twice) {
    if (!is_decimal(*c)) return false;
    const int digit = (*c - '0') * (twice ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return !digits.empty() && sum % 10 == 0;
}

std::string without_card_numbers(std::string_view text) {
  std::string shown(text);
  for (std::size_t i = 0; i < text.size();) {
    if (!is_decimal(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    const std::string digits = digits_at(text, i, end);
    if (is_card_number(digits) && !within_hash(text, i, end)) {
      std::size_t digit = 0;
      for (std::size_t at = i; at < end; ++at) {
        if (!is_decimal(text[at])) continue;
        if (digit >= shown_first && digit + shown_last < digits.size()) shown[at] = '*';
        ++digit;
      }
    }
    i = end;
  }
  return shown;
}

}  // namespace brewproof
