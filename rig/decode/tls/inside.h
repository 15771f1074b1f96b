// What an opened TLS connection holds: a conversation of its own, whose messages say `tls`. Only
// the content of application records goes in; what seals them is counted in the totals, because a
// record is no message.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>

#include "rig/decode/stream/conversation.h"

namespace brewproof::decode {

class TlsInside {
 public:
  TlsInside(const Flow& outer, Outlet& out) : outer_(&outer), out_(&out) {}

  /// Application bytes of this side that could not be opened come before the next ones that can:
  /// how many, where it is known.
  void missed(Side from, std::optional<std::uint64_t> count);
  /// The content of one record. `wire`: its bytes with header and sealing.
  void bytes(Side from, ByteView content, std::size_t wire, const Span& span);
  /// Nothing more comes from this side.
  void end(Side from, std::string_view why);

 private:
  Conversation& conversation();

  const Flow* outer_;
  Outlet* out_;
  Flow flow_;
  std::unique_ptr<Conversation> conversation_;
  std::array<bool, 2> missed_{}, ended_{};
};

}  // namespace brewproof::decode
