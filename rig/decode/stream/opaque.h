// What no room claims is still told: datagrams one by one, streams by turns. A turn is what one
// side says until the other side speaks or a second of silence passes; its class of size is its
// label, its first bytes are kept.
#pragma once

#include <array>
#include <string_view>

#include "rig/decode/room.h"
#include "rig/decode/stream/held_bytes.h"

namespace brewproof::decode {

/// Sends an unclaimed datagram out; `protocol`: udp, igmp, ethernet ...
void send_opaque(const Datagram& datagram, const Flow& flow, Outlet& out,
                 std::string_view protocol);

class OpaqueTurns {
 public:
  OpaqueTurns(Flow& flow, Outlet& out) : flow_(&flow), out_(&out), head_(out.budget) {}

  void add(Side from, ByteView bytes, const Span& span);
  /// The other side has spoken, whether or not what it said is told yet.
  void answered(Side from) {
    if (from == from_) end();
  }
  void gap(Side from);
  /// Sends the turn under construction out.
  void end();

 private:
  Flow* flow_;
  Outlet* out_;
  HeldBytes head_;
  Side from_ = Side::client;
  std::uint64_t size_ = 0;
  Span span_;
  bool gap_ = false;
  std::array<bool, 2> gap_before_{};  // bytes were lost before this side's next turn
};

}  // namespace brewproof::decode
