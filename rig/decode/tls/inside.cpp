#include "rig/decode/tls/inside.h"

namespace brewproof::decode {
namespace {

constexpr std::string_view unknown_gap = "bytes whose number is not known could not be opened";

}  // namespace

void TlsInside::missed(Side from, std::optional<std::uint64_t> count) {
  missed_[index(from)] = true;
  if (conversation_ == nullptr || count == 0u) return;
  if (count) return conversation_->gap(from, *count);
  // Without their number nothing behind them could be told by lengths that came before: both sides
  // begin anew, in their middle.
  for (const Side side : {Side::client, Side::server}) {
    conversation_->end(side, unknown_gap);
    missed_[index(side)] = true;
  }
  conversation_->close();
  conversation_.reset();
}

void TlsInside::bytes(Side from, ByteView content, std::size_t wire, const Span& span) {
  const std::uint64_t sealing = outer_->on_wire(from, wire - content.size());
  (from == outer_->dut ? out_->totals.up_tls_overhead : out_->totals.down_tls_overhead) += sealing;
  if (from == outer_->dut) out_->uplink.sealing(sealing);
  ended_[index(from)] = false;
  if (!content.empty()) conversation().bytes(from, content, span);
}

void TlsInside::end(Side from, std::string_view why) {
  ended_[index(from)] = true;
  if (conversation_ == nullptr) return;
  conversation_->end(from, why);
  if (ended_[0] && ended_[1]) conversation_->close();
}

Conversation& TlsInside::conversation() {
  if (conversation_ == nullptr) {
    flow_ = *outer_;
    flow_.tls = true;
    ++flow_.depth;
    conversation_ = std::make_unique<Conversation>(flow_, *out_);
    for (const Side side : {Side::client, Side::server})
      if (!missed_[index(side)]) conversation_->starts(side);
  }
  return *conversation_;
}

}  // namespace brewproof::decode
