// Who the DUT is: MAC and IP addresses from DecodeOptions::dut.
#pragma once

#include <algorithm>
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
  [[nodiscard]] bool sent(const Frame& frame) const {
    return matches(frame.source_mac, frame.source);
  }
  [[nodiscard]] bool gets(const Frame& frame) const {
    return matches(frame.destination_mac, frame.destination);
  }

 private:
  [[nodiscard]] bool matches(ByteView mac, const Address& ip) const {
    return std::any_of(addresses_.begin(), addresses_.end(), [&](const Address& a) {
      if (a.kind != Address::Kind::mac) return a == ip;
      return std::equal(mac.begin(), mac.end(), a.bytes.begin(), a.bytes.begin() + 6);
    });
  }
  bool everyone_;
  std::vector<Address> addresses_;
};

}  // namespace brewproof::decode
