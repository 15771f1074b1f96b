#include "rig/proof/nodes.h"

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

#include "rig/model/parallel.h"
#include "rig/proof/by_heading.h"
#include "rig/proof/fields.h"
#include "rig/proof/mask.h"
#include "rig/proof/size_class.h"

namespace brewproof {
namespace {

using Members = std::vector<std::size_t>;

constexpr std::size_t longest_value = 64;  // of a value that names a kind
constexpr std::size_t most_steps_shown = 4;

/// Messages by value, as long as there are few values.
template <class Value, std::size_t most = most_values>
class Parts {
 public:
  void add(const Value& value, std::size_t message) {
    if (many_) return;
    const auto [known, fresh] = by_value_.try_emplace(value);
    if (fresh && by_value_.size() > most) return give_up();
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

using Shape = std::vector<std::size_t>;  // numbers of paths, in order

/// Messages (or records) of one unit, numbered as `whole.messages` says.
class Unit {
 public:
  explicit Unit(Node whole) : whole_(std::move(whole)) {}

  void read(std::size_t m, const KeptMessage& message) {
    const Columns& columns = headings_.of(message, [&] { return columns_of(message); });
    std::size_t c = 0;
    for (const FieldView& field : message.fields()) {
      const std::size_t number = columns.path[c++];
      if (number == none) continue;
      Path& path = paths_[number];
      ++path.count;
      if (field.value.size() > longest_value) {
        path.values.give_up();
      } else {
        path.values.add(field.value, m);
      }
    }
    shapes_.add(columns.shape, m);
    sizes_.add(message.size, m);
    if (columns.has_size_class) classes_.add(message.message(), m);
  }

  void add_nodes(std::vector<Node>& all) {
    const std::size_t first = all.size();
    whole_.mark.array = whole_.label;  // "" where it is no array
    taken_.insert(whole_.messages);
    all.push_back(whole_);
    const auto add = [&](std::string label, NodeMark mark, const Members& members) {
      if (all.size() - first == most_nodes || !taken_.insert(members).second) return;
      Node part = whole_;
      part.label += (part.label.empty() ? "" : " ") + std::move(label);
      part.messages = members;
      part.mark = std::move(mark);
      part.mark.array = whole_.label;
      all.push_back(std::move(part));
    };
    std::map<std::string_view, int> endings;
    for (const Path& path : paths_) ++endings[last_step(path.path)];
    for (const Path& path : paths_) {
      const std::string_view name =
          endings[last_step(path.path)] == 1 ? last_step(path.path) : path.path;
      for (const auto& [value, members] : path.values.parts()) {
        NodeMark mark;
        mark.path = path.path;
        mark.value = value;
        add(fmt::format("{}={}", name, masked(value)), std::move(mark), members);
      }
    }
    for (const auto& [shape, members] : shapes_.parts()) {
      NodeMark mark;
      std::vector<std::string>& paths = mark.paths.emplace();
      for (const std::size_t number : shape) paths.emplace_back(paths_[number].path);
      std::ranges::sort(paths);
      add("shape {" + steps_beyond_common(shape) + "}", std::move(mark), members);
    }
    for (const auto& [size, members] : sizes_.parts()) {
      NodeMark mark;
      mark.size = size;
      add(fmt::format("size {}", size), std::move(mark), members);
    }
    for (const auto& [text, members] : classes_.parts()) {
      NodeMark mark;
      mark.sized = text;
      const SizeClass sizes = *size_of(text);
      add(fmt::format("size {}..{}", sizes.low, sizes.high), std::move(mark), members);
    }
  }

 private:
  /// What messages of one heading show.
  struct Columns {
    std::vector<std::size_t> path;  // `none`: framing, and where a path stands twice
    Shape shape;
    bool has_size_class = false;
  };
  Columns columns_of(const KeptMessage& message) {
    Columns columns;
    std::set<std::size_t> met;
    for (const MessageHeading::Column& column : message.heading().columns) {
      std::size_t& number = columns.path.emplace_back(none);
      if (is_framing(column.path)) continue;
      const auto [known, fresh] = number_.try_emplace(column.path, paths_.size());
      if (fresh) paths_.push_back({column.path, 0, {}});
      if (met.insert(known->second).second) number = known->second;
    }
    columns.shape.assign(met.begin(), met.end());
    columns.has_size_class = size_of(message.message()).has_value();
    return columns;
  }

  [[nodiscard]] std::string steps_beyond_common(const Shape& shape) const {
    std::string steps;
    std::size_t shown = 0;
    for (const std::size_t number : shape) {
      if (paths_[number].count == whole_.messages.size()) continue;
      if (++shown > most_steps_shown) return steps + ",...";
      steps += fmt::format("{}{}", steps.empty() ? "" : ",", last_step(paths_[number].path));
    }
    return steps;
  }

  Node whole_;
  std::vector<Path> paths_;  // in order of first appearance
  std::unordered_map<std::string_view, std::size_t> number_;
  ByHeading<Columns> headings_;
  Parts<Shape> shapes_;
  Parts<std::uint64_t> sizes_;
  Parts<std::string_view, most_size_classes> classes_;
  std::set<Members> taken_;
};

}  // namespace

bool bears(const KeptMessage& message, const NodeMark& mark) {
  if (!mark.path.empty()) {
    const auto field = message.field(mark.path);
    return field && field->value == mark.value;
  }
  if (mark.size) return message.size == *mark.size;
  if (!mark.sized.empty()) return message.message() == mark.sized;
  if (!mark.paths) return true;
  std::set<std::string_view> paths;
  for (const FieldView& field : message.fields()) {
    if (!is_framing(field.path)) paths.insert(field.path);
  }
  return std::ranges::equal(paths, *mark.paths);
}

Nodes find_nodes(const Traffic& traffic, const Batches& batches) {
  Nodes nodes;
  std::vector<std::vector<Node>> of(traffic.signatures.size());
  in_parallel(of.size(), traffic.messages.size() * steps_of_a_message, [&](std::size_t s) {
    Unit unit({s, "", traffic.signatures[s].messages, false, 0});
    for (const std::size_t m : traffic.signatures[s].messages) unit.read(m, *traffic.messages[m]);
    unit.add_nodes(of[s]);
  });
  for (std::vector<Node>& unit : of) {
    nodes.whole_of.push_back(nodes.all.size());
    std::ranges::move(unit, std::back_inserter(nodes.all));
  }
  for (const BatchArray& array : batches.arrays) {
    Unit unit({array.signature, array.label, array.records, true, array.tolerance_ns});
    for (const std::size_t r : array.records) unit.read(r, batches.all[r].message);
    unit.add_nodes(nodes.all);
  }
  return nodes;
}

}  // namespace brewproof
