// What was heard of the machine until now, in words for a person at the bench: `1,204 messages,
// last POST /v1/order to api.kiosk.example`. What the machine sent is inert here. Not for two
// threads at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "rig/model/message.h"

namespace brewproof {

class Heard {
 public:
  using Clock = std::chrono::steady_clock;
  /// A machine that is silent for longer, from the beginning on, is worth a word: the tap may be
  /// dead.
  static constexpr std::chrono::seconds silence{10};

  /// Somebody listens from now on.
  void begin(Clock::time_point now) { since_ = now; }
  /// The machine's own are counted, others are passed over.
  void message(const Message& message, Clock::time_point now);
  /// How many packets came from the machine in all.
  void packets(std::uint64_t count) { packets_ = count; }

  /// "" where nobody listens, or as long as silence is no wonder.
  [[nodiscard]] std::string text(Clock::time_point now) const;
  /// The same without what was last.
  [[nodiscard]] std::string short_text(Clock::time_point now) const;

 private:
  std::optional<Clock::time_point> since_;
  std::uint64_t packets_ = 0, messages_ = 0;
  Clock::time_point last_at_;
  std::string last_;  // inert
};

/// The parts of a line that rewrites itself, each in full and as short as it still says something.
struct LineParts {
  std::string head, head_short, heard, heard_short, keys, keys_short;
};

/// As much of them as fits into `columns` of a terminal, 0: all. What was last heard is cut first;
/// where little of it would be left, the keys are shortened, and then the head.
[[nodiscard]] std::string fitting_line(const LineParts& parts, std::size_t columns);

}  // namespace brewproof
