#include "drivers/jura/encoding.h"

#include <utility>

namespace brewproof::jura {
namespace {

constexpr std::uint8_t low_place = 0x04, high_place = 0x20;
constexpr std::size_t longest_line = 256;

}  // namespace

Bytes encode(std::string_view text) {
  Bytes wire;
  wire.reserve(text.size() * wire_bytes_each);
  for (const std::uint8_t character : as_bytes(text))
    for (std::size_t pair = 0; pair < wire_bytes_each; ++pair) {
      const unsigned bits = character >> (2 * pair);
      unsigned byte = 0xFF & ~(low_place | high_place);
      if ((bits & 1) != 0) byte |= low_place;
      if ((bits & 2) != 0) byte |= high_place;
      wire.push_back(static_cast<std::uint8_t>(byte));
    }
  return wire;
}

void LineDecoder::feed(ByteView bytes) {
  for (const std::uint8_t byte : bytes) {
    for (std::size_t first = 0; first < readings_.size(); ++first)
      if (heard_ >= first) take(readings_[first], byte);
    if (heard_ < readings_.size()) ++heard_;
  }
}

void LineDecoder::take(Reading& reading, std::uint8_t byte) {
  const unsigned bits = ((byte & low_place) != 0 ? 1U : 0U) | ((byte & high_place) != 0 ? 2U : 0U);
  reading.character |= bits << (2 * reading.taken);
  if (++reading.taken < wire_bytes_each) return;
  reading.taken = 0;
  reading.line += static_cast<char>(std::exchange(reading.character, 0U));
  if (reading.line.ends_with("\r\n")) {
    reading.line.resize(reading.line.size() - 2);
    lines_.push_back(std::exchange(reading.line, ""));
  } else if (reading.line.size() > longest_line) {
    reading.line.clear();
  }
}

std::optional<std::string> LineDecoder::next() {
  if (lines_.empty()) return std::nullopt;
  std::string line = std::move(lines_.front());
  lines_.pop_front();
  return line;
}

}  // namespace brewproof::jura
