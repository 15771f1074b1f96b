#include <fmt/format.h>

#include <algorithm>

#include "rig/yaml/did_you_mean.h"
#include "rig/yaml/node.h"
#include "rig/yaml/quote.h"

namespace brewproof::yaml {

Map::Map(const Node& node) : node_(node) {
  if (!node_.is_map()) node_.tree_ = nullptr;
}

const TreeEntry* Map::find(std::string_view key) const {
  if (!node_) return nullptr;
  const auto& entries = node_.tree_->entries;
  const auto found = std::ranges::find(entries, key, &TreeEntry::key);
  return found == entries.end() ? nullptr : &*found;
}

std::string Map::child_name(std::string_view key) const {
  const std::string shown = is_name(key) ? std::string(key) : in_quotes(key);
  return node_.name().empty() ? shown : node_.name() + "." + shown;
}

bool Map::has(std::string_view key) const { return find(key) != nullptr; }

Node Map::optional(std::string_view key) {
  known_.emplace_back(key);
  const TreeEntry* entry = find(key);
  return {entry == nullptr ? nullptr : &entry->value, child_name(key), node_.faults_};
}

Node Map::required(std::string_view key) {
  Node value = optional(key);
  if (!value && node_) node_.fault(fmt::format("{} is missing", child_name(key)));
  return value;
}

void Map::know(std::span<const std::string> keys) {
  known_.insert(known_.end(), keys.begin(), keys.end());
}

std::vector<std::pair<std::string, Node>> Map::entries() {
  std::vector<std::pair<std::string, Node>> all;
  if (!node_) return all;
  for (const TreeEntry& entry : node_.tree_->entries)
    all.emplace_back(entry.key, Node(&entry.value, child_name(entry.key), node_.faults_));
  return all;
}

std::vector<std::pair<std::string, Node>> Map::named_entries() {
  auto all = entries();
  std::erase_if(all, [](const auto& entry) { return !is_name(entry.first); });
  if (!node_) return all;
  for (const TreeEntry& entry : node_.tree_->entries)
    if (!is_name(entry.key))
      node_.faults_->add(entry.place,
                         fmt::format("{} is no name: a letter, then letters, digits, _ and -, at "
                                     "most 64",
                                     in_quotes(entry.key)));
  return all;
}

void Map::close() const {
  if (!node_) return;
  std::vector<std::string> open;  // known and not yet in the file: what a typo can have meant
  for (const std::string& key : known_)
    if (!has(key)) open.push_back(key);
  for (const TreeEntry& entry : node_.tree_->entries)
    if (std::ranges::find(known_, entry.key) == known_.end())
      node_.faults_->add(entry.place, fmt::format("unknown key {}{}", child_name(entry.key),
                                                  did_you_mean(entry.key, open)));
}

}  // namespace brewproof::yaml
