// Messages that wait because their sender may repeat them (MQTT 3.1.1 section 4.4: QoS 1 and 2 are
// sent again with DUP until acknowledged, on another connection too). A repeat is counted on the
// first copy and is no message of its own. Bounded in number, bytes and time.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "rig/model/message.h"

namespace brewproof::decode {

/// What makes two messages the same: who sends to whom, the packet id, and the content.
struct RepeatKey {
  std::string exchange;  // protocol, sender's address, receiver's address and port
  std::uint32_t id = 0;
  std::uint64_t content = 0;  // hash
  friend bool operator==(const RepeatKey&, const RepeatKey&) = default;
};

class Repeats {
 public:
  struct Waiting {
    RepeatKey key;
    Message message;
  };
  [[nodiscard]] bool empty() const { return waiting_.empty(); }
  /// Keeps `message`.
  void hold(RepeatKey key, Message&& message);
  [[nodiscard]] bool waits(const RepeatKey& key) const;
  /// Counts a repeat of so many bytes on the wire, of a message that waits.
  void repeat(const RepeatKey& key, std::uint64_t bytes);
  /// Takes the messages of this exchange and id out: they were acknowledged.
  [[nodiscard]] bool take(const std::string& exchange, std::uint32_t id, Message& message);
  /// Takes one message that waited longer than `max_wait_ns` or is too many; false: none.
  [[nodiscard]] bool take_overdue(std::int64_t now_ns, Message& message);
  /// Takes the oldest; false: none.
  [[nodiscard]] bool take_any(Message& message);

 private:
  std::deque<Waiting> waiting_;  // oldest first
  std::uint64_t bytes_ = 0;
};

}  // namespace brewproof::decode
