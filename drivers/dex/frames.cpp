#include "drivers/dex/frames.h"

#include <utility>

#include "drivers/crc_arc.h"

namespace brewproof::dex {
namespace {

constexpr std::uint8_t soh = 0x01, stx = 0x02, etx = 0x03, eot = 0x04, enq = 0x05, dle = 0x10,
                       nak = 0x15, syn = 0x16, etb = 0x17, wack = 0x3B;

}  // namespace

Bytes enquiry() { return {enq}; }
Bytes end() { return {eot}; }
Bytes refusal() { return {nak}; }
Bytes acknowledge(int number) { return {dle, static_cast<std::uint8_t>('0' + number)}; }

Bytes handshake(std::string_view content) {
  Bytes covered(content.begin(), content.end());
  covered.push_back(etx);
  const std::uint16_t check = crc_arc(covered);
  Bytes frame{dle, soh};
  frame.insert(frame.end(), content.begin(), content.end());
  frame.insert(frame.end(), {dle, etx, static_cast<std::uint8_t>(check & 0xFF),
                             static_cast<std::uint8_t>(check >> 8)});
  return frame;
}

void FrameReader::feed(ByteView bytes) {
  for (const std::uint8_t byte : bytes) take(byte);
}

std::optional<Frame> FrameReader::next() {
  if (whole_.empty()) return std::nullopt;
  Frame frame = std::move(whole_.front());
  whole_.pop_front();
  return frame;
}

void FrameReader::break_off() {
  if (within_frame()) give({Frame::Kind::damaged, 0, false, {}});
}

void FrameReader::begin(Frame::Kind kind) {
  frame_ = {kind, 0, false, {}};
  covered_.clear();
  place_ = Place::content;
}

void FrameReader::give(Frame frame) {
  whole_.push_back(std::move(frame));
  place_ = Place::outside;
}

void FrameReader::take(std::uint8_t byte) {
  switch (place_) {
    case Place::outside:
      if (byte == enq) give({Frame::Kind::enquiry, 0, false, {}});
      if (byte == eot) give({Frame::Kind::end, 0, false, {}});
      if (byte == nak) give({Frame::Kind::refusal, 0, false, {}});
      if (byte == dle) place_ = Place::escape;
      return;
    case Place::escape:
      place_ = Place::outside;
      if (byte == '0' || byte == '1') give({Frame::Kind::acknowledge, byte - '0', false, {}});
      if (byte == wack) give({Frame::Kind::wait, 0, false, {}});
      if (byte == soh) begin(Frame::Kind::handshake);
      if (byte == stx) begin(Frame::Kind::block);
      return;
    case Place::content:
      if (byte == dle) {
        place_ = Place::content_escape;
      } else if (frame_.content.size() == longest_content) {
        give({Frame::Kind::damaged, 0, false, {}});
      } else {
        frame_.content += static_cast<char>(byte);
        covered_.push_back(byte);
      }
      return;
    case Place::content_escape:
      place_ = Place::content;
      if (byte == syn) return;
      if (byte != etx && byte != etb) return give({Frame::Kind::damaged, 0, false, {}});
      frame_.last = byte == etx;
      covered_.push_back(byte);
      place_ = Place::check_low;
      return;
    case Place::check_low:
      check_low_ = byte;
      place_ = Place::check_high;
      return;
    case Place::check_high:
      if (crc_arc(covered_) != (check_low_ | byte << 8))
        frame_ = {Frame::Kind::damaged, 0, false, {}};
      give(std::move(frame_));
      return;
  }
}

}  // namespace brewproof::dex
