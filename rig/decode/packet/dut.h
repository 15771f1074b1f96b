// Who the DUT is: MAC and IP addresses from DecodeOptions::dut. Linux cooked captures hold no
// destination MAC, raw IP none at all: there it is known by the IP addresses that its MAC sends
// from, as far as other packets showed them; the latest 64.
#pragma once

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "rig/decode/packet/frame.h"

namespace brewproof::decode {

class DutFilter {
 public:
  /// Texts that are no address match nothing: the command line has checked them.
  explicit DutFilter(const std::vector<std::string>& texts);

  /// Every host is the DUT of the conversations that it opens.
  [[nodiscard]] bool everyone() const { return everyone_; }
  /// It is named by IP addresses alone: those. Else none.
  [[nodiscard]] std::vector<Address> only_ip() const;
  [[nodiscard]] bool sent(const Frame& frame) const {
    return matches(frame.source_mac, frame.source) ||
           (frame.source_mac.empty() && learnt(frame.source));
  }
  [[nodiscard]] bool gets(const Frame& frame) const {
    return matches(frame.destination_mac, frame.destination) ||
           (frame.destination_mac.empty() && learnt(frame.destination));
  }
  /// To be shown each frame that it sent, in order.
  void learn(const Frame& frame) {
    if (frame.ip && !frame.source_mac.empty() && frame.source != latest_) learn_address(frame);
  }

 private:
  [[nodiscard]] bool matches(ByteView mac, const Address& ip) const {
    return std::any_of(addresses_.begin(), addresses_.end(), [&](const Address& a) {
      if (a.kind != Address::Kind::mac) return a == ip;
      return std::equal(mac.begin(), mac.end(), a.bytes.begin(), a.bytes.begin() + 6);
    });
  }
  [[nodiscard]] bool learnt(const Address& ip) const {
    return std::find(learnt_.begin(), learnt_.end(), ip) != learnt_.end();
  }
  void learn_address(const Frame& frame);

  bool everyone_;
  std::vector<Address> addresses_;
  std::deque<Address> learnt_;  // oldest first
  Address latest_;              // that it sent from
};

}  // namespace brewproof::decode
