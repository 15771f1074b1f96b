#include "rig/yaml/line_table.h"

#include <algorithm>
#include <iterator>

namespace brewproof::yaml {

LineTable::LineTable(std::string_view text) : text_(text), starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n') starts_.push_back(i + 1);
}

std::string_view LineTable::line(std::size_t line) const {
  if (line >= starts_.size()) return {};
  const std::size_t end = line + 1 < starts_.size() ? starts_[line + 1] - 1 : text_.size();
  return text_.substr(starts_[line], end - starts_[line]);
}

Place LineTable::place(std::size_t line_index, std::size_t bytes) const {
  const std::size_t index = std::min(line_index, starts_.size() - 1);
  const std::string_view before = line(index).substr(0, bytes);
  const auto characters = std::ranges::count_if(
      before, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  return {static_cast<int>(index) + 1, static_cast<int>(characters) + 1};
}

Place LineTable::place(std::size_t offset) const {
  const auto next = std::ranges::upper_bound(starts_, std::min(offset, text_.size()));
  const auto index = static_cast<std::size_t>(std::distance(starts_.begin(), next)) - 1;
  return place(index, offset - starts_[index]);
}

}  // namespace brewproof::yaml
