// Text made from hostile bytes: numbers, hex, escapes of field paths and labels, percent-decoding.
// Everything here appends to a string that the caller owns, because the decoder reuses its strings.
#pragma once

#include <boost/container/small_vector.hpp>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "rig/model/bytes.h"

namespace brewproof::decode {

template <class Integer>
void append_number(std::string& text, Integer value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  text.append(digits, static_cast<std::size_t>(end - digits));
}

/// Lower-case hex without separators.
void append_hex(std::string& text, ByteView bytes);

/// Well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong).
[[nodiscard]] bool is_utf8(std::string_view text);

/// UTF-8 that a person can read: no control characters but tab, CR and LF.
[[nodiscard]] bool is_readable(std::string_view text);

/// A name that came off the wire, as part of a field path: `|`, control characters and bytes that
/// are not UTF-8 become %XX.
void append_key(std::string& path, std::string_view key);

/// The same for message labels, where `|` may stay.
void append_label(std::string& label, std::string_view text);

/// A reference token of a JSON Pointer (RFC 6901: ~0 and ~1) as field paths have it: a key that is
/// exactly `*` becomes ~2, since `*` stands for folded array elements; then as append_key.
void append_pointer_token(std::string& path, std::string_view key);

/// Undoes %XX (malformed escapes stay as they are) and, for forms and queries, `+` for space.
void append_percent_decoded(std::string& text, std::string_view encoded, bool plus_is_space);

/// Without these characters at either end.
[[nodiscard]] std::string_view trim(std::string_view text, std::string_view of);
/// Blanks as HTTP and its kin have them (RFC 9110 section 5.6.3), and those of XML and JSON.
inline constexpr std::string_view blanks = " \t", white_space = " \t\r\n";

/// ASCII only: other bytes stay.
void append_lower(std::string& text, std::string_view mixed);
/// The same, for as long as it is looked at: names of usual length take no memory for it.
class LowerCase {
 public:
  explicit LowerCase(std::string_view mixed);
  [[nodiscard]] std::string_view text() const { return {text_.data(), text_.size()}; }

 private:
  boost::container::small_vector<char, 128> text_;
};
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] bool contains_ignoring_case(std::string_view text, std::string_view lower_part);

/// "10..19 B": the class of a size. Classes keep two significant digits and are at least ten wide:
/// 0..9, 10..19 ... 990..999, 1000..1099 ... 9900..9999, 10000..10999 ...
void append_size_class(std::string& text, std::uint64_t size);

}  // namespace brewproof::decode
