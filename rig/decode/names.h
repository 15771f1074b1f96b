// Which name an address goes by, learnt from the DNS answers, SNI and Host fields of this capture;
// never looked up. Bounded: the name learnt first is forgotten first.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "rig/decode/packet/address.h"

namespace brewproof::decode {

class Names {
 public:
  explicit Names(std::size_t most = 16384) : most_(most) {}

  /// A DNS answer: the latest one holds.
  void answer(const Address& address, std::string_view name);
  /// A client called the address so: kept where no DNS answer is known.
  void called(const Address& address, std::string_view name);
  /// "" where nothing is known.
  [[nodiscard]] std::string_view find(const Address& address) const;

 private:
  struct Hash {
    std::size_t operator()(const Address& address) const {
      return std::hash<std::string_view>{}(
          {reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size()});
    }
  };
  std::string& entry(const Address& address);

  std::size_t most_;
  std::unordered_map<Address, std::string, Hash> names_;
  std::deque<Address> order_;
};

}  // namespace brewproof::decode
