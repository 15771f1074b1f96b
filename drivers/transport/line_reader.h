// Lines out of bytes that come in pieces, as they may: split anywhere, glued, with CR, LF or both.
// Empty lines are left out; a line longer than 512 bytes is left out whole. Pure.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "rig/model/bytes.h"

namespace brewproof {

class LineReader {
 public:
  void feed(ByteView bytes) {
    for (const std::uint8_t byte : bytes) {
      if (byte != '\r' && byte != '\n') {
        if (part_.size() <= longest) part_ += static_cast<char>(byte);
        continue;
      }
      if (!part_.empty() && part_.size() <= longest) lines_.push_back(std::move(part_));
      part_.clear();
    }
  }

  /// The next whole line without its end.
  std::optional<std::string> next() {
    if (lines_.empty()) return std::nullopt;
    std::string line = std::move(lines_.front());
    lines_.pop_front();
    return line;
  }

  /// Bytes of a line that has not ended yet.
  [[nodiscard]] const std::string& unfinished() const { return part_; }

 private:
  static constexpr std::size_t longest = 512;
  std::string part_;
  std::deque<std::string> lines_;
};

}  // namespace brewproof
