// What a real payment terminal and the machine say to each other, as an act with a real card needs
// it. Implemented where the bus is recorded (rig/command).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace brewproof {

/// How records name the terminal, which is no control of the bench.
inline constexpr std::string_view real_terminal = "terminal";

struct PaymentWord {
  enum class Kind {
    begun,      // the terminal took the card
    asked,      // the machine asked: amount, item
    approved,   // amount; absent: the terminal names none
    denied,     // by the terminal
    cancelled,  // by the machine, before it was approved
    succeeded,  // the machine dispenses
    failed,     // it could not
    ended,      // the session is over
  };
  Kind kind{};
  std::int64_t time_ns = 0;  // CLOCK_REALTIME, of the block that says so
  /// As the bus counts: `amount` of 10^-decimals of the currency.
  std::optional<std::int64_t> amount;
  int decimals = 0;
  std::optional<int> item;
  friend bool operator==(const PaymentWord&, const PaymentWord&) = default;
};

class PaymentBus {
 public:
  virtual ~PaymentBus() = default;
  /// What was said since this was last asked, in order; up to half a second late. Never waits.
  virtual std::vector<PaymentWord> heard() = 0;
};

}  // namespace brewproof
