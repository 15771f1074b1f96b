#include "rig/decode/stream/stream_buffer.h"

#include <algorithm>

namespace brewproof::decode {

Span StreamBuffer::span(std::size_t offset, std::size_t count) const {
  if (lent_) return lent_mark_.span;
  const std::uint64_t begin = position_ + offset, end = begin + std::max<std::size_t>(count, 1);
  auto mark =
      std::find_if(marks_.begin(), marks_.end(), [&](const Mark& m) { return m.end > begin; });
  if (mark == marks_.end()) return marks_.empty() ? Span{} : marks_.back().span;
  Span span = mark->span;
  for (; mark->end < end && std::next(mark) != marks_.end();) span.include((++mark)->span);
  return span;
}

void StreamBuffer::consume(std::size_t count) {
  unread_ = unread_.subspan(count);
  position_ += count;
  if (lent_) return;
  if (unread_.empty()) {
    marks_.clear();
    held_.clear();
    return;
  }
  const auto live =
      std::find_if(marks_.begin(), marks_.end(), [&](const Mark& m) { return m.end > position_; });
  marks_.erase(marks_.begin(), live);
}

void StreamBuffer::feed(ByteView bytes, const Span& span) {
  if (bytes.empty()) return;
  const std::size_t unread = unread_.size();
  const Mark mark{position_ + unread + bytes.size(), span};
  if (unread == 0) {
    unread_ = bytes;
    lent_mark_ = mark;
    lent_ = true;
    return;
  }
  keep();
  // Read bytes at the front are dropped when they outweigh the rest: each byte moves O(1) times.
  if (held_.size() - unread > unread) held_.drop_front(held_.size() - unread);
  held_.append(bytes);
  marks_.push_back(mark);
  unread_ = held_.view().last(unread + bytes.size());
}

void StreamBuffer::keep() {
  if (!lent_) return;
  lent_ = false;
  if (unread_.empty()) return;
  held_.clear();
  held_.append(unread_);
  unread_ = held_.view();
  marks_.assign(1, lent_mark_);
}

}  // namespace brewproof::decode
