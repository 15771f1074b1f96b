// The body of a message while it arrives: kept up to a bound, counted beyond it.
#pragma once

#include "rig/decode/payload/content.h"
#include "rig/decode/stream/held_bytes.h"

namespace brewproof::decode {

class Body {
 public:
  explicit Body(Budget& budget) : kept_(budget) {}

  void add(ByteView piece, std::size_t most);
  /// Bytes were never captured here: what comes later is counted, but stands at no known place.
  void lose() { gap_ = true; }
  void clear();

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Nothing of it is missing.
  [[nodiscard]] bool whole() const { return !gap_ && size_ == kept_.size(); }
  [[nodiscard]] ByteView kept() const { return kept_.view(); }

  /// Adds what it holds as the part `part` of `message`; a body with a gap is not taken apart.
  void add_to(Message& message, Outlet& out, std::string_view part,
              const ContentHints& hints) const;

 private:
  HeldBytes kept_;
  std::uint64_t size_ = 0;  // as captured, kept or not
  bool gap_ = false;
};

}  // namespace brewproof::decode
