#include "rig/books/counter_kind.h"

#include <algorithm>
#include <array>

namespace brewproof::books {
namespace {

using Of = CounterKind::Of;

// {count, value} since initialisation, then since the last reset; sorted by record.
constexpr std::array kinds{
    CounterKind{"CA10", "filled into the tubes", Of::machine, 0, {0, 2}, {0, 1}},
    CounterKind{"CA2", "cash sales", Of::machine, 0, {2, 1}, {4, 3}},
    CounterKind{"CA3", "cash in", Of::machine, 0, {0, 5}, {0, 1}},
    CounterKind{"CA3", "cash to the box", Of::machine, 0, {0, 6}, {0, 2}},
    CounterKind{"CA3", "cash to the tubes", Of::machine, 0, {0, 7}, {0, 3}},
    // CA304 and CA308 hold bills too, in whole units of the currency; CA309 and CA310 like the
    // rest.
    CounterKind{"CA3", "bills in", Of::machine, 0, {0, 10}, {0, 9}},
    CounterKind{"CA4", "cash dispensed", Of::machine, 0, {0, 3}, {0, 1}},
    CounterKind{"CA4", "cash dispensed by hand", Of::machine, 0, {0, 4}, {0, 2}},
    CounterKind{"CA8", "overpaid in cash", Of::machine, 0, {0, 2}, {0, 1}},
    CounterKind{"CA9", "vends without change", Of::machine, 0, {0, 2}, {0, 1}},
    CounterKind{"DA2", "sales of cashless reader 1", Of::machine, 0, {2, 1}, {4, 3}},
    CounterKind{"DA3", "debited by cashless reader 1", Of::machine, 0, {0, 1}, {0, 2}},
    CounterKind{"DA4", "credited by cashless reader 1", Of::machine, 0, {0, 1}, {0, 2}},
    CounterKind{"DB2", "sales of cashless reader 2", Of::machine, 0, {2, 1}, {4, 3}},
    CounterKind{"DB3", "debited by cashless reader 2", Of::machine, 0, {0, 1}, {0, 2}},
    CounterKind{"DB4", "credited by cashless reader 2", Of::machine, 0, {0, 1}, {0, 2}},
    CounterKind{"EA2", "events", Of::elements, 1, {3, 0}, {2, 0}},
    CounterKind{"EA3", "readings that reset", Of::machine, 0, {1, 0}, {0, 0}},
    CounterKind{"EA3", "readings", Of::machine, 0, {9, 0}, {0, 0}},
    CounterKind{"EA3", "resets", Of::machine, 0, {10, 0}, {0, 0}},
    CounterKind{"EA7", "power failures", Of::machine, 0, {2, 0}, {1, 0}},
    CounterKind{"LA1", "vends by price list", Of::elements, 2, {5, 0}, {4, 0}},
    CounterKind{"PA2", "vends", Of::product, 0, {1, 2}, {3, 4}},
    CounterKind{"PA3", "test vends", Of::product, 0, {1, 2}, {3, 4}},
    CounterKind{"PA4", "free vends", Of::product, 0, {1, 2}, {3, 4}},
    CounterKind{"PA7", "vends by means of payment", Of::elements, 3, {5, 6}, {7, 8}},
    CounterKind{"TA2", "token sales", Of::machine, 0, {2, 1}, {4, 3}},
    CounterKind{"VA1", "paid vends", Of::machine, 0, {2, 1}, {4, 3}},
    CounterKind{"VA1", "discounts", Of::machine, 0, {6, 5}, {8, 7}},
    CounterKind{"VA2", "test vends", Of::machine, 0, {2, 1}, {4, 3}},
    CounterKind{"VA3", "free vends", Of::machine, 0, {2, 1}, {4, 3}},
};
static_assert(std::ranges::is_sorted(kinds, {}, &CounterKind::record));

}  // namespace

std::span<const CounterKind> counter_kinds() { return kinds; }

std::span<const CounterKind> counter_kinds_of(std::string_view record) {
  const auto found = std::ranges::equal_range(kinds, record, {}, &CounterKind::record);
  return {found.begin(), found.end()};
}

}  // namespace brewproof::books
