// The nine bytes before every HTTP/2 frame (RFC 9113 section 4.1), and what a frame of each type
// may look like.
#pragma once

#include <cstdint>
#include <string_view>

#include "rig/model/bytes.h"

namespace brewproof::decode::http2 {

/// What a client says first (section 3.4).
inline constexpr std::string_view preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

enum class Type : std::uint8_t {  // section 11.2
  data = 0,
  headers = 1,
  priority = 2,
  rst_stream = 3,
  settings = 4,
  push_promise = 5,
  ping = 6,
  goaway = 7,
  window_update = 8,
  continuation = 9,
};

namespace flag {                                // of these types
inline constexpr std::uint8_t end_stream = 1;   // DATA, HEADERS
inline constexpr std::uint8_t ack = 1;          // SETTINGS, PING
inline constexpr std::uint8_t end_headers = 4;  // HEADERS, PUSH_PROMISE, CONTINUATION
inline constexpr std::uint8_t padded = 8;       // DATA, HEADERS, PUSH_PROMISE
inline constexpr std::uint8_t priority = 32;    // HEADERS
}  // namespace flag

struct Frame {
  static constexpr std::size_t header_size = 9;
  std::uint32_t length = 0;  // of what follows the header
  Type type = Type::data;
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;

  [[nodiscard]] bool has(std::uint8_t wanted) const { return (flags & wanted) != 0; }
  [[nodiscard]] std::size_t size() const { return header_size + length; }
  /// One of the nine types, or one that an extension may use: ALTSVC, ORIGIN, PRIORITY_UPDATE and
  /// those reserved for greasing (RFC 8701's idea, as browsers send them).
  [[nodiscard]] bool known() const;
};

/// Precondition: there are nine bytes.
[[nodiscard]] Frame read_frame(ByteView bytes);

[[nodiscard]] std::string_view name_of(Type type);                 // "" of extensions
[[nodiscard]] std::string_view name_of_error(std::uint32_t code);  // section 7; "" of unknown ones

/// Whether the bytes are frames, seen without the preface before them. Strict: every header is one,
/// and the lengths meet.
[[nodiscard]] bool looks_like_frames(ByteView bytes);

}  // namespace brewproof::decode::http2
