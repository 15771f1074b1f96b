// The handshake bytes of one direction, which come in CRYPTO frames in any order and over several
// packets (RFC 9000 section 19.6). Bounded: 64 KiB, 256 separate pieces.
#pragma once

#include <cstdint>
#include <vector>

#include "rig/decode/stream/held_bytes.h"
#include "rig/model/bytes.h"

namespace brewproof::decode {

class CryptoStream {
 public:
  explicit CryptoStream(Budget& budget) : budget_(&budget) {}
  CryptoStream(const CryptoStream&) = delete;
  CryptoStream& operator=(const CryptoStream&) = delete;
  ~CryptoStream() { clear(); }

  /// False: it lies beyond the bounds and is left out.
  bool add(std::uint64_t offset, ByteView bytes);
  /// What has come without a hole, behind what was consumed.
  [[nodiscard]] ByteView bytes() const;
  void consume(std::size_t count);
  /// Bytes have come that are not consumed.
  [[nodiscard]] bool unfinished() const {
    return !pieces_.empty() && pieces_.back().end > consumed_;
  }
  /// Forgets all: another connection begins.
  void clear();

 private:
  struct Piece {
    std::uint64_t begin, end;
  };
  Budget* budget_;
  Bytes room_;  // from stream position `base_` on
  std::uint64_t base_ = 0, consumed_ = 0;
  std::vector<Piece> pieces_;  // sorted, never touching
};

}  // namespace brewproof::decode
