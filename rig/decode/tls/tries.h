// How much may be tried in vain, over all connections of a decoder. Behind a gap, or before the
// server hello, the number or the key of a record is found by trying; who makes such records on
// purpose must not make them cost many times what reading them costs. Counted in bytes: every try
// takes its record's, every record that goes by brings a multiple of its own.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace brewproof::decode {

class TlsTries {
 public:
  /// Enough to look for eight records of 16 KiB among 1,024 numbers each.
  static constexpr std::uint64_t most = 256u << 20;

  void record(std::size_t sealed) { left_ = std::min(most, left_ + worth * cost(sealed)); }
  /// False: no more tries.
  [[nodiscard]] bool open(std::size_t sealed) { return take(cost(sealed)); }
  [[nodiscard]] bool derive() { return take(derivation); }

 private:
  // As many bytes as are decrypted in the time that a try takes in any case, and the making of a
  // key.
  static constexpr std::uint64_t setup = 256, derivation = 16384, worth = 16;

  static std::uint64_t cost(std::size_t sealed) { return setup + sealed; }
  [[nodiscard]] bool take(std::uint64_t bytes) {
    if (left_ < bytes) return false;
    left_ -= bytes;
    return true;
  }

  std::uint64_t left_ = most;
};

}  // namespace brewproof::decode
