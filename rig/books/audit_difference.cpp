#include "rig/books/audit_difference.h"

#include <fmt/format.h>

#include <map>
#include <tuple>

namespace brewproof::books {
namespace {

using Number = std::optional<std::int64_t>;

// A counter is the same in both readings where its kind and what it is of are; of several such, by
// their order.
using Key = std::tuple<const CounterKind*, std::string_view, int>;

std::map<Key, const Counter*> by_key(const Audit& audit) {
  std::map<Key, const Counter*> found;
  std::map<std::pair<const CounterKind*, std::string_view>, int> seen;
  for (const Counter& counter : audit.counters)
    found.emplace(Key{counter.kind, counter.of, seen[{counter.kind, counter.of}]++}, &counter);
  return found;
}

Number difference(const Number& before, const Number& after) {
  return before && after ? Number(*after - *before) : std::nullopt;
}

std::string of_text(const CounterKind& kind, const std::string& of) {
  return of.empty() ? fmt::format("{} ({})", kind.record, kind.what)
                    : fmt::format("{} of {} ({})", kind.record, of, kind.what);
}

std::string told(const std::string& text) { return text.empty() ? "nothing" : '"' + text + '"'; }

class Comparison {
 public:
  Comparison(const Audit& before, const Audit& after) : before_(before), after_(after) {}

  AuditDifference make() {
    look_at_machine();
    look_at_counters();
    look_at_resets();
    look_at_products();
    look_at_sum("PA2", "VA1");
    look_at_sum("PA4", "VA3");
    return std::move(made_);
  }

 private:
  void doubt(std::string text) { made_.doubts.push_back(std::move(text)); }
  void note(std::string text) { made_.notes.push_back(std::move(text)); }

  void look_at_machine() {
    if (!before_.sound()) doubt("the earlier reading is damaged");
    if (!after_.sound()) doubt("the later reading is damaged");
    const MachineIdentity& was = before_.machine;
    const MachineIdentity& is = after_.machine;
    if (was.serial != is.serial || was.model != is.model)
      doubt(fmt::format("ID1 names another machine: serial number {} and model {}, then {} and {}",
                        told(was.serial), told(was.model), told(is.serial), told(is.model)));
    else if (is.serial.empty())
      doubt("ID1 has no serial number: nothing says that it is the same machine");
    else if (was != is)
      note("ID1 says another build, location or asset number");
    if (before_.board.serial != after_.board.serial)
      doubt("CB1 names another control board, which keeps the books");
    else if (before_.board.software != after_.board.software)
      note(fmt::format("CB1 says other software: {}, then {}", told(before_.board.software),
                       told(after_.board.software)));
    if (before_.currency != after_.currency) doubt("ID4 says another currency or other decimals");
    if (before_.initialised != after_.initialised)
      doubt(fmt::format("EA4: all counters were initialised between: {}, then {}",
                        told(before_.initialised), told(after_.initialised)));
    const auto when = [](const Audit& audit) {
      // The century is there or not; what is compared is what both have.
      const std::string& date = audit.date;
      return (date.size() > 6 ? date.substr(date.size() - 6) : date) + audit.time;
    };
    if (!before_.date.empty() && !after_.date.empty() &&
        before_.date.size() == after_.date.size() && when(after_) < when(before_))
      note("ID5: by the machine's clock the later reading is the earlier one");
  }

  // Remembers what moved of one counter, in one of its two ways of counting.
  void look_at(const Counter& was, const Counter& is, Amounts Counter::* since,
               std::vector<Movement>& into) {
    const Amounts& before = was.*since;
    const Amounts& after = is.*since;
    if (before == after) return;
    Movement movement{is.kind, is.of, {}, before, after, {}, {}, is.at};
    movement.by = {difference(before.count, after.count), difference(before.value, after.value)};
    movement.worth = movement.by.value;
    if (is.kind->of == CounterKind::Of::product)
      if (const Product* product = after_.product(is.of)) {
        movement.name = product->name;
        if (is.kind->since_initialisation.value != 0 && !movement.worth && movement.by.count &&
            product->price)
          movement.worth = *movement.by.count * *product->price;
      }
    into.push_back(std::move(movement));
  }

  void look_at_counters() {
    const auto earlier = by_key(before_);
    auto vanished = earlier;
    std::map<std::pair<const CounterKind*, std::string_view>, int> seen;
    for (const Counter& counter : after_.counters) {
      const Key key{counter.kind, counter.of, seen[{counter.kind, counter.of}]++};
      const auto found = earlier.find(key);
      if (found == earlier.end()) {
        note(fmt::format("{} is new", of_text(*counter.kind, counter.of)));
        continue;
      }
      vanished.erase(key);
      look_at(*found->second, counter, &Counter::since_initialisation, made_.moved);
      look_at(*found->second, counter, &Counter::since_reset, made_.since_reset);
    }
    for (const auto& [key, counter] : vanished)
      doubt(fmt::format("{} is not in the later reading", of_text(*counter->kind, counter->of)));
    for (const Movement& movement : made_.moved)
      if (movement.by.count.value_or(0) < 0 || movement.by.value.value_or(0) < 0)
        doubt(fmt::format("{} ran backwards, and it is never set back",
                          of_text(*movement.kind, movement.of)));
  }

  void look_at_resets() {
    for (const Movement& movement : made_.moved)
      if (movement.kind->record == "EA3" && movement.kind->what != "readings" &&
          movement.by.count.value_or(0) > 0) {
        note(
            fmt::format("EA3 counts {} {} between the two: counters since the last reset began "
                        "anew",
                        *movement.by.count, movement.kind->what));
        return;
      }
    for (const Movement& movement : made_.since_reset)
      if (movement.by.count.value_or(0) < 0 || movement.by.value.value_or(0) < 0) {
        note(fmt::format("{} since the last reset fell: a reset was between the two",
                         of_text(*movement.kind, movement.of)));
        return;
      }
  }

  void look_at_products() {
    for (const Product& product : after_.products) {
      const Product* was = before_.product(product.id);
      if (was == nullptr)
        note(fmt::format("PA1 has a new product {}", product.id));
      else if (was->price != product.price || was->name != product.name)
        note(fmt::format("PA1 says another price or name of product {}", product.id));
    }
  }

  // What all products counted against what the machine counted.
  void look_at_sum(std::string_view of_product, std::string_view of_machine) {
    const Counter* was = before_.find(of_machine);
    const Counter* is = after_.find(of_machine);
    if (was == nullptr || is == nullptr || after_.products.empty()) return;
    const Number all = difference(was->since_initialisation.count, is->since_initialisation.count);
    if (!all) return;
    std::int64_t sum = 0;
    for (const Product& product : after_.products) {
      const Counter* then = before_.find(of_product, product.id);
      const Counter* now = after_.find(of_product, product.id);
      if (then == nullptr || now == nullptr) return;
      const Number by =
          difference(then->since_initialisation.count, now->since_initialisation.count);
      if (!by) return;
      sum += *by;
    }
    if (sum != *all)
      note(
          fmt::format("the books disagree with themselves: {} of all products rose by {}, {} of "
                      "the machine by {}",
                      of_product, sum, of_machine, *all));
  }

  const Audit& before_;
  const Audit& after_;
  AuditDifference made_;
};

}  // namespace

AuditDifference audit_difference(const Audit& before, const Audit& after) {
  return Comparison(before, after).make();
}

}  // namespace brewproof::books
