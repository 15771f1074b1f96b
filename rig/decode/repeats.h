// Messages that wait because their sender may repeat them (MQTT 3.1.1 section 4.4: QoS 1 and 2 are
// sent again with DUP until acknowledged, on another connection too). A repeat is counted on the
// first copy and is no message of its own. Bounded in number, bytes and time. The memory of those
// that went is used again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <list>
#include <utility>

#include "rig/decode/packet/address.h"
#include "rig/model/message.h"

namespace brewproof::decode {

/// Who sends to whom. The client's port is left out: a DUP comes on the next connection.
struct Exchange {
  Address sender, receiver;
  std::uint16_t server_port = 0;
  friend bool operator==(const Exchange&, const Exchange&) = default;
};

/// What makes two messages the same: the exchange, the packet id, and the content.
struct RepeatKey {
  Exchange exchange;
  std::uint32_t id = 0;
  std::uint64_t content = 0;  // hash
  friend bool operator==(const RepeatKey&, const RepeatKey&) = default;
};

class Repeats {
 public:
  [[nodiscard]] bool empty() const { return waiting_.empty(); }
  /// Keeps `message`, which gets the memory of an older one for it.
  void hold(const RepeatKey& key, Message& message);
  [[nodiscard]] bool waits(const RepeatKey& key) const;
  /// Counts a repeat of so many bytes on the wire, of a message that waits.
  void repeat(const RepeatKey& key, std::uint64_t bytes);

  // Each gives messages to `use`, which may take them or leave them in place.

  /// That of this exchange and id: it was acknowledged.
  template <class Use>
  void take(const Exchange& exchange, std::uint32_t id, Use use) {
    const auto found = std::ranges::find_if(
        waiting_, [&](const Waiting& w) { return w.key.id == id && w.key.exchange == exchange; });
    if (found != waiting_.end()) give(found, use);
  }
  /// Those that waited too long or are too many.
  template <class Use>
  void take_overdue(std::int64_t now_ns, Use use) {
    while (!waiting_.empty() && overdue(now_ns)) give(waiting_.begin(), use);
  }
  /// All, the oldest first.
  template <class Use>
  void take_all(Use use) {
    while (!waiting_.empty()) give(waiting_.begin(), use);
  }

 private:
  struct Waiting {
    RepeatKey key;
    Message message;
  };
  using List = std::list<Waiting>;

  [[nodiscard]] bool overdue(std::int64_t now_ns) const;
  template <class Use>
  void give(List::iterator at, Use& use) {
    bytes_ -= at->message.size;
    use(at->message);
    retire(at);
  }
  void retire(List::iterator at);

  List waiting_;  // oldest first
  List spare_;    // those that went
  std::uint64_t bytes_ = 0;
};

}  // namespace brewproof::decode
