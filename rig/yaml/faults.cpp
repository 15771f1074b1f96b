#include "rig/yaml/faults.h"

#include <fmt/format.h>

#include <algorithm>

#include "rig/yaml/quote.h"

namespace brewproof::yaml {
namespace {

constexpr std::size_t most_shown = 100;

}  // namespace

void Faults::add(Place place, std::string message) {
  faults_.emplace_back(place, printable(message));
}

std::string Faults::text(Place place) const {
  return fmt::format("{}:{}:{}", printable(path_), place.line, place.column);
}

Error Faults::error() const {
  auto sorted = faults_;
  std::ranges::sort(sorted);
  sorted.erase(std::ranges::unique(sorted).begin(), sorted.end());
  std::string message;
  for (std::size_t i = 0; i < std::min(sorted.size(), most_shown); ++i)
    message += fmt::format("{}{}: {}", i == 0 ? "" : "\n", text(sorted[i].first), sorted[i].second);
  if (sorted.size() > most_shown)
    message += fmt::format("\n{}: and {} more", text(sorted[most_shown].first),
                           sorted.size() - most_shown);
  return {ErrorCode::bad_file, message};
}

}  // namespace brewproof::yaml
