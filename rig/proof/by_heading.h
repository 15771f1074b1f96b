// What is the same for all messages of one heading (their paths, their peer) is worked out once,
// not for each of a million messages.
#pragma once

#include <unordered_map>

#include "rig/model/kept_message.h"

namespace brewproof {

/// The messages must outlive it.
template <class Value>
class ByHeading {
 public:
  ByHeading() = default;
  ByHeading(const ByHeading&) = delete;
  ByHeading& operator=(const ByHeading&) = delete;

  /// Of the message's heading; made by `make()` where it was not met before. Stays where it is.
  template <class Make>
  Value& of(const KeptMessage& message, const Make& make) {
    const MessageHeading* const heading = &message.heading();
    if (heading != last_) {
      const auto known = values_.find(heading);
      value_ =
          known != values_.end() ? &known->second : &values_.emplace(heading, make()).first->second;
      last_ = heading;
    }
    return *value_;
  }

 private:
  std::unordered_map<const MessageHeading*, Value> values_;
  const MessageHeading* last_ = nullptr;  // messages of one kind often follow each other
  Value* value_ = nullptr;
};

}  // namespace brewproof
