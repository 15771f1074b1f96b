// Events that are about what otherwise casts doubt on a run, by their names.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace brewproof {

/// New firmware is what a procedure with an event of such a name is about. `events`: a map by name.
template <class Events>
[[nodiscard]] bool asks_for_updates(const Events& events) {
  return std::ranges::any_of(events, [](const auto& event) {
    return event.first.find("update") != std::string_view::npos;
  });
}

/// The same of a machine that starts anew; an update makes it do so too.
template <class Events>
[[nodiscard]] bool asks_for_restarts(const Events& events) {
  constexpr std::array<std::string_view, 4> words{"update", "restart", "boot", "power"};
  return std::ranges::any_of(events, [&](const auto& event) {
    return std::ranges::any_of(words, [&](std::string_view word) {
      return event.first.find(word) != std::string_view::npos;
    });
  });
}

}  // namespace brewproof
