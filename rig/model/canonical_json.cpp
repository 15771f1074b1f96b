#include "rig/model/canonical_json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <stdexcept>
#include <vector>

namespace brewproof {
namespace {

// Decodes one code point at `at` and moves past it; invalid bytes give U+FFFD, one at a time.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const unsigned first = byte(at);
  const unsigned length = first < 0x80       ? 1
                          : first >> 5 == 6  ? 2
                          : first >> 4 == 14 ? 3
                          : first >> 3 == 30 ? 4
                                             : 0;
  if (length == 1) {
    ++at;
    return first;
  }
  char32_t point = length == 0 ? 0 : first & (0x7Fu >> length);
  bool valid = length != 0;
  for (unsigned i = 1; valid && i < length; ++i) {
    valid = (byte(at + i) & 0xC0) == 0x80;
    point = point << 6 | (byte(at + i) & 0x3F);
  }
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  valid =
      valid && point >= smallest[length] && point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
  at += valid ? length : 1;
  return valid ? point : U'\uFFFD';
}

void put_utf8(std::string& out, char32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | point >> 12);
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | point >> 18);
    out += static_cast<char>(0x80 | (point >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

void put_string(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const char32_t point = next_code_point(text, at);
    switch (point) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (point < 0x20) {
          constexpr char digits[] = "0123456789abcdef";
          out += "\\u00";
          out += digits[point >> 4];
          out += digits[point & 15];
        } else {
          put_utf8(out, point);
        }
    }
  }
  out += '"';
}

// ECMAScript Number::toString (ECMA-262, 6.1.6.1.20) from the shortest round-trip digits.
void put_number(std::string& out, double number) {
  if (!std::isfinite(number)) throw std::invalid_argument("JSON has no NaN and no infinity");
  if (number == 0) {
    out += '0';
    return;
  }
  if (number < 0) out += '-';
  char text[32];
  const auto end =
      std::to_chars(text, text + sizeof text, std::fabs(number), std::chars_format::scientific).ptr;
  const std::string_view shortest(text, static_cast<std::size_t>(end - text));
  const std::size_t e = shortest.find('e');
  std::string digits;
  for (const char c : shortest.substr(0, e))
    if (c != '.') digits += c;
  const int exponent = std::atoi(std::string(shortest.substr(e + 1)).c_str());
  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // digits before the decimal point: `n` in the standard
  if (count <= point && point <= 21) {
    out += digits + std::string(static_cast<std::size_t>(point - count), '0');
  } else if (0 < point && point <= 21) {
    out += digits.insert(static_cast<std::size_t>(point), ".");
  } else if (-6 < point && point <= 0) {
    out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  } else {
    if (count > 1) digits.insert(1, ".");
    out += digits + 'e' + (exponent < 0 ? '-' : '+') + std::to_string(std::abs(exponent));
  }
}

std::u16string utf16(std::string_view text) {
  std::u16string units;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t point = next_code_point(text, at);
    if (point < 0x10000) {
      units += static_cast<char16_t>(point);
    } else {
      units += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10));
      units += static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
  return units;
}

void put(std::string& out, const nlohmann::json& value) {
  using Type = nlohmann::json::value_t;
  switch (value.type()) {
    case Type::object: {
      std::vector<std::pair<std::u16string, const nlohmann::json::object_t::value_type*>> members;
      for (const auto& member : value.get_ref<const nlohmann::json::object_t&>())
        members.emplace_back(utf16(member.first), &member);
      std::sort(members.begin(), members.end(),
                [](const auto& a, const auto& b) { return a.first < b.first; });
      out += '{';
      for (const auto& [key, member] : members) {
        if (out.back() != '{') out += ',';
        put_string(out, member->first);
        out += ':';
        put(out, member->second);
      }
      out += '}';
      break;
    }
    case Type::array: {
      out += '[';
      for (std::size_t i = 0; i < value.size(); ++i) {
        if (i > 0) out += ',';
        put(out, value[i]);
      }
      out += ']';
      break;
    }
    case Type::string:
      put_string(out, value.get_ref<const std::string&>());
      break;
    case Type::number_float:
      put_number(out, value.get<double>());
      break;
    case Type::number_integer:
      out += std::to_string(value.get<std::int64_t>());
      break;
    case Type::number_unsigned:
      out += std::to_string(value.get<std::uint64_t>());
      break;
    case Type::boolean:
      out += value.get<bool>() ? "true" : "false";
      break;
    default:
      out += "null";
  }
}

}  // namespace

std::string canonical_json(const nlohmann::json& value) {
  std::string out;
  put(out, value);
  return out;
}

}  // namespace brewproof
