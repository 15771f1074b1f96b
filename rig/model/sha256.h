// SHA-256 (FIPS 180-4) through OpenSSL, in the hex form that plans, journals and findings carry.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "rig/model/bytes.h"
#include "rig/model/result.h"

namespace brewproof {

/// Lower-case hex digest, 64 characters.
[[nodiscard]] std::string sha256(ByteView bytes);
[[nodiscard]] inline std::string sha256(std::string_view text) { return sha256(as_bytes(text)); }

/// The first eight bytes of a digest, big-endian: what generators are seeded by.
[[nodiscard]] std::uint64_t first_64_bits(std::string_view digest);

/// Digest of a file's bytes, read in pieces. Error `io` names the file and errno's text.
[[nodiscard]] Result<std::string> sha256_file(const std::string& path);

/// For data that arrives in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(ByteView bytes);
  /// Lower-case hex digest of all bytes so far. May be called once.
  [[nodiscard]] std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace brewproof
