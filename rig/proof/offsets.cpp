#include "rig/proof/offsets.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "rig/model/bytes.h"
#include "rig/proof/ascii.h"
#include "rig/proof/encodings.h"

namespace brewproof {
namespace {

using Values = std::vector<std::optional<std::string>>;

/// What a protocol names itself it has read itself: only its content may hold anything.
bool is_content(std::string_view path) {
  const std::string_view part = path.substr(0, path.find('|'));
  return part == "payload" || part == "body" || part.starts_with("form:") ||
         part.starts_with("query:");
}

std::optional<std::string> bytes_of_hex_text(std::string_view text) {
  constexpr std::size_t shortest = 16;
  return text.size() >= shortest ? hex_bytes(text) : std::nullopt;
}

std::optional<std::string> bytes_of_base64_text(std::string_view text, Base64 alphabet) {
  constexpr std::size_t shortest = 12;
  const bool whole = alphabet == Base64::for_urls || text.size() % 4 == 0;  // padded
  return whole && text.size() >= shortest ? bytes_of_base64(text, alphabet) : std::nullopt;
}

/// All values by the one way in which all of them can be read; empty ones hold nothing.
Values decoded(const FieldColumn& column,
               const std::function<std::optional<std::string>(std::string_view)>& read) {
  Values rows;
  for (const FieldView* field : column.by_row) {
    rows.emplace_back();
    if (field == nullptr || field->value.empty()) continue;
    rows.back() = read(field->value);
    if (!rows.back()) return {};
  }
  return rows;
}

/// Numbers are no hex and words are no base64, although their characters would do.
struct Alphabet {
  bool digits = false, lower = false, upper = false;
  explicit Alphabet(const FieldColumn& column) {
    for (const std::string_view value : present_values(column)) {
      for (const char c : value) {
        digits = digits || is_digit(c);
        lower = lower || (c >= 'a' && c <= 'z');
        upper = upper || (c >= 'A' && c <= 'Z');
      }
    }
  }
};

/// Characters and then zero bytes: how many characters; nullopt: anything else.
std::optional<std::size_t> text_length(std::string_view bytes) {
  const std::size_t length = std::min(bytes.find('\0'), bytes.size());
  const auto readable = [](char c) { return c >= ' ' && c <= '~'; };
  const bool text = std::all_of(bytes.begin(), bytes.begin() + length, readable) &&
                    bytes.find_first_not_of('\0', length) == std::string_view::npos;
  return text ? std::optional(length) : std::nullopt;
}

/// Numbers and tokens are seldom readable, and not in all rows: what is, is text.
bool all_text(const Values& values) {
  constexpr std::size_t fewest_characters = 3;
  bool any = false;
  for (const auto& bytes : values) {
    if (!bytes) continue;
    const auto length = text_length(*bytes);
    if (!length || (*length > 0 && *length < fewest_characters)) return false;
    any = any || *length > 0;
  }
  return any;
}

/// As long as the table has fewer than `most` columns.
void lay_slices_of(FieldTable& table, std::size_t of, const Opaque& bytes, std::size_t most) {
  for (const std::size_t width : slice_widths) {
    for (std::size_t offset = 0; offset + width <= bytes.length(); ++offset) {
      const Slice slice{of, offset, width};
      const bool all_of_it = width == bytes.longest();
      if (all_of_it || bytes.constant(slice)) continue;
      if (table.columns.size() == most) return;
      table.columns.push_back(column_of(table, bytes, slice, bytes.cut(slice)));
    }
  }
}

}  // namespace

Opaque::Opaque(const FieldColumn& column) {
  if (column.slice || !is_content(column.path)) return;
  bool raw = false;
  for (const FieldView* field : column.by_row) {
    if (field == nullptr) continue;
    if (field->type != FieldType::bytes && field->type != FieldType::text) return;
    raw = raw || field->type == FieldType::bytes;
  }
  if (raw) {
    for (const FieldView* field : column.by_row) {
      rows_.emplace_back();
      if (field != nullptr) {
        rows_.back() = field->type == FieldType::bytes ? bytes_of_hex(field->value) : field->value;
      }
    }
    const bool whole = column.path == "payload" || column.path == "body";
    way_ = whole ? "" : std::string(column.path) + "|";
  } else {
    read_text(column);
  }
  measure();
}

void Opaque::read_text(const FieldColumn& column) {
  constexpr std::size_t shortest = 12;
  for (const FieldView* field : column.by_row) {
    if (field != nullptr && !field->value.empty() && field->value.size() < shortest) return;
  }
  encoded_ = true;
  const Alphabet alphabet(column);
  const auto use = [&](std::string_view step, auto&& read) {
    rows_ = decoded(column, read);
    way_ = std::string(column.path) + "|" + std::string(step) + "|";
    return !rows_.empty();
  };
  if (alphabet.digits && (alphabet.lower || alphabet.upper) && use("hex", bytes_of_hex_text)) {
    return;
  }
  if (!alphabet.digits || !alphabet.lower || !alphabet.upper) return;
  if (use("base64",
          [](std::string_view text) { return bytes_of_base64_text(text, Base64::plain); })) {
    return;
  }
  use("base64url",
      [](std::string_view text) { return bytes_of_base64_text(text, Base64::for_urls); });
}

void Opaque::measure() {
  std::vector<std::size_t> lengths;
  for (const auto& bytes : rows_) {
    if (bytes) lengths.push_back(bytes->size());
  }
  if (lengths.size() < 2) return;
  std::ranges::sort(lengths, std::greater{});
  longest_ = lengths.front();
  length_ = std::min(lengths[(lengths.size() - 1) / 2], most_laid);
  constant_.assign(length_, true);
  std::vector<std::optional<char>> first(length_);
  for (const auto& bytes : rows_) {
    if (!bytes) continue;
    for (std::size_t at = 0; at < std::min(length_, bytes->size()); ++at) {
      if (!first[at]) first[at] = (*bytes)[at];
      if ((*bytes)[at] != *first[at]) constant_[at] = false;
    }
  }
  if (encoded_ && std::ranges::find(constant_, true) == constant_.end()) length_ = 0;
}

bool Opaque::constant(const Slice& slice) const {
  for (std::size_t at = slice.offset; at < slice.end(); ++at) {
    if (!constant_[at]) return false;
  }
  return true;
}

Values Opaque::cut(const Slice& slice) const {
  Values values;
  values.reserve(rows_.size());
  for (const auto& bytes : rows_) {
    const bool reaches = bytes && bytes->size() >= slice.end();
    values.push_back(reaches ? std::optional(bytes->substr(slice.offset, slice.width))
                             : std::nullopt);
  }
  return values;
}

Values Opaque::tail() const {
  Values values;
  values.reserve(rows_.size());
  for (const auto& bytes : rows_) {
    const bool reaches = bytes && bytes->size() > length_;
    values.push_back(reaches ? std::optional(bytes->substr(length_)) : std::nullopt);
  }
  return values;
}

std::vector<std::optional<std::uint64_t>> Opaque::integers(const Slice& slice,
                                                           bool little_endian) const {
  std::vector<std::optional<std::uint64_t>> numbers;
  numbers.reserve(rows_.size());
  for (const auto& bytes : rows_) {
    numbers.emplace_back();
    if (!bytes || bytes->size() < slice.end()) continue;
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < slice.width; ++i) {
      const std::size_t at = little_endian ? slice.end() - 1 - i : slice.offset + i;
      number = number << 8 | static_cast<std::uint8_t>((*bytes)[at]);
    }
    numbers.back() = number;
  }
  return numbers;
}

