#include "rig/decode/stream/reassembly.h"

#include <algorithm>

namespace brewproof::decode {
namespace {

constexpr std::size_t max_waiting_segments = 4096;
constexpr int late_segments = 8;
constexpr std::int64_t late_ns = 50'000'000;
constexpr std::int64_t hopeless_ns = 5'000'000'000;

}  // namespace

void Reassembly::synchronize(std::uint32_t first_sequence) {
  synchronized_ = true;
  first_sequence_ = first_sequence;
  next_ = (std::uint64_t{1} << 32) + first_sequence;  // room for what lies before
  acknowledged_ = next_;
}

void Reassembly::add(std::uint32_t sequence, ByteView bytes, std::size_t wire_length,
                     const Span& span, InOrder& out) {
  if (wire_length == 0) return;
  if (!synchronized_) synchronize(sequence);
  const std::uint64_t begin = next_ + static_cast<std::uint64_t>(ahead(sequence));
  const std::uint64_t end = begin + wire_length;
  if (end <= next_) return;  // a retransmission or a keep-alive probe
  if (begin > next_) return wait(begin, end, bytes, span);
  deliver(begin, end, bytes, span, out);
  if (!waiting_.empty()) drain(out);
}

void Reassembly::deliver(std::uint64_t begin, std::uint64_t end, ByteView bytes, const Span& span,
                         InOrder& out) {
  const std::size_t known = std::min<std::size_t>(next_ - begin, bytes.size());
  const ByteView fresh = bytes.subspan(known);
  next_ += fresh.size();
  stalled_segments_ = 0;
  if (!fresh.empty()) out.bytes(fresh, span);
  if (next_ < end) {  // cut off by the snap length
    const std::uint64_t missing = end - next_;
    next_ = end;
    out.gap(missing);
  }
}

void Reassembly::wait(std::uint64_t begin, std::uint64_t end, ByteView bytes, const Span& span) {
  auto at = std::upper_bound(waiting_.begin(), waiting_.end(), begin,
                             [](std::uint64_t b, const Segment& s) { return b < s.begin; });
  if (at != waiting_.begin() && std::prev(at)->end >= end) return;  // already waiting
  if (waiting_.empty()) waiting_since_ns_ = span.first_ns;
  HeldBytes copy(*budget_);
  copy.append(bytes);
  waiting_bytes_ += bytes.size();
  waiting_.insert(at, {begin, end, std::move(copy), span});
}

void Reassembly::drain(InOrder& out) {
  std::size_t done = 0;
  for (; done < waiting_.size() && waiting_[done].begin <= next_; ++done) {
    Segment& segment = waiting_[done];
    waiting_bytes_ -= segment.bytes.size();
    if (segment.end > next_)
      deliver(segment.begin, segment.end, segment.bytes.view(), segment.span, out);
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(done));
  if (!waiting_.empty()) waiting_since_ns_ = waiting_.front().span.first_ns;
}

void Reassembly::skip_hole(InOrder& out) {
  const std::uint64_t missing = waiting_.front().begin - next_;
  next_ = waiting_.front().begin;
  stalled_segments_ = 0;
  out.gap(missing);
  drain(out);
}

void Reassembly::acknowledged(std::uint32_t sequence, std::int64_t now_ns) {
  if (!synchronized_) return;
  const std::int64_t distance = ahead(sequence);
  if (distance <= 0) return;
  const std::uint64_t position = next_ + static_cast<std::uint64_t>(distance);
  if (acknowledged_ <= next_) stalled_since_ns_ = now_ns;
  acknowledged_ = std::max(acknowledged_, position);
}

void Reassembly::review(std::int64_t now_ns, InOrder& out) {
  while (!waiting_.empty()) {
    const bool lost = acknowledged_ > next_ &&
                      (++stalled_segments_ > late_segments || now_ns - stalled_since_ns_ > late_ns);
    const bool hopeless = now_ns - waiting_since_ns_ > hopeless_ns;
    const bool full = waiting_bytes_ > max_waiting_ || waiting_.size() > max_waiting_segments;
    if (!lost && !hopeless && !full) return;
    stalled_since_ns_ = now_ns;
    skip_hole(out);
  }
}

void Reassembly::flush(InOrder& out) {
  while (!waiting_.empty()) skip_hole(out);
}

}  // namespace brewproof::decode
