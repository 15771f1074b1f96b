// Byte positions of a text as line and column in characters.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "rig/yaml/faults.h"

namespace brewproof::yaml {

/// A view: the text must outlive it. A line ends at LF.
class LineTable {
 public:
  explicit LineTable(std::string_view text);

  /// The place `bytes` bytes into line `line` (both from 0); beyond the end it is the end.
  [[nodiscard]] Place place(std::size_t line, std::size_t bytes) const;
  /// The place of a byte of the text.
  [[nodiscard]] Place place(std::size_t offset) const;
  [[nodiscard]] std::string_view line(std::size_t line) const;  // from 0, without its LF

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

}  // namespace brewproof::yaml
