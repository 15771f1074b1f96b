#include "rig/decode/tls/masters.h"

namespace brewproof::decode {

void TlsMasters::learn(ByteView session_or_ticket, ByteView master) {
  if (session_or_ticket.empty() || session_or_ticket.size() > longest || master.empty()) return;
  const auto [entry, is_new] = masters_.try_emplace(std::string(as_text(session_or_ticket)));
  entry->second.assign(master.begin(), master.end());
  if (!is_new) return;
  order_.push_back(entry->first);
  if (order_.size() <= most) return;
  masters_.erase(order_.front());
  order_.pop_front();
}

ByteView TlsMasters::find(ByteView session_or_ticket) const {
  if (session_or_ticket.empty()) return {};
  const auto found = masters_.find(std::string(as_text(session_or_ticket)));
  return found == masters_.end() ? ByteView{} : ByteView(found->second);
}

}  // namespace brewproof::decode