FieldColumn column_of(FieldTable& table, const Opaque& whole, const Slice& slice, Values values,
                      FieldType type) {
  const std::string& path =
      table.made.emplace_back(fmt::format("{}bytes:{}+{}", whole.way(), slice.offset, slice.width));
  FieldColumn column{path, std::vector<const FieldView*>(values.size()),
                     table.columns[slice.of].from, slice};
  for (std::size_t r = 0; r < values.size(); ++r) {
    if (!values[r]) {
      column.from[r] = nullptr;
      continue;
    }
    const std::string& value = table.made.emplace_back(std::move(*values[r]));
    column.by_row[r] = &table.cells.emplace_back(FieldView{path, value, type});
  }
  return column;
}

FieldColumn column_of(FieldTable& table, const Opaque& whole, const Slice& slice, Values bytes) {
  const bool text = all_text(bytes);
  for (auto& value : bytes) {
    if (!value) continue;
    if (text) {
      value->resize(*text_length(*value));
    } else {
      value = to_hex(ByteView(reinterpret_cast<const std::uint8_t*>(value->data()), value->size()));
    }
  }
  return column_of(table, whole, slice, std::move(bytes),
                   text ? FieldType::text : FieldType::bytes);
}

void lay_slices(FieldTable& table) {
  const std::size_t paths = table.columns.size();
  std::vector<std::pair<std::size_t, Opaque>> contents;
  for (std::size_t of = 0; of < paths; ++of) {
    if (Opaque bytes(table.columns[of]); bytes.length() > 0) {
      contents.emplace_back(of, std::move(bytes));
    }
  }
  for (const bool encoded : {false, true}) {
    for (const auto& [of, bytes] : contents) {
      if (bytes.encoded() == encoded) lay_slices_of(table, of, bytes, paths + most_slices);
    }
  }
}

}  // namespace brewproof
