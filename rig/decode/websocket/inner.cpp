#include "rig/decode/websocket/inner.h"

#include <utility>

namespace brewproof::decode {

InnerStream::InnerStream(const Flow& outer, Outlet& out) : flow_(outer), conversation_(flow_, out) {
  ++flow_.depth;
  flow_.carrier = &carrier_;
  conversation_.starts(Side::client);
  conversation_.starts(Side::server);
}

void InnerStream::owes(Side from, std::int64_t bytes, const Span& span) {
  carrier_.owed[index(from)] += bytes;
  last_ = span;
}

void InnerStream::end(Side from, std::string_view why) {
  conversation_.end(from, why);
  ended_[index(from)] = true;
  if (closed()) conversation_.close();
}

std::uint64_t InnerStream::take_owed(Side from) {
  const std::int64_t owed = std::exchange(carrier_.owed[index(from)], 0);
  return owed > 0 ? static_cast<std::uint64_t>(owed) : 0;
}

}  // namespace brewproof::decode
