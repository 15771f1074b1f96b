// What a machine's books say of acts, held against what was asked of it between two readings. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rig/books/audit.h"
#include "rig/model/count_bounds.h"

namespace brewproof::books {

/// What acts should have moved in the books. The least is less than the most where nobody knows
/// whether an act was done; values are minor units.
struct ExpectedSales {
  CountBounds vends, charges, charged;  // drinks; payments without cash, and their sum
  CountBounds cash = {};                // what was inserted
  ExpectedSales& operator+=(const ExpectedSales& other) {
    vends += other.vends;
    charges += other.charges;
    charged += other.charged;
    cash += other.cash;
    return *this;
  }
  friend bool operator==(const ExpectedSales&, const ExpectedSales&) = default;
};

/// What moved. Absent: the books do not count it.
struct BookedSales {
  std::optional<std::int64_t> vends;             // paid, free and test vends together
  std::optional<std::int64_t> charges, charged;  // by both cashless readers
  std::optional<std::int64_t> cash = {};         // coins and bills that came in
  friend bool operator==(const BookedSales&, const BookedSales&) = default;
};

enum class BookingVerdict {
  agrees,
  doubtful,          // the readings prove nothing, or count no vends
  not_booked,        // fewer vends than acts
  unaccounted_vend,  // more vends than acts
  charged_twice,     // more payments, or more money, than was approved
  other_amount,      // as many payments, and less money, or a payment too few; other cash
};
/// "agrees", "doubtful", "not-booked", "unaccounted-vend", "charged-twice", "other-amount".
[[nodiscard]] std::string_view word_of(BookingVerdict verdict);

struct Booking {
  BookedSales moved;
  BookingVerdict verdict = BookingVerdict::agrees;
  std::string why;  // in words; "" where it agrees
};

/// `before` is the earlier reading. Only counters since initialisation are looked at.
[[nodiscard]] Booking hold_against(const Audit& before, const Audit& after,
                                   const ExpectedSales& expected);

}  // namespace brewproof::books
