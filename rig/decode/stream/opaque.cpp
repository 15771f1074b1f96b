#include "rig/decode/stream/opaque.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rig/decode/payload/content.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::int64_t silence_ns = 1'000'000'000;

void label(Message& message, std::string_view unit, std::uint64_t size) {
  message.message = unit;
  message.message += ' ';
  append_size_class(message.message, size);
}

/// Without the beginning of a character at the end of a text (RFC 3629 section 3: four bytes at
/// most); what is no text stays whole.
ByteView whole_characters(ByteView bytes) {
  constexpr std::size_t longest = 4;
  for (std::size_t cut = 0; cut < std::min(longest, bytes.size()); ++cut) {
    const ByteView whole = bytes.first(bytes.size() - cut);
    if (is_readable(as_text(whole))) return whole;
  }
  return bytes;
}

}  // namespace

void send_opaque(const Datagram& datagram, const Flow& flow, Outlet& out,
                 std::string_view protocol) {
  Message& message = begin(datagram, flow, out, protocol);
  label(message, "datagram", datagram.wire_length);
  out.integer(message, "size", static_cast<std::int64_t>(datagram.wire_length));
  add_content(message, out, "payload", datagram.bytes);
  out.send(message, flow);
}

void OpaqueTurns::add(Side from, ByteView bytes, const Span& span) {
  if (bytes.empty()) return;
  if (size_ != 0 && (from != from_ || span.first_ns - span_.last_ns >= silence_ns)) end();
  if (size_ == 0) {
    from_ = from;
    span_ = span;
    gap_ = std::exchange(gap_before_[index(from)], false);
  } else {
    span_.include(span);
  }
  size_ += bytes.size();
  const std::size_t room = max_value - std::min(head_.size(), max_value);
  head_.append(bytes.first(std::min(room, bytes.size())));
}

void OpaqueTurns::gap(Side from) {
  if (size_ == 0 || from != from_) {
    gap_before_[index(from)] = true;
    return;
  }
  gap_ = true;
  end();
}

void OpaqueTurns::end() {
  if (size_ == 0) return;
  Message& message = out_->begin(*flow_, from_, span_, "tcp");
  message.size = size_;
  message.gap = gap_;
  label(message, "stream", size_);
  out_->integer(message, "size", static_cast<std::int64_t>(size_));
  if (gap_) Outlet::mark_cut(message, 0);
  const ByteView kept = size_ == head_.size() ? head_.view() : whole_characters(head_.view());
  if (kept.size() != size_) {
    Outlet::note(message,
                 fmt::format("payload: the first {} of {} bytes are kept", kept.size(), size_));
    out_->count_unexplained(message, size_ - kept.size());  // nobody looked into them
  }
  add_content(message, *out_, "payload", kept);
  if (gap_) Outlet::mark_cut(message, 1);
  out_->send(message, *flow_);
  size_ = 0;
  gap_ = false;
  head_.clear();
}

}  // namespace brewproof::decode
