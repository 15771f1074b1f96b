#include "drivers/ddcmp/frames.h"

#include <algorithm>
#include <array>
#include <utility>

#include "drivers/crc_arc.h"

namespace brewproof::ddcmp {
namespace {

constexpr std::uint8_t control = 0x05, data = 0x81, point_to_point = 0x01, flags = 0x40,
                       last_flag = 0x80, low_bits = 0x3F;
enum Type : std::uint8_t { ack = 1, nack = 2, start_up = 6, start_answer = 7 };
constexpr std::size_t header = 8, check = 2;

constexpr std::array<int, 9> rates{0, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200};

void add_check(Bytes& bytes, ByteView covered) {
  const std::uint16_t crc = crc_arc(covered);
  bytes.insert(bytes.end(),
               {static_cast<std::uint8_t>(crc & 0xFF), static_cast<std::uint8_t>(crc >> 8)});
}

/// `bytes` end with the right check of what stands before it.
bool holds(ByteView bytes) {
  const std::uint16_t crc = crc_arc(bytes.first(bytes.size() - check));
  return bytes[bytes.size() - 2] == (crc & 0xFF) && bytes[bytes.size() - 1] == crc >> 8;
}

Bytes control_frame(Type type, std::uint8_t why, std::uint8_t third, std::uint8_t fourth) {
  Bytes frame{control, type, static_cast<std::uint8_t>(flags | why), third, fourth, point_to_point};
  add_check(frame, Bytes(frame));
  return frame;
}

}  // namespace

Bytes start(std::uint8_t speed) { return control_frame(start_up, 0, 0, speed); }
Bytes acknowledge(std::uint8_t heard) { return control_frame(ack, 0, heard, 0); }
Bytes refusal(Why why, std::uint8_t heard) {
  return control_frame(nack, static_cast<std::uint8_t>(why), heard, 0);
}

Bytes message(std::uint8_t number, std::uint8_t heard, ByteView content) {
  Bytes frame{data,
              static_cast<std::uint8_t>(content.size() & 0xFF),
              static_cast<std::uint8_t>(flags | (content.size() >> 8 & low_bits)),
              heard,
              number,
              point_to_point};
  add_check(frame, Bytes(frame));
  frame.insert(frame.end(), content.begin(), content.end());
  add_check(frame, content);
  return frame;
}

std::uint8_t speed_code(int baud) {
  const auto* const found = std::ranges::find(rates, baud);
  return found == rates.end() ? std::uint8_t{0} : static_cast<std::uint8_t>(found - rates.begin());
}

int baud_of(std::uint8_t code) { return code < rates.size() ? rates[code] : 0; }

void FrameReader::feed(ByteView bytes) { heard_.insert(heard_.end(), bytes.begin(), bytes.end()); }

void FrameReader::expect_echo(ByteView said) { echo_.assign(said.begin(), said.end()); }

void FrameReader::drop(std::size_t count) {
  heard_.erase(heard_.begin(), heard_.begin() + static_cast<std::ptrdiff_t>(count));
}

// Only the very bytes, and only before anything else.
void FrameReader::pass_over_echo() {
  if (echo_.empty() || heard_.empty()) return;
  const std::size_t both = std::min(echo_.size(), heard_.size());
  if (!std::ranges::equal(ByteView(echo_).first(both), ByteView(heard_).first(both))) {
    echo_.clear();
  } else if (both == echo_.size()) {
    echo_.clear();
    drop(both);
  }
}

std::optional<Frame> FrameReader::next() {
  pass_over_echo();
  while (!heard_.empty()) {
    if (heard_[0] == control || heard_[0] == data) {
      if (heard_.size() < header) return std::nullopt;
      if (holds(ByteView(heard_).first(header)) && heard_[5] == point_to_point) {
        if (heard_[0] == control) {
          if (auto frame = take_control()) return frame;
          continue;
        }
        return take_message();
      }
    }
    lost_ = true;
    drop(1);
  }
  return std::nullopt;
}

std::optional<Frame> FrameReader::take_control() {
  const Bytes bytes(heard_.begin(), heard_.begin() + header);
  drop(header);
  lost_ = false;
  Frame frame;
  switch (bytes[1]) {
    case ack:
      frame.kind = Frame::Kind::acknowledge;
      frame.heard = bytes[3];
      return frame;
    case nack:
      frame.kind = Frame::Kind::refusal;
      frame.why = bytes[2] & low_bits;
      frame.heard = bytes[3];
      return frame;
    case start_up:
      frame.kind = Frame::Kind::start;
      frame.speed = bytes[4];
      return frame;
    case start_answer:
      frame.kind = Frame::Kind::stack;
      frame.speed = bytes[3];
      return frame;
    default:
      return std::nullopt;  // of no meaning here
  }
}

std::optional<Frame> FrameReader::take_message() {
  const std::size_t length =
      static_cast<std::size_t>(heard_[2] & low_bits) << 8 | static_cast<std::size_t>(heard_[1]);
  const std::size_t whole = header + length + check;
  if (heard_.size() < whole) return std::nullopt;
  Frame frame;
  frame.kind = Frame::Kind::message;
  if (holds(ByteView(heard_).subspan(header, length + check))) {
    frame.last = (heard_[2] & last_flag) != 0;
    frame.heard = heard_[3];
    frame.number = heard_[4];
    frame.content.assign(heard_.begin() + header,
                         heard_.begin() + static_cast<std::ptrdiff_t>(header + length));
  } else {
    frame.kind = Frame::Kind::damaged;
    frame.why = static_cast<std::uint8_t>(Why::content_check);
  }
  drop(whole);
  lost_ = false;
  return frame;
}

Frame FrameReader::break_off() {
  const bool has_header = heard_.size() >= header;  // or it would have been passed over
  heard_.clear();
  echo_.clear();
  lost_ = false;
  Frame frame;
  frame.kind = Frame::Kind::damaged;
  frame.why = static_cast<std::uint8_t>(has_header ? Why::content_check : Why::header_check);
  return frame;
}

}  // namespace brewproof::ddcmp
