// Which of tshark's packets are the DUT's, by the decoder's own rule: sent by it, sent to it, or to
// a group. Where the link layer tells no receiver, the DUT's addresses are learnt from what it
// sends.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "rig/crosscheck/dissection.h"

namespace brewproof {

class DutPackets {
 public:
  /// MACs and IP addresses; none: every host.
  explicit DutPackets(const std::vector<std::string>& dut)
      : everyone_(dut.empty()), dut_(dut.begin(), dut.end()) {}

  /// To be shown each packet, in order.
  [[nodiscard]] bool holds(const Dissection& packet);

  /// The same as a display filter that lets a few more through; "" for every host.
  [[nodiscard]] std::string filter() const;

 private:
  [[nodiscard]] bool is_dut(std::string_view mac, std::string_view ip) const {
    return dut_.contains(mac) || dut_.contains(ip);
  }
  bool everyone_;
  std::set<std::string, std::less<>> dut_, learnt_;
};

}  // namespace brewproof
