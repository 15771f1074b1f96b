// A value of a YAML file while it is read. Every read checks type, form and range; what is wrong
// goes into the document's faults with its place, and the read returns a harmless default, so that
// reading goes on and all faults are told at once. Nodes and maps are views: the Document outlives
// them. A required key that is missing gives a silent node, which reads as defaults.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rig/yaml/faults.h"
#include "rig/yaml/tree.h"
#include "rig/yaml/units.h"

namespace brewproof::yaml {

class Map;

class Node {
 public:
  Node(const TreeNode* tree, std::string name, Faults* faults)
      : tree_(tree), name_(std::move(name)), faults_(faults) {}

  /// False for an optional key that the file does not have.
  [[nodiscard]] explicit operator bool() const { return tree_ != nullptr; }
  [[nodiscard]] bool is_map() const { return is(TreeNode::Kind::map); }
  [[nodiscard]] bool is_sequence() const { return is(TreeNode::Kind::sequence); }
  [[nodiscard]] bool is_scalar() const { return is(TreeNode::Kind::scalar); }
  /// "controls.espresso.press": where the value stands, for messages.
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Place place() const { return tree_ == nullptr ? Place{} : tree_->place; }
  /// "file:line:col".
  [[nodiscard]] std::string place_text() const { return faults_->text(place()); }
  /// Adds a fault at this value's place.
  void fault(std::string message) const;

  /// Text. A plain scalar that is a number, a boolean or doubtful must be in quotes.
  [[nodiscard]] std::string text() const;
  /// A name that others refer to: a letter, then letters, digits, _ and -, at most 64.
  [[nodiscard]] std::string word() const;
  /// A scalar's own characters whatever its form (four hex digits, a choice). nullopt and a fault
  /// where it is no scalar.
  [[nodiscard]] std::optional<std::string> raw() const;
  /// One of the words given, else a fault with a did-you-mean.
  [[nodiscard]] std::string choice(std::initializer_list<std::string_view> words) const;
  [[nodiscard]] std::int64_t integer(std::int64_t least, std::int64_t most) const;
  [[nodiscard]] double real(double least, double most) const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] std::chrono::nanoseconds duration() const;
  /// A duration of whole milliseconds.
  [[nodiscard]] std::chrono::milliseconds milliseconds() const;
  [[nodiscard]] DurationRange duration_range() const;
  [[nodiscard]] Money money() const;
  [[nodiscard]] Quantity quantity() const;
  [[nodiscard]] QuantityRange quantity_range() const;
  [[nodiscard]] std::int64_t byte_count() const;

  [[nodiscard]] Map map() const;
  /// A sequence's values; a fault where it is none, or has fewer than `least`.
  [[nodiscard]] std::vector<Node> items(std::size_t least) const;

  /// The value as JSON: plain integers, reals, true, false and null by their form, all else text.
  /// Scalars under `vid` and `pid` stay text. Doubtful plain scalars are faults (and text).
  [[nodiscard]] nlohmann::json json() const;

 private:
  friend class Map;
  [[nodiscard]] bool is(TreeNode::Kind kind) const {
    return tree_ != nullptr && tree_->kind == kind;
  }
  void wrong_type(std::string_view wanted) const;
  template <class T>
  T parsed(Parsed<T> (*parse)(std::string_view)) const;

  const TreeNode* tree_;  // nullptr: absent
  std::string name_;
  Faults* faults_;
};

/// A map's keys. Asking for a key makes it known; close() refuses the keys nobody asked for.
class Map {
 public:
  explicit Map(const Node& node);

  [[nodiscard]] Node required(std::string_view key);
  [[nodiscard]] Node optional(std::string_view key);
  /// Makes keys known that are read elsewhere.
  void know(std::span<const std::string> keys);
  /// All keys with their values: for maps whose keys are names of the file's own choice.
  [[nodiscard]] std::vector<std::pair<std::string, Node>> entries();
  /// The entries of a map of names: each key that is no name (see Node::word) is a fault.
  [[nodiscard]] std::vector<std::pair<std::string, Node>> named_entries();
  [[nodiscard]] bool has(std::string_view key) const;
  /// Unknown keys become faults with a did-you-mean.
  void close() const;

 private:
  [[nodiscard]] const TreeEntry* find(std::string_view key) const;
  [[nodiscard]] std::string child_name(std::string_view key) const;

  Node node_;
  std::vector<std::string> known_;
};

/// Letters, digits, _ and - with a letter first, 1 to 64 of them.
[[nodiscard]] bool is_name(std::string_view text);

}  // namespace brewproof::yaml
