#include "rig/yaml/scalar_form.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace brewproof::yaml {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
}

// The number forms of JSON (RFC 8259, section 6), which all YAML readers agree on.
ScalarForm json_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t whole = count_digits(text);
  if (whole == 0 || (whole > 1 && text[0] == '0')) return ScalarForm::text;
  text.remove_prefix(whole);
  if (text.empty()) return ScalarForm::integer;
  if (text[0] == '.') {
    const std::size_t fraction = count_digits(text.substr(1));
    if (fraction == 0) return ScalarForm::text;
    text.remove_prefix(1 + fraction);
    if (text.empty()) return ScalarForm::real;
  }
  if (text[0] != 'e' && text[0] != 'E') return ScalarForm::text;
  text.remove_prefix(1);
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  return !text.empty() && count_digits(text) == text.size() ? ScalarForm::real : ScalarForm::text;
}

bool is_boolean_word(std::string_view text) {
  constexpr std::array<std::string_view, 8> words = {"y",  "n",   "yes",  "no",
                                                     "on", "off", "true", "false"};
  return text.size() <= 5 && std::ranges::find(words, lower(text)) != words.end();
}

// Numbers that only some readers take for numbers; "" = none of them.
std::string_view odd_number(std::string_view text) {
  const std::string word = lower(text);
  if (word == ".inf" || word == "-.inf" || word == "+.inf" || word == ".nan")
    return "infinity or not-a-number";
  std::string_view digits = text;
  if (digits.starts_with('+') || digits.starts_with('-')) digits.remove_prefix(1);
  const auto only = [&](std::string_view allowed) {
    return digits.find_first_not_of(allowed) == std::string_view::npos;
  };
  if (digits.empty() || (!is_digit(digits[0]) && digits[0] != '.')) return "";
  if (count_digits(digits) == digits.size() && digits.size() > 1 && digits[0] == '0')
    return "an octal number";
  if (digits.size() > 2 && digits[0] == '0') {
    const char mark = digits[1];
    const std::string_view tail = digits.substr(2);
    if (mark == 'o' && tail.find_first_not_of("01234567_") == std::string_view::npos)
      return "an octal number";
    if (mark == 'b' && tail.find_first_not_of("01_") == std::string_view::npos)
      return "a binary number";
    if (mark == 'x' && tail.find_first_not_of("0123456789abcdefABCDEF_") == std::string_view::npos)
      return "a hexadecimal number";
  }
  if (digits.find(':') != std::string_view::npos && digits[0] != '0' && only("0123456789_:.") &&
      digits.back() != ':')
    return "a number of base 60";
  if (digits.find('_') != std::string_view::npos && only("0123456789_."))
    return "a number with _ between its digits";
  // "+5", "5.", ".5", "05.5": numbers to YAML, not to JSON.
  if (only("0123456789.") && std::ranges::count(digits, '.') <= 1 && digits != ".")
    return "a number";
  return "";
}

}  // namespace

ScalarForm form_of(std::string_view plain) {
  if (plain.empty() || plain == "~" || plain == "null") return ScalarForm::null;
  if (plain == "true" || plain == "false") return ScalarForm::boolean;
  if (const ScalarForm number = json_number(plain); number != ScalarForm::text) return number;
  if (is_boolean_word(plain) || lower(plain) == "null" || !odd_number(plain).empty())
    return ScalarForm::doubtful;
  return ScalarForm::text;
}

std::string why_doubtful(std::string_view plain) {
  if (is_boolean_word(plain)) return "some YAML readers take it for a boolean";
  if (lower(plain) == "null") return "some YAML readers take it for no value";
  return "some YAML readers take it for " + std::string(odd_number(plain));
}

}  // namespace brewproof::yaml
