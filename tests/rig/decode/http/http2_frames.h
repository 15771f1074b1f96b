// HTTP/2 frames put together from their parts (RFC 9113 section 4.1).
#pragma once

#include "tests/rig/decode/wire.h"

namespace brewproof::wire {

inline Bytes frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                   const Bytes& payload) {
  const auto at = [](std::size_t value, int shift) {
    return static_cast<std::uint8_t>(value >> shift);
  };
  return Bytes{at(payload.size(), 16),
               at(payload.size(), 8),
               at(payload.size(), 0),
               type,
               flags,
               at(stream, 24),
               at(stream, 16),
               at(stream, 8),
               at(stream, 0)} +
         payload;
}
inline constexpr std::uint8_t end_stream = 1, end_headers = 4, padded = 8, priority = 32;

inline Bytes data(std::uint32_t stream, const Bytes& payload, std::uint8_t flags = 0) {
  return frame(0, flags, stream, payload);
}
inline Bytes headers(std::uint32_t stream, const Bytes& block, std::uint8_t flags = end_headers) {
  return frame(1, flags, stream, block);
}

/// A client's begin: the preface and SETTINGS that say nothing.
inline Bytes preface() { return text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") + frame(4, 0, 0, {}); }
inline Bytes server_preface() { return frame(4, 0, 0, {}) + frame(4, 1, 0, {}); }

/// A connection that has begun; what came of the begin is taken off.
class Http2 {
 public:
  explicit Http2(DecodeOptions options = {{machine_mac}}) : tap(std::move(options)), c(tap) {
    c.open();
    c.up(preface());
    c.down(server_preface());
  }
  void up(const Bytes& bytes) { c.up(bytes); }
  void down(const Bytes& bytes) { c.down(bytes); }
  /// All messages behind the begin.
  std::vector<Message> finish() {
    c.close();
    tap.finish();
    return {tap.messages.begin() + 4, tap.messages.end()};
  }
  Tap tap;
  Connection c;
};

}  // namespace brewproof::wire
