// The sizes that a message is told by where nothing else is known of it: "record 210..219 B".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace brewproof {

struct SizeClass {
  std::uint64_t low = 0, high = 0;
  friend bool operator==(const SizeClass&, const SizeClass&) = default;
};

/// Of one segment: "210..219", "113".
[[nodiscard]] std::optional<SizeClass> size_class(std::string_view segment);

/// Of a message that is told by its size alone: "record 210..219 B", "datagram 29 B".
[[nodiscard]] std::optional<SizeClass> size_of(std::string_view message);

/// What stands before the size of such a message: "record ".
[[nodiscard]] std::string_view before_size(std::string_view message);

}  // namespace brewproof
