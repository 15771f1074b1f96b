#include "rig/proof/offsets.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "rig/model/bytes.h"

namespace brewproof {
namespace {

using Values = std::vector<std::optional<std::string>>;

/// What a protocol names itself it has read itself: only its content may hold anything.
bool is_content(std::string_view path) {
  const std::string_view part = path.substr(0, path.find('|'));
  return part == "payload" || part == "body" || part.starts_with("form:");
}

std::string bytes_of(const Field& field) {
  if (field.type != FieldType::bytes) return field.value;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  bytes.reserve(field.value.size() / 2);
  for (std::size_t at = 0; at + 1 < field.value.size(); at += 2) {
    bytes += static_cast<char>(digit(field.value[at]) << 4 | digit(field.value[at + 1]));
  }
  return bytes;
}

std::string path_of(std::string_view of, const Slice& slice) {
  const bool whole = of == "payload" || of == "body";
  return fmt::format("{}{}bytes:{}+{}", whole ? "" : of, whole ? "" : "|", slice.offset,
                     slice.width);
}

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

}  // namespace

Opaque::Opaque(const FieldColumn& column) {
  if (column.slice || !is_content(column.path)) return;
  bool any = false;
  for (const Field* field : column.by_row) {
    if (field == nullptr) continue;
    if (field->type != FieldType::bytes && field->type != FieldType::text) return;
    any = any || field->type == FieldType::bytes;
  }
  if (!any) return;
  std::vector<std::size_t> lengths;
  for (const Field* field : column.by_row) {
    rows_.push_back(field ? std::optional(bytes_of(*field)) : std::nullopt);
    if (field) lengths.push_back(rows_.back()->size());
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

FieldColumn column_of(FieldTable& table, const Slice& slice, Values values, FieldType type) {
  const FieldColumn& whole = table.columns[slice.of];
  const std::string path = path_of(whole.path, slice);
  FieldColumn column{{}, std::vector<const Field*>(values.size()), whole.from, slice};
  for (std::size_t r = 0; r < values.size(); ++r) {
    if (!values[r]) {
      column.from[r] = nullptr;
      continue;
    }
    table.made.push_back(std::make_unique<const Field>(Field{path, std::move(*values[r]), type}));
    column.by_row[r] = table.made.back().get();
    column.path = column.by_row[r]->path;
  }
  return column;
}

FieldColumn column_of(FieldTable& table, const Slice& slice, Values bytes) {
  const bool text = all_text(bytes);
  for (auto& value : bytes) {
    if (!value) continue;
    if (text) {
      value->resize(*text_length(*value));
    } else {
      value = to_hex(ByteView(reinterpret_cast<const std::uint8_t*>(value->data()), value->size()));
    }
  }
  return column_of(table, slice, std::move(bytes), text ? FieldType::text : FieldType::bytes);
}

void lay_slices(FieldTable& table) {
  const std::size_t paths = table.columns.size();
  for (std::size_t of = 0; of < paths; ++of) {
    const Opaque bytes(table.columns[of]);
    for (const std::size_t width : slice_widths) {
      for (std::size_t offset = 0; offset + width <= bytes.length(); ++offset) {
        const Slice slice{of, offset, width};
        const bool all_of_it = width == bytes.longest();
        if (all_of_it || bytes.constant(slice)) continue;
        if (table.columns.size() - paths == most_slices) return;
        FieldColumn column = column_of(table, slice, bytes.cut(slice));
        table.columns.push_back(std::move(column));
      }
    }
  }
}

}  // namespace brewproof
