// UTF-16 (RFC 2781) to UTF-8: with a byte order mark, or in the order that plain letters tell.
#include <fmt/format.h>

#include <algorithm>

#include "rig/decode/payload/codec.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t shortest = 8;

enum class Order { none, little, big };

Order order_of(ByteView text) {
  if (text.size() < shortest || text.size() % 2 != 0) return Order::none;
  if (text[0] == 0xff && text[1] == 0xfe) return Order::little;
  if (text[0] == 0xfe && text[1] == 0xff) return Order::big;
  // Without a mark the first four characters must be printable ASCII.
  std::size_t low_first = 0, high_first = 0;
  for (std::size_t i = 0; i < shortest; i += 2) {
    const auto plain = [&](std::size_t at) { return text[at] >= 0x20 && text[at] < 0x7f; };
    low_first += plain(i) && text[i + 1] == 0 ? 1 : 0;
    high_first += plain(i + 1) && text[i] == 0 ? 1 : 0;
  }
  if (low_first == shortest / 2) return Order::little;
  return high_first == shortest / 2 ? Order::big : Order::none;
}

bool looks(ByteView packed) { return order_of(packed) != Order::none; }

bool add_character(Opening& opening, std::uint32_t c) {
  std::uint8_t utf8[4];
  std::size_t size = 1;
  const auto tail = [&](unsigned shift) {
    return static_cast<std::uint8_t>(0x80 | (c >> shift & 0x3f));
  };
  if (c < 0x80) {
    utf8[0] = static_cast<std::uint8_t>(c);
  } else if (c < 0x800) {
    utf8[0] = static_cast<std::uint8_t>(0xc0 | c >> 6);
    utf8[1] = tail(0);
    size = 2;
  } else if (c < 0x10000) {
    utf8[0] = static_cast<std::uint8_t>(0xe0 | c >> 12);
    utf8[1] = tail(6);
    utf8[2] = tail(0);
    size = 3;
  } else {
    utf8[0] = static_cast<std::uint8_t>(0xf0 | c >> 18);
    utf8[1] = tail(12);
    utf8[2] = tail(6);
    utf8[3] = tail(0);
    size = 4;
  }
  return opening.add(ByteView(utf8, size));
}

void open(ByteView packed, Opening& opening) {
  const Order order = order_of(packed);
  const auto unit = [&](std::size_t at) -> std::uint32_t {
    return order == Order::little ? packed[at] | packed[at + 1] << 8
                                  : packed[at] << 8 | packed[at + 1];
  };
  bool marked = false;
  std::size_t plain = 0;
  for (std::size_t at = 0; at + 1 < packed.size(); at += 2) {
    std::uint32_t c = unit(at);
    marked |= at == 0 && c == 0xfeff;
    if (c == 0xfeff && at == 0) continue;
    plain += c < 0x80 ? 1 : 0;
    const bool control = c < 0x20 && c != '\t' && c != '\r' && c != '\n';
    const bool high = c >= 0xd800 && c <= 0xdbff;
    if (high && at + 3 < packed.size() && unit(at + 2) >= 0xdc00 && unit(at + 2) <= 0xdfff) {
      c = 0x10000 + ((c - 0xd800) << 10) + (unit(at + 2) - 0xdc00);
      at += 2;
    } else if (control || (c >= 0xd800 && c <= 0xdfff)) {
      opening.fault = fmt::format("no character of a text at byte {}", at);
      return;
    }
    if (!add_character(opening, c)) {
      opening.fault = fmt::format("it holds more than {} bytes", opening.limit);
      return;
    }
  }
  // A mark and some letters: two random bytes are a mark now and then.
  opening.proven = marked && plain >= 2 && plain * 8 >= packed.size();
}

}  // namespace

extern const Codec utf16_codec{"utf16", {}, false, looks, open};

}  // namespace brewproof::decode
