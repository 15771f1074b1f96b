// Which name an address goes by, learnt from the DNS answers, SNI and Host fields of this capture;
// never looked up. Bounded: the name learnt first is forgotten first.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

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
  struct Hash {  // good enough since the table mixes the result again
    std::size_t operator()(const Address& address) const {
      return address.word(0) ^ address.word(1) * 0x9e3779b97f4a7c15u;
    }
  };
  std::string& entry(const Address& address);

  std::size_t most_;
  boost::unordered_flat_map<Address, std::string, Hash> names_;
  std::deque<Address> order_;
};

}  // namespace brewproof::decode
