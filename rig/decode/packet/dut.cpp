#include "rig/decode/packet/dut.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t most_learnt = 64;

}  // namespace

DutFilter::DutFilter(const std::vector<std::string>& texts) : everyone_(texts.empty()) {
  for (const std::string& text : texts)
    if (const auto address = parse_address(text)) addresses_.push_back(*address);
}

std::vector<Address> DutFilter::only_ip() const {
  const bool mac = std::ranges::any_of(
      addresses_, [](const Address& a) { return a.kind == Address::Kind::mac; });
  return mac ? std::vector<Address>{} : addresses_;
}

void DutFilter::learn_address(const Frame& frame) {
  const bool unset = frame.source.word(0) == 0 && frame.source.word(1) == 0;  // while it asks DHCP
  latest_ = frame.source;
  if (unset || learnt(frame.source)) return;
  if (learnt_.size() >= most_learnt) learnt_.pop_front();
  learnt_.push_back(frame.source);
}

}  // namespace brewproof::decode
