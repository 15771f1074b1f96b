// A map of a bench file whose keys depend on which of several ways it takes (network.mode,
// network.gateway.tls): each key belongs to some of them and is a fault with the others.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>

#include "rig/yaml/node.h"

namespace brewproof {

/// text_of(Way) is a way's word in the file.
template <class Way>
class WayKeys {
 public:
  /// `keys` outlives it. `refusal`: what is said of a key of another way.
  WayKeys(yaml::Map& keys, Way way, std::string refusal)
      : keys_(keys), way_(way), refusal_(std::move(refusal)) {}

  [[nodiscard]] bool taken(std::initializer_list<Way> ways) const {
    return std::ranges::find(ways, way_) != ways.end();
  }
  /// Absent, with a fault, where the file has the key and its way has not.
  yaml::Node of(std::string_view key, std::initializer_list<Way> ways) {
    yaml::Node value = keys_.optional(key);
    if (!value || taken(ways)) return value;
    std::string words;
    for (const Way way : ways) words += (words.empty() ? "" : ", ") + std::string(text_of(way));
    value.fault(fmt::format("{}: {}; it belongs to: {}", value.name(), refusal_, words));
    return {nullptr, value.name(), nullptr};
  }

 private:
  yaml::Map& keys_;
  Way way_;
  std::string refusal_;
};

/// A file that the bench file names, relative to it. "" where it names none.
[[nodiscard]] inline std::string file_of(const yaml::Node& node, const std::string& bench_path) {
  const std::filesystem::path path = node.text();
  if (path.empty()) return "";
  return (std::filesystem::path(bench_path).parent_path() / path).string();
}

}  // namespace brewproof
