#include "rig/books/audit.h"

#include <algorithm>

namespace brewproof::books {

bool Audit::sound() const { return std::ranges::none_of(remarks, &Remark::damage); }

const Counter* Audit::find(std::string_view record, std::string_view of) const {
  const auto found = std::ranges::find_if(counters, [&](const Counter& counter) {
    return counter.kind->record == record && counter.of == of;
  });
  return found == counters.end() ? nullptr : &*found;
}

const Product* Audit::product(std::string_view id) const {
  const auto found = std::ranges::find(products, id, &Product::id);
  return found == products.end() ? nullptr : &*found;
}

}  // namespace brewproof::books
