// A count that is known, or known to lie between two bounds.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace brewproof {

struct CountBounds {
  std::int64_t least = 0, most = 0;
  CountBounds& operator+=(const CountBounds& other) {
    least += other.least;
    most += other.most;
    return *this;
  }
  friend bool operator==(const CountBounds&, const CountBounds&) = default;
};

/// "3", "2 to 4".
[[nodiscard]] inline std::string text_of(const CountBounds& bounds) {
  return bounds.least == bounds.most ? std::to_string(bounds.most)
                                     : fmt::format("{} to {}", bounds.least, bounds.most);
}

}  // namespace brewproof
