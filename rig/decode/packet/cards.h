// Which network cards sent from which IP addresses: where the DUT is named by an IP address alone,
// its card may send from others, too, and what comes from there is not taken for the DUT's.
// Bounded: beyond max_pairs of card and address nothing new is kept.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "rig/decode/packet/frame.h"
#include "rig/model/other_address.h"

namespace brewproof::decode {

class Cards {
 public:
  static constexpr std::size_t max_pairs = 4096;
  /// Other addresses of a card that are told; one with more sends on what others send.
  static constexpr std::size_t most_told = 32;

  /// To be shown every frame that says which card it came from.
  void see(const Frame& frame, const Packet& packet) {
    const Address from = frame.ip ? frame.source : Address{};
    if (latest_ == nullptr || latest_->first.second != from ||
        !std::equal(frame.source_mac.begin(), frame.source_mac.end(),
                    latest_->first.first.bytes.begin(), latest_->first.first.bytes.begin() + 6))
      latest_ = find(frame.source_mac, from);
    if (latest_ != nullptr) count(latest_->second, packet);
  }

  /// Of the cards that sent from one of the DUT's addresses. By card; its addresses in the order in
  /// which they came.
  [[nodiscard]] std::vector<OtherAddress> beside(const std::vector<Address>& dut) const;

 private:
  struct Sent {
    std::uint64_t packets = 0, bytes = 0;
    std::int64_t first_ns = 0;
    PacketPlace first;
  };
  using Pair = std::pair<Address, Address>;  // card, address; of kind none: below IP
  using Entry = std::pair<const Pair, Sent>;

  Entry* find(ByteView mac, const Address& from);
  static void count(Sent& sent, const Packet& packet);

  std::map<Pair, Sent> pairs_;
  Entry* latest_ = nullptr;
};

}  // namespace brewproof::decode
