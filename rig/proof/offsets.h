// Fixed binary: many machines send a struct, an amount at byte 12 and a code at byte 16, and no
// structure is read from it. So bytes at an offset are columns as paths are: `bytes:12+2` of a
// whole payload or body, `payload|cbor:/d|bytes:4+2` where the bytes stand inside something.
//
// What is laid out follows from lengths and bytes alone; neither lots nor parameters are looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/proof/fields.h"

namespace brewproof {

/// Numbers and tokens; from 16 on digests.
inline constexpr std::size_t slice_widths[] = {1, 2, 3, 4, 6, 7, 8, 16, 20, 32};
inline constexpr std::size_t most_laid = 128;    // bytes of one value, from its beginning
inline constexpr std::size_t most_slices = 640;  // columns of one table

/// The bytes of a content that no structure was read from, row by row; also where they are written
/// as hex (16 digits and more) or base64 (12 characters and more), if one byte at least is always
/// the same: else it is an id or a digest. Of any other column none.
class Opaque {
 public:
  explicit Opaque(const FieldColumn& column);

  /// What stands before `bytes:` in the path of a slice.
  [[nodiscard]] const std::string& way() const { return way_; }
  [[nodiscard]] bool encoded() const { return encoded_; }
  /// Bytes that half of its rows reach, `most_laid` at most; 0: it is no such content.
  [[nodiscard]] std::size_t length() const { return length_; }
  [[nodiscard]] std::size_t longest() const { return longest_; }
  /// Has this offset the same byte in all rows that reach it?
  [[nodiscard]] bool constant(std::size_t offset) const { return constant_[offset]; }
  [[nodiscard]] bool constant(const Slice& slice) const;
  /// By row; rows that end before the slice does have none.
  [[nodiscard]] std::vector<std::optional<std::string>> cut(const Slice& slice) const;
  /// What rows have beyond `length()`.
  [[nodiscard]] std::vector<std::optional<std::string>> tail() const;
  /// `cut` as unsigned integers of at most 8 bytes.
  [[nodiscard]] std::vector<std::optional<std::uint64_t>> integers(const Slice& slice,
                                                                   bool little_endian) const;

 private:
  void read_text(const FieldColumn& column);
  void measure();

  std::string way_;
  bool encoded_ = false;
  std::vector<std::optional<std::string>> rows_;
  std::size_t length_ = 0, longest_ = 0;
  std::vector<bool> constant_;  // by offset, to `length_`
};

/// Appends a column for every width at every offset, narrow ones first, where rows differ; of what
/// is written as text last.
void lay_slices(FieldTable& table);

/// A column with these values, as `table` owns it: its path says which bytes of `whole`, which is
/// `table.columns[slice.of]`, they are.
[[nodiscard]] FieldColumn column_of(FieldTable& table, const Opaque& whole, const Slice& slice,
                                    std::vector<std::optional<std::string>> values, FieldType type);
/// Text where all rows have text of three characters and more, filled up with zero bytes or not;
/// else hex.
[[nodiscard]] FieldColumn column_of(FieldTable& table, const Opaque& whole, const Slice& slice,
                                    std::vector<std::optional<std::string>> bytes);

}  // namespace brewproof
