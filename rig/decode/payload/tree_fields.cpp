#include "rig/decode/payload/tree_fields.h"

#include <charconv>
#include <cmath>

#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

template <class Number>
void append_number_of(std::string& text, Number value) {
  if (std::isnan(value)) {
    text += "NaN";
    return;
  }
  if (std::isinf(value)) {
    text += value < 0 ? "-Infinity" : "Infinity";
    return;
  }
  const Number size = std::abs(value);
  const bool everyday = size == 0 || (size >= Number(1e-6) && size < Number(1e15));
  char digits[64];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, value,
                    everyday ? std::chars_format::fixed : std::chars_format::scientific)
          .ptr;
  text.append(digits, static_cast<std::size_t>(end - digits));
}

}  // namespace

void append_real(std::string& text, double value) { append_number_of(text, value); }
void append_real(std::string& text, float value) { append_number_of(text, value); }

TreeFields::TreeFields(Opener& opener, bool adds) : opener_(opener), adds_(adds) {}

bool TreeFields::begin_map(std::optional<std::uint64_t> pairs) {
  if (pairs && *pairs > UINT64_MAX / 2) return stop("a map has too many pairs");
  if (pairs) pairs = *pairs * 2;
  return begin(true, pairs);
}

bool TreeFields::begin_array(std::optional<std::uint64_t> elements) {
  return begin(false, elements);
}

bool TreeFields::begin(bool map, std::optional<std::uint64_t> items) {
  if (expects_key()) return stop("a key is a map or an array");
  if (!place()) return false;
  if (open_.size() >= opener_.max_depth()) {
    opener_.limit_reached();
    return stop("nesting is too deep");
  }
  if (open_.empty()) top_is_map_ = map;
  if (items == std::uint64_t{0}) {
    if (adds_) opener_.scalar(FieldType::text, 1).value = map ? "{}" : "[]";
    return placed();
  }
  open_.push_back({map, map, items, 0, opener_.path().size()});
  return true;
}

bool TreeFields::end_indefinite() {
  if (open_.empty() || open_.back().left) return stop("a break comes where nothing is open");
  if (open_.back().map && !open_.back().key_is_next) return stop("a key has no value");
  const Level level = open_.back();
  opener_.path().resize(level.path);
  open_.pop_back();
  if (adds_ && level.index == 0) opener_.scalar(FieldType::text, 2).value = level.map ? "{}" : "[]";
  return placed();
}

/// Makes path() that of the value which comes now.
bool TreeFields::place() {
  ++items_;
  if (open_.empty()) return items_ == 1 || stop("more items follow the first");
  Level& level = open_.back();
  if (level.map) return true;  // the key made it
  if (adds_ && !opener_.step(static_cast<std::size_t>(level.index)))
    return stop("a field path is too long");
  ++level.index;
  return true;
}

/// A value has ended, and with it perhaps the maps and arrays that it is the last of.
bool TreeFields::placed() {
  while (!open_.empty()) {
    Level& level = open_.back();
    opener_.path().resize(level.path);
    if (level.map) level.key_is_next = true;
    if (!level.left || --*level.left != 0) return true;
    open_.pop_back();
  }
  return true;
}

bool TreeFields::key(std::string_view text) {
  Level& level = open_.back();
  ++pairs_;
  ++level.index;
  level.key_is_next = false;
  if (level.left) --*level.left;
  if (!adds_) return true;
  return opener_.step(text) || stop("a field path is too long");
}

bool TreeFields::text(std::string_view value, std::size_t wire) {
  if (!is_utf8(value)) return stop("a text is not UTF-8");
  if (is_readable(value)) readable_ += value.size();
  if (expects_key()) {
    if (open_.size() == 1) counted_keys_ = false;
    return key(value);
  }
  if (!place()) return false;
  scalar_ |= open_.empty();
  if (adds_) opener_.text(value, wire);
  return placed();
}

bool TreeFields::bytes(ByteView value, std::size_t wire) {
  if (expects_key()) {
    std::string name;
    append_hex(name, value.first(std::min(value.size(), max_key)));
    if (open_.size() == 1) counted_keys_ = false;
    return key(name);
  }
  if (!place()) return false;
  scalar_ |= open_.empty();
  if (adds_) opener_.bytes(value, wire);
  return placed();
}

bool TreeFields::integer(std::uint64_t magnitude, bool negative, std::size_t wire) {
  std::string digits;
  if (negative) {
    digits = '-';
    // -1 - 18446744073709551615 is one more than 64 bits hold.
    if (magnitude == UINT64_MAX) {
      digits += "18446744073709551616";
    } else {
      append_number(digits, magnitude + 1);
    }
  } else {
    append_number(digits, magnitude);
  }
  if (expects_key()) {
    if (open_.size() == 1) {
      const bool rises =
          !negative && magnitude < 64 && static_cast<std::int64_t>(magnitude) > last_number_;
      counted_keys_ = counted_keys_ && rises;
      last_number_ = static_cast<std::int64_t>(magnitude & 63);
    }
    return key(digits);
  }
  if (!place()) return false;
  scalar_ |= open_.empty();
  if (adds_) opener_.scalar(FieldType::integer, wire).value = digits;
  return placed();
}

template <class Number>
bool TreeFields::real_number(Number value, std::size_t wire) {
  if (expects_key()) return stop("a key is a real number");
  if (!place()) return false;
  scalar_ |= open_.empty();
  if (adds_) append_real(opener_.scalar(FieldType::real, wire).value, value);
  return placed();
}
bool TreeFields::real(double value, std::size_t wire) { return real_number(value, wire); }
bool TreeFields::real(float value, std::size_t wire) { return real_number(value, wire); }

bool TreeFields::word(std::string_view value, FieldType type, std::size_t wire) {
  if (expects_key()) return stop("a key is no text and no number");
  if (!place()) return false;
  scalar_ |= open_.empty();
  if (adds_) opener_.scalar(type, wire).value = value;
  return placed();
}

bool TreeFields::convinces(Trust trust, std::size_t size) const {
  if (trust == Trust::declared) return true;
  if (scalar_) return false;
  // Random bytes are a well-formed tree often enough; that a good part of them is text is seldom.
  const bool embedded = trust == Trust::embedded;
  if (readable_ >= (embedded ? 8u : 4u) && readable_ * 4 >= size) return true;
  return !embedded && top_is_map_ && counted_keys_ && pairs_ >= 3;
}

}  // namespace brewproof::decode
