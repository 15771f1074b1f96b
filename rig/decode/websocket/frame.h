// The header of one WebSocket frame (RFC 6455 section 5.2).
#pragma once

#include <array>
#include <cstdint>

#include "rig/model/bytes.h"

namespace brewproof::decode {

enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

struct WebSocketFrame {
  enum class State : std::uint8_t { whole, cut, bad } state = State::cut;
  Opcode opcode = Opcode::continuation;
  bool last = false;          // FIN: the message ends with this frame
  std::uint8_t reserved = 0;  // RSV1 is 4, RSV2 is 2, RSV3 is 1
  bool masked = false;
  bool shortest = true;  // its length is written in as few bytes as it can be
  std::array<std::uint8_t, 4> key{};
  std::size_t size = 0;      // of the header itself
  std::uint64_t length = 0;  // of what follows

  [[nodiscard]] bool control() const { return opcode >= Opcode::close; }
};

/// Reads the header that `bytes` begin with; `bad`: a reserved opcode or an impossible length.
[[nodiscard]] WebSocketFrame read_websocket_frame(ByteView bytes);

/// Undoes the masking of `bytes`, which stand `at` bytes behind the header (section 5.3).
void unmask(Bytes& bytes, const std::array<std::uint8_t, 4>& key, std::uint64_t at);

/// Whether the bytes are frames, seen without the handshake before them. Strict: whole frames that
/// fill them, of which one is beyond doubt.
[[nodiscard]] bool looks_like_websocket(ByteView bytes);
/// The same where it is known that frames were here before some bytes were lost.
[[nodiscard]] bool goes_on_as_websocket(ByteView bytes);

}  // namespace brewproof::decode
