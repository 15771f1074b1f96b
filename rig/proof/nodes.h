// Inside a unit: messages of one signature need not all mean the same. A record `"type":"brew"` and
// a heartbeat `"type":"env"` may share one path, and only the first follows the act. So parts of
// a unit, its *nodes*, compete in the timing family beside the whole (statistics.md 8: "look inside
// a unit, claim the unit"). What a node is follows from the messages alone: neither lots nor
// parameter values are looked at, so no node is chosen for what it would prove.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/proof/batches.h"
#include "rig/proof/traffic.h"

namespace brewproof {

/// What a node's messages have in common, so that they are known again among other messages.
struct NodeMark {
  std::string array;                              // of records: the array's label
  std::string path, value;                        // of this path, the first value
  std::optional<std::vector<std::string>> paths;  // or all paths there are, sorted
  std::optional<std::uint64_t> size;              // or the size,
  std::string sized;  // or the class of sizes, as the message tells it; none: the whole unit
};

/// Is the message (or record) of a unit one of the node's?
[[nodiscard]] bool bears(const KeptMessage& message, const NodeMark& mark);

struct Node {
  std::size_t signature = 0;
  /// "" = the whole unit; "type=brew" (a path's last step where no other path ends in it), "shape
  /// {d,e}" (what these messages have beyond what all have), "size 113" (bytes), "size 110..119".
  std::string label;
  std::vector<std::size_t> messages;  // indices into Traffic::messages, in order of time
  /// Batches of a batch, each at the time that it states: then `messages` are indices into
  /// Batches::all, and the label begins with their array: "records/*", "records/* type=brew".
  bool of_records = false;
  std::int64_t tolerance_ns = 0;  // of the stated times
  NodeMark mark = {};
};

struct Nodes {
  std::vector<Node> all;  // by signature, each unit's whole first; those of records last of all
  std::vector<std::size_t> whole_of;  // by signature
};

/// A path tells messages apart if it takes this many values; likewise shapes and sizes.
inline constexpr std::size_t fewest_values = 2, most_values = 8;
inline constexpr std::size_t most_size_classes = 64;  // of one cluster
inline constexpr std::size_t most_nodes = 256;        // of one unit; the rest is left out

/// Nodes of the same messages are one node: the whole, else values before shapes before sizes, in
/// order of the paths' first appearance.
[[nodiscard]] Nodes find_nodes(const Traffic& traffic, const Batches& batches);

}  // namespace brewproof
