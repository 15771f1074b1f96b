// A YAML file as a tree of scalars, sequences and maps with their places, before any type is known.
// Built from yaml-cpp's events, so that what YAML::Load would swallow is seen: duplicate keys,
// anchors, aliases, tags, further documents. Bounded: 1 MiB of text, 64 levels.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rig/yaml/faults.h"

namespace brewproof::yaml {

inline constexpr std::size_t most_bytes = std::size_t{1} << 20;
inline constexpr std::size_t most_levels = 64;

struct TreeEntry;

struct TreeNode {
  /// `refused`: its fault is already told (an alias, a tag); readers take it silently.
  enum class Kind { null, scalar, sequence, map, refused };
  Kind kind = Kind::null;
  Place place;
  std::string text;                // scalar
  bool quoted = false;             // scalar: in quotes or a block scalar, so it can only be text
  std::vector<TreeNode> items;     // sequence
  std::vector<TreeEntry> entries;  // map, in the order of the file; no key twice
};

struct TreeEntry {
  std::string key;
  Place place;  // of the key
  TreeNode value;
};

/// The one document of `text`. Duplicate keys, anchors, aliases and tags are added to `faults` and
/// reading goes on; after a fault of the syntax itself it cannot: that one is added and the tree is
/// `refused`.
[[nodiscard]] TreeNode parse_tree(std::string_view text, Faults& faults);

}  // namespace brewproof::yaml
