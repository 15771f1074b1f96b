#include "rig/decode/names.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t max_name = 255;  // RFC 1035 section 2.3.4

}  // namespace

std::string& Names::entry(const Address& address) {
  const auto [at, added] = names_.try_emplace(address);
  if (added) {
    order_.push_back(address);
    if (order_.size() > most_) {
      names_.erase(order_.front());
      order_.pop_front();
    }
  }
  return at->second;
}

void Names::answer(const Address& address, std::string_view name) {
  if (name.empty() || name.size() > max_name || address.kind == Address::Kind::none) return;
  std::string& known = entry(address);
  if (known != name) known = name;
}

void Names::called(const Address& address, std::string_view name) {
  if (name.empty() || name.size() > max_name || address.kind == Address::Kind::none) return;
  std::string& known = entry(address);
  if (known.empty()) known = name;
}

std::string_view Names::find(const Address& address) const {
  const auto at = names_.find(address);
  return at == names_.end() ? std::string_view{} : std::string_view(at->second);
}

}  // namespace brewproof::decode
