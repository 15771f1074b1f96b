#include "rig/decode/quic/crypto_stream.h"

#include <algorithm>

namespace brewproof::decode {
namespace {

constexpr std::size_t max_room = 65536, max_pieces = 256;

}  // namespace

bool CryptoStream::add(std::uint64_t offset, ByteView bytes) {
  if (offset < base_) {  // sent again
    const std::uint64_t known = std::min<std::uint64_t>(base_ - offset, bytes.size());
    bytes = bytes.subspan(known);
    offset += known;
  }
  if (bytes.empty()) return true;
  if (offset - base_ > max_room || bytes.size() > max_room - (offset - base_) ||
      pieces_.size() >= max_pieces)
    return false;
  const std::size_t at = static_cast<std::size_t>(offset - base_), end = at + bytes.size();
  if (room_.size() < end) {
    budget_->held += end - room_.size();
    room_.resize(end);
  }
  std::copy(bytes.begin(), bytes.end(), room_.begin() + static_cast<std::ptrdiff_t>(at));
  Piece fresh{offset, offset + bytes.size()};
  auto first = std::find_if(pieces_.begin(), pieces_.end(),
                            [&](const Piece& piece) { return piece.end >= fresh.begin; });
  auto last = first;
  for (; last != pieces_.end() && last->begin <= fresh.end; ++last) {
    fresh.begin = std::min(fresh.begin, last->begin);
    fresh.end = std::max(fresh.end, last->end);
  }
  pieces_.insert(pieces_.erase(first, last), fresh);
  return true;
}

ByteView CryptoStream::bytes() const {
  if (pieces_.empty() || pieces_[0].begin > consumed_ || pieces_[0].end <= consumed_) return {};
  return ByteView(room_).subspan(static_cast<std::size_t>(consumed_ - base_),
                                 static_cast<std::size_t>(pieces_[0].end - consumed_));
}

/// Gives the room back once all that came was consumed.
void CryptoStream::consume(std::size_t count) {
  consumed_ += count;
  if (unfinished()) return;
  const std::uint64_t consumed = consumed_;
  clear();
  base_ = consumed_ = consumed;
}

void CryptoStream::clear() {
  budget_->held -= room_.size();
  room_ = Bytes{};
  pieces_.clear();
  base_ = consumed_ = 0;
}

}  // namespace brewproof::decode
