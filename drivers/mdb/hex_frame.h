// Frames of an adapter that tells what it hears as text: STX (02), two hex digits a byte, ETX (03).
// A new STX begins anew; what stands outside is noise. Pure.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "rig/model/bytes.h"
#include "rig/model/hex.h"

namespace brewproof::mdb {

struct HexFrame {
  Bytes bytes;       // empty where `text` is not hex digits in pairs
  std::string text;  // as it came
};

class HexFrameReader {
 public:
  void feed(ByteView came) {
    for (const std::uint8_t byte : came) {
      if (byte == begin) {
        part_.emplace();
      } else if (byte == end && part_) {
        frames_.push_back(frame_of(*std::exchange(part_, std::nullopt)));
      } else if (part_) {
        *part_ += static_cast<char>(byte);
        if (part_->size() > longest) part_.reset();
      }
    }
  }

  /// The next whole frame.
  std::optional<HexFrame> next() {
    if (frames_.empty()) return std::nullopt;
    HexFrame frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
  }

 private:
  static constexpr std::uint8_t begin = 0x02, end = 0x03;
  static constexpr std::size_t longest = 128;

  static HexFrame frame_of(std::string text) {
    HexFrame frame{Bytes(text.size() / 2), std::move(text)};
    if (!read_hex(frame.text, frame.bytes)) frame.bytes.clear();
    return frame;
  }

  std::optional<std::string> part_;
  std::deque<HexFrame> frames_;
};

}  // namespace brewproof::mdb
