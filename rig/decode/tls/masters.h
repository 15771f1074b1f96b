// The master secrets of earlier sessions, by their session ids and tickets: a program that takes up
// a session again need not write its secret into the key log a second time (RFC 5246 section 7.3,
// RFC 5077). Bounded: the one learnt first is forgotten first.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "rig/model/bytes.h"

namespace brewproof::decode {

class TlsMasters {
 public:
  void learn(ByteView session_or_ticket, ByteView master);
  /// Empty where unknown.
  [[nodiscard]] ByteView find(ByteView session_or_ticket) const;

 private:
  static constexpr std::size_t most = 4096, longest = 1024;
  std::unordered_map<std::string, Bytes> masters_;
  std::deque<std::string> order_;
};

}  // namespace brewproof::decode
