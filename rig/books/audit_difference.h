// What happened to a machine between two readings of its books. Pure.
//
// Only counters since initialisation prove anything: those since the last reset may go back to 0 at
// any time, on some machines by the reading itself. They are listed apart.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rig/books/audit.h"

namespace brewproof::books {

struct Movement {
  const CounterKind* kind = nullptr;  // never null
  std::string of;                     // product, event or list; "" = the machine
  std::string name;                   // of the product, where it is of one
  Amounts before, after;
  Amounts by;  // after - before; absent where one of the two does not say
  /// `by.value`; where that counter has no value, `by.count` times the product's price.
  std::optional<std::int64_t> worth;
  Place at;  // in the later reading
};

struct AuditDifference {
  std::vector<Movement> moved;        // since initialisation; in the later reading's order
  std::vector<Movement> since_reset;  // moved too, and proves nothing
  /// Why nothing is proven by what moved; none: it is proven, as far as the machine's word goes.
  std::vector<std::string> doubts;
  std::vector<std::string> notes;  // what else happened between: resets, other prices, new counters

  [[nodiscard]] bool proves() const { return doubts.empty(); }
};

/// `before` is the earlier reading.
[[nodiscard]] AuditDifference audit_difference(const Audit& before, const Audit& after);

}  // namespace brewproof::books
