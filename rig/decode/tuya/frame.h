// Frames of Tuya's local protocol. Versions 3.1 to 3.4: 000055aa, sequence, command, length, from a
// device a result, payload, a check sum (CRC-32; in 3.4 an HMAC-SHA256) and 0000aa55. Version 3.5:
// 00006699, two bytes, sequence, command, length, nonce, sealed payload, tag and 00009966. Numbers
// have the higher byte first. Source: github.com/jasonacox/tinytuya (PROTOCOL.md,
// tinytuya/core/message_helper.py, command_types.py).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "rig/model/bytes.h"

namespace brewproof::decode::tuya {

struct Frame {
  // foreign: not even its first bytes; bad: `fault` at byte `fault_at`.
  enum class State : std::uint8_t { whole, cut, bad, foreign };
  enum class Check : std::uint8_t { right, wrong, unknown };  // unknown: it needs a key
  State state = State::foreign;
  std::string fault = {};
  std::size_t fault_at = 0;

  // The header's, once it is there.
  bool gcm = false;  // version 3.5
  std::uint32_t sequence = 0, command = 0;
  std::size_t size = 0;  // of the whole frame

  // Of a whole one.
  std::optional<std::uint32_t> result;
  ByteView payload;
  Check check = Check::unknown;
  ByteView nonce, associated, tag;  // of a gcm one
  ByteView checked, hmac;           // of one with such a check sum: what it is over
};
[[nodiscard]] Frame read_frame(ByteView bytes);

/// "status"; "command 77" for one that nobody knows.
void append_command(std::string& label, std::uint32_t command);

/// A device puts a result before what it answers: taken off `body` where there is one.
[[nodiscard]] std::optional<std::uint32_t> take_result(ByteView& body);

/// Where the next frame may begin, from byte 1 on; bytes.size(): nowhere.
[[nodiscard]] std::size_t find_frame(ByteView bytes);

inline constexpr std::size_t key_size = 16, block_size = 16;

/// The key that every device's broadcasts are sealed with: the MD5 of "yGAdlopoPVldABfn".
inline constexpr std::array<std::uint8_t, key_size> broadcast_key = {
    0x6c, 0x1e, 0xc8, 0xe2, 0xbb, 0x9b, 0xb5, 0x9a, 0xb5, 0x0b, 0x0d, 0xaf, 0x64, 0x9b, 0x41, 0x0a};

/// AES-128 in ECB mode with its padding (PKCS #7). False: another key sealed it, or so it seems:
/// padding alone cannot tell for sure.
[[nodiscard]] bool open_blocks(ByteView key, ByteView sealed, Bytes& plain);
/// AES-128-GCM. False: another key sealed it.
[[nodiscard]] bool open_gcm(ByteView key, const Frame& frame, Bytes& plain);

}  // namespace brewproof::decode::tuya
