#include "rig/decode/text.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace brewproof::decode {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

constexpr char lower(char c) {
  const bool upper = static_cast<unsigned>(c) - 'A' < 26;
  return static_cast<char>(c | (upper ? 0x20 : 0));
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool is_control(unsigned char c) { return c < 0x20 || c == 0x7f; }

/// Length of the well-formed UTF-8 character at the beginning of `text`; 0 where there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const unsigned a = byte(0), b = byte(1);
  if (text.empty()) return 0;
  if (a < 0x80) return 1;
  if (a >= 0xc2 && a <= 0xdf) return continues(1) ? 2 : 0;
  if (a >= 0xe0 && a <= 0xef) {
    const bool second = a == 0xe0   ? b >= 0xa0 && b <= 0xbf
                        : a == 0xed ? b >= 0x80 && b <= 0x9f
                                    : continues(1);
    return second && continues(2) ? 3 : 0;
  }
  if (a >= 0xf0 && a <= 0xf4) {
    const bool second = a == 0xf0   ? b >= 0x90 && b <= 0xbf
                        : a == 0xf4 ? b >= 0x80 && b <= 0x8f
                                    : continues(1);
    return second && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

/// How many leading bytes are ASCII, eight at a time.
std::size_t ascii_prefix(std::string_view text) {
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    if ((word & 0x8080808080808080u) != 0) break;
  }
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i;
}

/// What a byte means where it stands in a name or value.
constexpr std::uint8_t printable = 1, plain_in_key = 2, plain_in_pointer = 4;

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (std::size_t c = 0x20; c < 0x7f; ++c) {
    classes[c] = printable;
    if (c != '|') classes[c] |= plain_in_key;
    if (c != '|' && c != '~' && c != '/' && c != '*') classes[c] |= plain_in_pointer;
  }
  return classes;
}
constexpr std::array<std::uint8_t, 256> byte_classes = make_classes();

/// How many leading bytes are of this class.
std::size_t prefix_of(std::uint8_t wanted, std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && (byte_classes[static_cast<unsigned char>(text[i])] & wanted) != 0) ++i;
  return i;
}

/// How many leading bytes are printable ASCII, eight at a time. Bit tricks: a byte below 0x20
/// borrows in `word - 0x20..`; 0x7f becomes zero in `word ^ 0x7f..`, which borrows in `- 0x01..`.
std::size_t printable_prefix(std::string_view text) {
  constexpr std::uint64_t ones = 0x0101010101010101u, high = 0x80 * ones;
  const auto all_printable = [&](std::size_t at) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    const std::uint64_t del = word ^ (0x7f * ones);
    return ((word | (word - 0x20 * ones) | (del - ones)) & high) == 0;
  };
  std::size_t i = 0;
  while (i + 8 <= text.size() && all_printable(i)) i += 8;
  if (i != 0 && i + 8 > text.size() && all_printable(text.size() - 8)) return text.size();
  return i + prefix_of(printable, text.substr(i));
}

template <class Escape>
void append_escaped(std::string& out, std::string_view text, Escape must_escape) {
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text[0]);
    std::size_t length = c < 0x80 ? 1 : utf8_length(text);
    if (length == 0 || must_escape(c)) {
      length = 1;
      out += '%';
      out += "0123456789ABCDEF"[c >> 4];
      out += "0123456789ABCDEF"[c & 0xf];
    } else {
      out.append(text, 0, length);
    }
    text.remove_prefix(length);
  }
}

}  // namespace

void append_hex(std::string& text, ByteView bytes) {
  const std::size_t at = text.size();
  text.resize(at + 2 * bytes.size());
  char* out = text.data() + at;
  for (const std::uint8_t b : bytes) {
    *out++ = hex_digits[b >> 4];
    *out++ = hex_digits[b & 0xf];
  }
}

bool is_utf8(std::string_view text) {
  for (text.remove_prefix(ascii_prefix(text)); !text.empty();) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
    text.remove_prefix(ascii_prefix(text));
  }
  return true;
}

bool is_readable(std::string_view text) {
  text.remove_prefix(printable_prefix(text));
  if (text.empty()) return true;
  const bool controls = std::any_of(text.begin(), text.end(), [](char c) {
    return is_control(static_cast<unsigned char>(c)) && c != '\t' && c != '\r' && c != '\n';
  });
  return !controls && is_utf8(text);
}

void append_key(std::string& path, std::string_view key) {
  if (prefix_of(plain_in_key, key) == key.size()) {
    path.append(key);
    return;
  }
  append_escaped(path, key, [](unsigned char c) { return c == '|' || is_control(c); });
}

void append_label(std::string& label, std::string_view text) {
  const std::size_t plain = printable_prefix(text);
  label.append(text, 0, plain);
  text.remove_prefix(plain);
  append_escaped(label, text, is_control);
}

void append_pointer_token(std::string& path, std::string_view key) {
  if (prefix_of(plain_in_pointer, key) == key.size()) {
    path.append(key);
    return;
  }
  if (key == "*") {
    path += "~2";
    return;
  }
  for (std::size_t at = 0; (at = key.find_first_of("~/")) != std::string_view::npos;) {
    append_key(path, key.substr(0, at));
    path += key[at] == '~' ? "~0" : "~1";
    key.remove_prefix(at + 1);
  }
  append_key(path, key);
}

void append_percent_decoded(std::string& text, std::string_view encoded, bool plus_is_space) {
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    const char c = encoded[i];
    if (c == '%' && i + 2 < encoded.size() && hex_value(encoded[i + 1]) >= 0 &&
        hex_value(encoded[i + 2]) >= 0) {
      text += static_cast<char>(hex_value(encoded[i + 1]) << 4 | hex_value(encoded[i + 2]));
      i += 2;
    } else {
      text += c == '+' && plus_is_space ? ' ' : c;
    }
  }
}

std::string_view trim(std::string_view text, std::string_view of) {
  const std::size_t first = text.find_first_not_of(of);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(of) + 1 - first);
}

void append_lower(std::string& text, std::string_view mixed) {
  const std::size_t at = text.size();
  text.resize(at + mixed.size());
  std::transform(mixed.begin(), mixed.end(), text.begin() + static_cast<std::ptrdiff_t>(at), lower);
}

LowerCase::LowerCase(std::string_view mixed) : text_(mixed.begin(), mixed.end()) {
  std::ranges::transform(text_, text_.begin(), lower);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool contains_ignoring_case(std::string_view text, std::string_view lower_part) {
  return std::search(text.begin(), text.end(), lower_part.begin(), lower_part.end(),
                     [](char x, char y) { return lower(x) == y; }) != text.end();
}

void append_size_class(std::string& text, std::uint64_t size) {
  std::uint64_t width = 10;
  while (size / width >= 100) width *= 10;
  const std::uint64_t first = size / width * width;
  append_number(text, first);
  text += "..";
  append_number(text, first + (width - 1));
  text += " B";
}

}  // namespace brewproof::decode
