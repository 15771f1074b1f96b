#include "rig/decode/stream/opaque.h"

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
  // One byte more than is kept, so that the content knows that it is cut.
  const std::size_t room = max_value + 1 - std::min(head_.size(), max_value + 1);
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
  add_content(message, *out_, "payload", head_.view());
  if (gap_) Outlet::mark_cut(message, 1);
  out_->send(message, *flow_);
  size_ = 0;
  gap_ = false;
  head_.clear();
}

}  // namespace brewproof::decode
