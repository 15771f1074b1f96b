#include "drivers/frame_codec.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <span>
#include <string_view>

namespace brewproof {
namespace {

using Kind = FrameItem::Kind;

// Modbus over Serial Line V1.02, 6.2.2: polynomial A001, start FFFF, low byte first.
Bytes crc16_of(ByteView bytes) {
  unsigned crc = 0xFFFF;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1;
  }
  return {static_cast<std::uint8_t>(crc & 0xFF), static_cast<std::uint8_t>(crc >> 8)};
}

Bytes byte(int value) { return {static_cast<std::uint8_t>(value)}; }

// The item's bytes where they are determined, given those before it.
Bytes encode_item(const FrameItem& item, const FrameSubject& subject, ByteView before) {
  constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
  const int number = subject.channel + item.offset;
  switch (item.kind) {
    case Kind::bytes:
      return item.bytes;
    case Kind::channel:
      return byte(number);
    case Kind::digit:
      return byte(digits[static_cast<std::size_t>(number) % digits.size()]);
    case Kind::bit:
      return byte(1 << (subject.channel - 1));
    case Kind::mask:
      return byte(subject.mask);
    case Kind::off_mask:
      return byte(~subject.mask);
    case Kind::ticks:
      return {static_cast<std::uint8_t>(subject.ticks >> 8),
              static_cast<std::uint8_t>(subject.ticks & 0xFF)};
    case Kind::sum8:
      return byte(std::accumulate(before.begin(), before.end(), 0));
    case Kind::xor8:
      return byte(std::accumulate(before.begin(), before.end(), 0, std::bit_xor<>()));
    case Kind::crc16:
      return crc16_of(before);
    case Kind::any:
    case Kind::rest:
    case Kind::state:
    case Kind::states:
      break;
  }
  return {};
}

bool is_known_beforehand(Kind kind) {
  return kind == Kind::bytes || kind == Kind::channel || kind == Kind::digit || kind == Kind::bit;
}

bool is_checksum(Kind kind) {
  return kind == Kind::sum8 || kind == Kind::xor8 || kind == Kind::crc16;
}

bool starts_with(ByteView bytes, ByteView beginning) {
  return bytes.size() >= beginning.size() &&
         std::ranges::equal(bytes.first(beginning.size()), beginning);
}

// Takes a reply apart from its first byte on.
class Reply {
 public:
  Reply(const FrameSubject& subject, ByteView heard) : subject_(subject), heard_(heard) {}

  std::optional<ChannelStates> take(std::span<const FrameItem> items) {
    for (const FrameItem& item : items)
      if (!take(item)) return std::nullopt;
    if (at_ != heard_.size()) return std::nullopt;
    return states_;
  }

 private:
  bool take(const FrameItem& item) {
    switch (item.kind) {
      case Kind::any:
        return skip(1);
      case Kind::mask:
      case Kind::off_mask:
        return take_mask(item.kind == Kind::off_mask);
      case Kind::state:
        return take_word(item, subject_.channel);
      case Kind::states:
        for (int channel = 1; channel <= subject_.channels; ++channel)
          if (!take_word(item, channel)) return false;
        return true;
      default:
        return take_bytes(encode_item(item, subject_, heard_.first(at_)));
    }
  }
  bool skip(std::size_t count) {
    if (heard_.size() - at_ < count) return false;
    at_ += count;
    return true;
  }
  bool take_bytes(ByteView bytes) {
    return starts_with(heard_.subspan(at_), bytes) && skip(bytes.size());
  }
  bool take_mask(bool of_off) {
    if (!skip(1)) return false;
    const int mask = of_off ? ~heard_[at_ - 1] : heard_[at_ - 1];
    for (int channel = 1; channel <= subject_.channels; ++channel)
      states_[channel] = (mask >> (channel - 1) & 1) != 0;
    return true;
  }
  bool take_word(const FrameItem& item, int channel) {
    states_[channel] = starts_with(heard_.subspan(at_), item.on_bytes);
    return take_bytes(states_[channel] ? item.on_bytes : item.bytes);
  }

  const FrameSubject& subject_;
  ByteView heard_;
  std::size_t at_ = 0;
  ChannelStates states_;
};

}  // namespace

Bytes encode_frame(const FramePattern& pattern, const FrameSubject& subject) {
  Bytes frame;
  for (const FrameItem& item : pattern) {
    const Bytes bytes = encode_item(item, subject, frame);
    frame.insert(frame.end(), bytes.begin(), bytes.end());
  }
  return frame;
}

std::optional<ChannelStates> decode_reply(const FramePattern& pattern, const FrameSubject& subject,
                                          ByteView heard) {
  std::span<const FrameItem> items(pattern);
  if (items.empty() || items.front().kind != Kind::rest) return Reply(subject, heard).take(items);
  for (items = items.subspan(1);; heard = heard.subspan(1)) {
    if (auto states = Reply(subject, heard).take(items)) return states;
    if (heard.empty()) return std::nullopt;
  }
}

bool shows_its_borders(const FramePattern& reply) {
  if (reply.size() < 2) return reply.size() == 1 && is_known_beforehand(reply.front().kind);
  const Kind last = reply.back().kind;
  return is_known_beforehand(reply.front().kind) &&
         (is_known_beforehand(last) || is_checksum(last));
}

}  // namespace brewproof
