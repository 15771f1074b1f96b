// Frames of an adapter that tells what it hears as text: STX (02), two hex digits a byte, ETX (03).
// A new STX begins anew; what stands outside is noise. Pure.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "rig/model/bytes.h"

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

  static int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
  }

  static HexFrame frame_of(std::string text) {
    HexFrame frame;
    bool is_hex = text.size() % 2 == 0;
    for (std::size_t at = 0; at + 1 < text.size() && is_hex; at += 2) {
      const int high = digit(text[at]), low = digit(text[at + 1]);
      is_hex = high >= 0 && low >= 0;
      frame.bytes.push_back(static_cast<std::uint8_t>((high << 4 | low) & 0xFF));
    }
    if (!is_hex) frame.bytes.clear();
    frame.text = std::move(text);
    return frame;
  }

  std::optional<std::string> part_;
  std::deque<HexFrame> frames_;
};

}  // namespace brewproof::mdb
