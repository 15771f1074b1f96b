// A tree of maps and arrays that comes item by item, as CBOR and MessagePack write it, as fields
// with JSON Pointers. Read twice: first only judged, then added, so that bytes that only look like
// a tree cost little and leave nothing behind.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/decode/payload/opener.h"

namespace brewproof::decode {

class TreeFields {
 public:
  /// Where nothing is added, only what speaks for a tree is counted.
  TreeFields(Opener& opener, bool adds);

  // One call an item. False: this is no tree that can be shown; why() says why.
  bool begin_map(std::optional<std::uint64_t> pairs);
  bool begin_array(std::optional<std::uint64_t> elements);
  bool end_indefinite();
  bool text(std::string_view value, std::size_t wire);
  bool bytes(ByteView value, std::size_t wire);
  bool integer(std::uint64_t magnitude, bool negative,
               std::size_t wire);  // negative: -1 - magnitude
  bool real(double value, std::size_t wire);
  bool real(float value, std::size_t wire);
  bool word(std::string_view value, FieldType type, std::size_t wire);  // true, false, null

  /// Every map and array has ended, and something was there.
  [[nodiscard]] bool complete() const { return items_ != 0 && open_.empty(); }
  /// Does enough speak for it? `size` bytes were read.
  [[nodiscard]] bool convinces(Trust trust, std::size_t size) const;
  [[nodiscard]] const char* why() const { return why_; }

 private:
  struct Level {
    bool map = false, key_is_next = false;
    std::optional<std::uint64_t> left;  // items, keys and values each
    std::uint64_t index = 0;
    std::size_t path = 0;  // length of the path before its items
  };

  bool stop(const char* why) {
    if (why_ == nullptr) why_ = why;
    return false;
  }
  bool begin(bool map, std::optional<std::uint64_t> items);
  bool key(std::string_view text);
  bool expects_key() const { return !open_.empty() && open_.back().key_is_next; }
  bool place();
  bool placed();
  template <class Number>
  bool real_number(Number value, std::size_t wire);

  Opener& opener_;
  bool adds_;
  std::vector<Level> open_;
  std::uint64_t items_ = 0, pairs_ = 0;
  std::size_t readable_ = 0;  // bytes of texts that can be read
  bool top_is_map_ = false, scalar_ = false;
  std::int64_t last_number_ = -1;  // of the top map's keys
  bool counted_keys_ = true;       // they are small numbers that rise
  const char* why_ = nullptr;
};

/// A real number as JSON would have it: no exponent in everyday sizes, the fewest digits that tell
/// it.
void append_real(std::string& text, double value);
void append_real(std::string& text, float value);

}  // namespace brewproof::decode
