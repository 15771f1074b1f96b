// Counts one session in DecodeTotals::tls, with the peer: whether it was opened, and why it stays
// sealed, which its first record that stays sealed tells.
#pragma once

#include <string_view>

#include "rig/decode/outlet.h"
#include "rig/decode/packet/flow.h"

namespace brewproof::decode {

class SessionTally {
 public:
  SessionTally(const Flow& flow, Outlet& out) : flow_(&flow), out_(&out) {}

  /// It is one, whatever becomes of it.
  void seen() { static_cast<void>(tally()); }
  void opened();
  /// Why as in TlsTally; only the first call counts. `client_random` empty: it has none, or its
  /// hello was not captured.
  void sealed(std::string_view why, const PacketPlace& first, ByteView client_random);
  [[nodiscard]] bool is_sealed() const { return sealed_ != nullptr; }

 private:
  TlsTally& tally();

  const Flow* flow_;
  Outlet* out_;
  TlsTally* tally_ = nullptr;  // in the decoder's totals
  TlsSealed* sealed_ = nullptr;
  bool opened_ = false;
};

}  // namespace brewproof::decode
