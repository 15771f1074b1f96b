// Messages packed by permessage-deflate (RFC 7692 section 7): each continues the window of the one
// before, unless the endpoints agreed otherwise. Bounded: what unpacks to too much is given up.
#pragma once

#include <memory>
#include <string>

#include "rig/decode/stream/held_bytes.h"

namespace brewproof::decode {

class Unpacker {
 public:
  explicit Unpacker(Budget& budget);
  ~Unpacker();
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  /// Each message stands for itself (no_context_takeover).
  void stand_alone() { alone_ = true; }
  /// A message was missed: what refers to it cannot be unpacked.
  void missed();
  /// Opens one message; `fault` ("" = whole) says what stopped it. Beyond `limit` bytes the rest is
  /// left out, of bad data everything.
  [[nodiscard]] Bytes open(ByteView packed, std::size_t limit, std::string& fault);

 private:
  struct Stream;
  Budget* budget_;
  std::unique_ptr<Stream> stream_;
  bool alone_ = false, missed_ = false;
};

}  // namespace brewproof::decode
