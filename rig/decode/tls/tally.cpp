#include "rig/decode/tls/tally.h"

#include <string>
#include <utility>

#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t max_peers = 256;

}  // namespace

/// The peer by the name that it has once there is something to count.
TlsTally& SessionTally::tally() {
  if (tally_ != nullptr) return *tally_;
  const Party& peer = flow_->party(other(flow_->dut));
  Endpoint key{peer.name, peer.text, peer.port};
  TlsByPeer& all = out_->totals.tls;
  if (all.size() >= max_peers && !all.contains(key)) key = {"others", "", 0};
  tally_ = &all[key];
  ++tally_->seen;
  return *tally_;
}

void SessionTally::opened() {
  if (std::exchange(opened_, true)) return;
  ++tally().opened;
  if (sealed_ != nullptr) ++sealed_->partly;
}

void SessionTally::sealed(std::string_view why, const PacketPlace& first, ByteView client_random) {
  if (sealed_ != nullptr) return;
  sealed_ = &tally().sealed[std::string(why)];
  ++sealed_->sessions;
  if (opened_) ++sealed_->partly;
  if (sealed_->some.size() < TlsSealed::most_named)
    sealed_->some.push_back({first, to_hex(client_random)});
}

}  // namespace brewproof::decode
