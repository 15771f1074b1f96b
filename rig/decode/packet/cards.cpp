#include "rig/decode/packet/cards.h"

#include <algorithm>
#include <map>

namespace brewproof::decode {

Cards::Entry* Cards::find(ByteView mac, const Address& from) {
  const Pair pair{Address::of(Address::Kind::mac, mac), from};
  const auto known = pairs_.find(pair);
  if (known != pairs_.end()) return &*known;
  return pairs_.size() < max_pairs ? &*pairs_.emplace(pair, Sent{}).first : nullptr;
}

void Cards::count(Sent& sent, const Packet& packet) {
  if (sent.packets++ == 0) {
    sent.first_ns = packet.time_ns;
    sent.first = packet.place;
  }
  sent.bytes += std::max<std::uint64_t>(packet.original_length, packet.data.size());
}

std::vector<OtherAddress> Cards::beside(const std::vector<Address>& dut) const {
  const auto is_dut = [&](const Address& ip) { return std::ranges::find(dut, ip) != dut.end(); };
  std::map<Address, PacketPlace> first_card;  // of each of the DUT's addresses
  std::map<Address, std::vector<OtherAddress>> by_card;
  for (const auto& [pair, sent] : pairs_) {
    if (!is_dut(pair.second)) continue;
    by_card[pair.first];
    const auto [first, is_new] = first_card.try_emplace(pair.second, sent.first);
    if (!is_new) first->second = std::min(first->second, sent.first);
  }
  for (const auto& [pair, sent] : pairs_) {
    const auto card = by_card.find(pair.first);
    if (card == by_card.end()) continue;
    const bool counted = is_dut(pair.second);
    if (counted && first_card[pair.second] == sent.first) continue;
    const bool below_ip = pair.second.kind == Address::Kind::none;
    card->second.push_back({to_text(pair.first), below_ip ? "" : to_text(pair.second), counted,
                            sent.packets, sent.bytes, sent.first_ns, sent.first});
  }
  std::vector<OtherAddress> all;
  for (auto& [card, others] : by_card) {
    std::ranges::sort(others, {}, &OtherAddress::first);
    if (others.size() > most_told) {
      OtherAddress many = others.front();
      many.address = "*";
      many.counted = false;
      for (auto other = others.begin() + 1; other != others.end(); ++other) {
        many.packets += other->packets;
        many.bytes += other->bytes;
      }
      others = {std::move(many)};
    }
    std::ranges::move(others, std::back_inserter(all));
  }
  return all;
}

}  // namespace brewproof::decode
