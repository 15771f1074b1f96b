#include "rig/proof/nodes.h"

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

#include "rig/proof/mask.h"

namespace brewproof {
namespace {

using Members = std::vector<std::size_t>;

constexpr std::size_t longest_value = 64;  // of a value that names a kind
constexpr std::size_t most_steps_shown = 4;

/// Messages by value, as long as there are few values.
template <class Value>
class Parts {
 public:
  void add(Value value, std::size_t message) {
    if (many_) return;
    const auto [known, fresh] = by_value_.try_emplace(value);
    if (fresh && by_value_.size() > most_values) {
      many_ = true;
      by_value_.clear();
      return;
    }
    known->second.push_back(message);
  }
  void give_up() {
    many_ = true;
    by_value_.clear();
  }
  /// Empty where there are too few or too many.
  [[nodiscard]] const std::map<Value, Members>& parts() const {
    static const std::map<Value, Members> no_parts;
    return by_value_.size() < fewest_values ? no_parts : by_value_;
  }

 private:
  std::map<Value, Members> by_value_;
  bool many_ = false;
};

struct Path {
  std::string_view path;
  std::size_t count = 0;  // messages that have it
  Parts<std::string_view> values;
};

/// "body|json:/pay/type" -> "type".
std::string_view last_step(std::string_view path) {
  const std::size_t at = path.find_last_of("/:|");
  return at == std::string_view::npos || at + 1 == path.size() ? path : path.substr(at + 1);
}

class Unit {
 public:
  Unit(const Traffic& traffic, std::size_t signature)
      : traffic_(traffic), signature_(signature), whole_(traffic.signatures[signature].messages) {
    for (const std::size_t m : whole_) read(m);
  }

  void add_nodes(std::vector<Node>& all) {
    const std::size_t first = all.size();
    taken_.insert(whole_);
    all.push_back({signature_, "", whole_});
    const auto add = [&](std::string label, const Members& members) {
      if (all.size() - first == most_nodes || !taken_.insert(members).second) return;
      all.push_back({signature_, std::move(label), members});
    };
    std::map<std::string_view, int> endings;
    for (const Path& path : paths_) ++endings[last_step(path.path)];
    for (const Path& path : paths_) {
      const std::string_view name =
          endings[last_step(path.path)] == 1 ? last_step(path.path) : path.path;
      for (const auto& [value, members] : path.values.parts()) {
        add(fmt::format("{}={}", name, masked(value)), members);
      }
    }
    for (const auto& [shape, members] : shapes_.parts()) {
      add("shape {" + steps_beyond_common(shape) + "}", members);
    }
    for (const auto& [size, members] : sizes_.parts()) {
      add(fmt::format("size {}", size), members);
    }
  }

 private:
  using Shape = std::vector<std::size_t>;  // numbers of paths, in order

  void read(std::size_t m) {
    const Message& message = *traffic_.messages[m];
    Shape shape;
    for (const Field& field : message.fields) {
      const auto [known, fresh] = number_.try_emplace(field.path, paths_.size());
      if (fresh) paths_.push_back({field.path, 0, {}});
      Path& path = paths_[known->second];
      // Where a path stands twice in one message, its first value counts.
      if (last_seen_.size() < paths_.size()) last_seen_.resize(paths_.size(), none);
      if (last_seen_[known->second] == m) continue;
      last_seen_[known->second] = m;
      ++path.count;
      if (field.value.size() > longest_value) {
        path.values.give_up();
      } else {
        path.values.add(field.value, m);
      }
      shape.push_back(known->second);
    }
    std::ranges::sort(shape);
    shapes_.add(std::move(shape), m);
    sizes_.add(message.size, m);
  }

  [[nodiscard]] std::string steps_beyond_common(const Shape& shape) const {
    std::string steps;
    std::size_t shown = 0;
    for (const std::size_t number : shape) {
      if (paths_[number].count == whole_.size()) continue;
      if (++shown > most_steps_shown) return steps + ",...";
      steps += fmt::format("{}{}", steps.empty() ? "" : ",", last_step(paths_[number].path));
    }
    return steps;
  }

  const Traffic& traffic_;
  std::size_t signature_;
  const Members& whole_;
  std::vector<Path> paths_;  // in order of first appearance
  std::unordered_map<std::string_view, std::size_t> number_;
  std::vector<std::size_t> last_seen_;  // by path: the message that was counted for it last
  Parts<Shape> shapes_;
  Parts<std::uint64_t> sizes_;
  std::set<Members> taken_;
};

}  // namespace

Nodes find_nodes(const Traffic& traffic) {
  Nodes nodes;
  for (std::size_t s = 0; s < traffic.signatures.size(); ++s) {
    nodes.whole_of.push_back(nodes.all.size());
    Unit(traffic, s).add_nodes(nodes.all);
  }
  return nodes;
}

}  // namespace brewproof
