// What a flow says beyond the number of messages that it may have: told together, by direction, as
// the bytes of each class, the times and the packets. Owned by the Outlet.
#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "rig/model/message.h"

namespace brewproof {
struct DecodeOptions;
}

namespace brewproof::decode {

class Surplus {
 public:
  using Use = std::function<void(Message&)>;

  /// Adds a message to those of its flow and direction. What is of more than a minute, or as much
  /// as a message may hold, is given to `use` before.
  void add(const Message& message, const DecodeOptions& options, const Use& use);
  /// Gives what is left of a flow.
  void end(std::uint64_t flow, const DecodeOptions& options, const Use& use);

 private:
  struct Sum {
    Message message;
    std::uint64_t count = 0;
  };
  static void give(Sum& sum, const DecodeOptions& options, const Use& use);

  std::map<std::uint64_t, Sum> sums_[2];  // by direction, by flow
};

}  // namespace brewproof::decode
