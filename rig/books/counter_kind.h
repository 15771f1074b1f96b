// Which elements of which records count what, and since when: the one table that the audit's
// counters and the difference of two audits are made from.
//
// "Since initialisation" was never set back; "since the last reset" goes back to 0 whenever
// somebody collects, on some machines at every reading. Source: EVA-DTS 6.1.1, chapter 4 (data
// dictionary).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace brewproof::books {

/// Elements of a record, from 1; 0: the record has none such.
struct TallyElements {
  std::size_t count = 0, value = 0;
};

struct CounterKind {
  /// What it counts for: the whole machine, the product of the PA1 before it, or what its own first
  /// elements name (an event, a price list's product).
  enum class Of { machine, product, elements };

  std::string_view record;  // "VA1"
  std::string_view what;    // "paid vends"
  Of of = Of::machine;
  std::size_t named_by = 0;  // Of::elements: how many of the first elements name it
  TallyElements since_initialisation, since_reset;
};

[[nodiscard]] std::span<const CounterKind> counter_kinds();
/// Those of one record, which stand together in the table; none for a record that counts nothing.
[[nodiscard]] std::span<const CounterKind> counter_kinds_of(std::string_view record);

}  // namespace brewproof::books
