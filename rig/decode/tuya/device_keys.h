// The local keys that were given, tried on what one connection seals; the one that opens it is
// kept. Versions 3.4 and 3.5 agree on a session key under the local key, in the frames "key start"
// and "key answer" at the connection's beginning. Source: github.com/jasonacox/tinytuya
// (tinytuya/core/ XenonDevice.py: _negotiate_session_key*, _encode_message, _decode_payload).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "rig/decode/tls/secrets.h"
#include "rig/decode/tuya/frame.h"

namespace brewproof::decode::tuya {

class DeviceKeys {
 public:
  explicit DeviceKeys(const std::vector<LocalKey>& given) : given_(&given) {}

  /// What a whole frame of version 3.2 or later carries; false: no key opens it. A version 3.3 has
  /// nothing that proves a key: its padding must be right and what comes out must be text.
  [[nodiscard]] bool open(const Frame& frame, ByteView sealed, Bytes& plain);
  /// A command of version 3.1: base64 behind a digest, which proves the key.
  [[nodiscard]] bool open_31(ByteView digest, ByteView base64, Bytes& plain);
  [[nodiscard]] std::size_t given() const { return given_->size(); }

 private:
  using Key = std::array<std::uint8_t, key_size>;
  /// Taken in where the session key is agreed on: what "key start" and "key answer" carry.
  void learn(const Frame& frame, ByteView plain);
  bool try_key(ByteView key, const Frame& frame, ByteView sealed, Bytes& plain) const;

  const std::vector<LocalKey>* given_;
  std::size_t chosen_ = 0;                     // of them, the one to be tried first
  bool proven_ = false;                        // it has opened something
  unsigned in_vain_ = 0;                       // frames that no key opened
  std::vector<std::uint8_t> session_, nonce_;  // empty: not known
};

}  // namespace brewproof::decode::tuya
