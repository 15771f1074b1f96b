#include "rig/books/booking.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>

#include "rig/books/audit_difference.h"

namespace brewproof::books {
namespace {

using Number = std::optional<std::int64_t>;
using Which = std::optional<std::int64_t> Amounts::*;

// By how much the counters of these records rose, those of all products together; nullopt where
// neither reading has one of them.
Number risen(const Audit& before, const Audit& after, std::span<const std::string_view> records,
             Which which) {
  Number sum;
  for (const Counter& counter : after.counters) {
    if (std::ranges::find(records, counter.kind->record) == records.end()) continue;
    // VA1 counts discounts too, in elements of their own.
    if (counter.kind != counter_kinds_of(counter.kind->record).data()) continue;
    const Number is = counter.since_initialisation.*which;
    const Counter* earlier = before.find(counter.kind->record, counter.of);
    const Number was = earlier == nullptr ? Number() : earlier->since_initialisation.*which;
    if (is && was) sum = sum.value_or(0) + *is - *was;
  }
  return sum;
}

constexpr std::array<std::string_view, 3> of_machine{"VA1", "VA2", "VA3"};
constexpr std::array<std::string_view, 3> of_products{"PA2", "PA3", "PA4"};
constexpr std::array<std::string_view, 2> of_readers{"DA2", "DB2"};
constexpr std::array<std::string_view, 1> of_coins{"CA3"};

BookedSales sales(const Audit& before, const Audit& after) {
  BookedSales moved;
  moved.vends = risen(before, after, of_machine, &Amounts::count);
  if (!moved.vends) moved.vends = risen(before, after, of_products, &Amounts::count);
  moved.charges = risen(before, after, of_readers, &Amounts::count);
  moved.charged = risen(before, after, of_readers, &Amounts::value);
  moved.cash = risen(before, after, of_coins, &Amounts::value);
  return moved;
}

std::string vends_text(const BookedSales& moved, const ExpectedSales& expected) {
  return fmt::format("{} vends are booked where {} were asked for", moved.vends.value_or(0),
                     text_of(expected.vends));
}

std::string payments_text(const BookedSales& moved, const ExpectedSales& expected) {
  return fmt::format("{} payments of {} in all are booked where {} of {} were approved",
                     moved.charges.value_or(0), moved.charged.value_or(0),
                     text_of(expected.charges), text_of(expected.charged));
}

std::string cash_text(std::int64_t moved, const ExpectedSales& expected) {
  return fmt::format("{} in coins or bills are booked where {} was inserted", moved,
                     text_of(expected.cash));
}

}  // namespace

std::string_view word_of(BookingVerdict verdict) {
  switch (verdict) {
    case BookingVerdict::agrees:
      return "agrees";
    case BookingVerdict::doubtful:
      return "doubtful";
    case BookingVerdict::not_booked:
      return "not-booked";
    case BookingVerdict::unaccounted_vend:
      return "unaccounted-vend";
    case BookingVerdict::charged_twice:
      return "charged-twice";
    case BookingVerdict::other_amount:
      break;
  }
  return "other-amount";
}

Booking hold_against(const Audit& before, const Audit& after, const ExpectedSales& expected) {
  Booking booking;
  const auto judge = [&](BookingVerdict verdict, std::string why) {
    booking.verdict = verdict;
    booking.why = std::move(why);
    return booking;
  };
  const AuditDifference difference = audit_difference(before, after);
  if (!difference.proves())
    return judge(BookingVerdict::doubtful, fmt::format("{}", fmt::join(difference.doubts, "; ")));
  booking.moved = sales(before, after);
  const BookedSales& moved = booking.moved;
  if (!moved.vends)
    return judge(BookingVerdict::doubtful, "the books count no vends (VA1, VA3, PA2, PA4)");
  if (*moved.vends > expected.vends.most)
    return judge(BookingVerdict::unaccounted_vend, vends_text(moved, expected));
  if (moved.charges.value_or(0) > expected.charges.most ||
      moved.charged.value_or(0) > expected.charged.most)
    return judge(BookingVerdict::charged_twice, payments_text(moved, expected));
  if (*moved.vends < expected.vends.least)
    return judge(BookingVerdict::not_booked, vends_text(moved, expected));
  if ((moved.charges && *moved.charges < expected.charges.least) ||
      (moved.charged && *moved.charged < expected.charged.least))
    return judge(BookingVerdict::other_amount, payments_text(moved, expected));
  if (moved.cash && (*moved.cash < expected.cash.least || *moved.cash > expected.cash.most))
    return judge(BookingVerdict::other_amount, cash_text(*moved.cash, expected));
  return booking;
}

}  // namespace brewproof::books
