#include "rig/decode/packet/flow_table.h"

#include <algorithm>
#include <vector>

namespace brewproof::decode {

// Multiply and fold: cheap, and good enough since the table mixes the result again.
std::size_t FlowTable::Hash::operator()(const FlowKey& key) const {
  const auto mix = [](std::uint64_t a, std::uint64_t b) {
    std::uint64_t hash = (a ^ 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
    hash = (hash ^ hash >> 32 ^ b) * 0xc4ceb9fe1a85ec53u;
    return hash ^ hash >> 29;
  };
  const std::uint64_t ports =
      std::uint64_t{key.low_port} << 32 | std::uint64_t{key.high_port} << 16 | key.protocol;
  std::uint64_t hash = mix(key.low.word(0) ^ ports, key.high.word(0));
  if (key.low.kind == Address::Kind::ipv6) hash = mix(hash ^ key.low.word(1), key.high.word(1));
  return hash;
}

FlowEntry* FlowTable::find(const FlowKey& key, std::int64_t now_ns) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  const List::iterator at = *found;
  at->last_ns = now_ns;
  // Not at every packet: the neighbours in the list are seldom in the processor's cache.
  if (now_ns - at->listed_ns > 100'000'000) {
    List& mine = list(at->brief);
    mine.splice(mine.end(), mine, at);
    at->listed_ns = now_ns;
  }
  return &*at;
}

FlowEntry& FlowTable::add(const FlowKey& key, std::int64_t now_ns) {
  if (entries_.size() >= most_) remove_oldest("the table of flows is full");
  if (spare_.empty()) {
    brief_.emplace_back();
  } else {
    brief_.splice(brief_.end(), spare_, spare_.begin());
    brief_.back() = FlowEntry{};
  }
  FlowEntry& entry = brief_.back();
  entry.key = key;
  entry.last_ns = entry.listed_ns = now_ns;
  entry.flow.number = ++last_number_;
  entries_.insert(std::prev(brief_.end()));
  return entry;
}

void FlowTable::remove(FlowEntry& entry, const char* why) {
  flush_(entry, why);
  const auto found = entries_.find(entry.key);
  const List::iterator at = *found;
  entries_.erase(found);
  // Its memory serves the next flow: look-ups make and forget them by the thousand.
  at->tcp.reset();
  at->session.reset();
  if (spare_.size() < 64) {
    spare_.splice(spare_.end(), list(at->brief), at);
  } else {
    list(at->brief).erase(at);
  }
}

void FlowTable::set_brief(FlowEntry& entry, bool brief) {
  if (entry.brief == brief) return;
  const List::iterator at = *entries_.find(entry.key);
  List& to = list(brief);
  to.splice(to.end(), list(entry.brief), at);
  entry.brief = brief;
}

bool FlowTable::remove_oldest(const char* why) {
  if (brief_.empty() && open_.empty()) return false;
  remove(brief_.empty() ? open_.front() : brief_.front(), why);
  return true;
}

void FlowTable::remove_all(const char* why) {
  std::vector<FlowEntry*> all;
  for (List* entries : {&brief_, &open_})
    for (FlowEntry& entry : *entries) all.push_back(&entry);
  std::sort(all.begin(), all.end(),
            [](const FlowEntry* a, const FlowEntry* b) { return a->flow.number < b->flow.number; });
  for (FlowEntry* entry : all) remove(*entry, why);
}

}  // namespace brewproof::decode
