#include "rig/crosscheck/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>

namespace brewproof {
namespace {

// Lines of theirs that wait for a place of ours; beyond this they are told by their hash alone.
constexpr std::size_t most_waiting_text = 100'000;
// Of equal lines before a frame: messages of one direction seldom overlap more than that.
constexpr std::size_t most_looked_at = 64;

std::size_t hash_of(const std::string& line) { return std::hash<std::string>{}(line); }

}  // namespace

Comparison::Comparison(const std::vector<KeptMessage>& messages)
    : messages_(messages),
      lines_(kinds().size()),
      unpaired_(kinds().size()),
      aside_(kinds().size()),
      tallies_(kinds().size()) {}

void Comparison::add_ours(std::size_t index, std::uint64_t first, std::uint64_t last,
                          Standing standing) {
  const KeptMessage& message = messages_[index];
  places_.add(message, index, first, last);
  if (standing != Standing::compared) standing_.emplace(index, standing);
  std::string line;
  for (std::size_t k = 0; k < kinds().size(); ++k) {
    const LineReading reading = read_ours(kinds()[k], message, line);
    if (reading == LineReading::none) continue;
    const std::uint64_t copies = std::uint64_t{1} + message.repeats;
    if (reading == LineReading::aside || standing != Standing::compared) {
      tallies_[k].aside += copies;
      aside_[k].insert(index);
      continue;
    }
    tallies_[k].ours += copies;
    lines_[k][hash_of(line)].all.push_back({index, first, last, copies});
  }
}

void Comparison::sort() {
  places_.sort();
  for (Lines& lines : lines_)
    for (auto& [hash, equals] : lines) std::ranges::sort(equals.all, {}, &Ours::first);
}

bool Comparison::pair_at(Equals& equals, std::uint64_t frame) {
  auto at = std::ranges::upper_bound(equals.all, frame, {}, &Ours::first);
  for (std::size_t looked = 0; at != equals.all.begin() && looked < most_looked_at; ++looked) {
    --at;
    if (at->copies == 0 || at->last < frame) continue;
    --at->copies;
    return true;
  }
  return false;
}

bool Comparison::pair_anywhere(Equals& equals) {
  while (equals.next < equals.all.size() && equals.all[equals.next].copies == 0) ++equals.next;
  if (equals.next == equals.all.size()) return false;
  --equals.all[equals.next].copies;
  return true;
}

bool Comparison::stands(Standing standing, std::size_t kind, const Placed& placed) const {
  return std::ranges::any_of(placed.beside, [&](std::size_t message) {
    if (standing == Standing::aside && aside_[kind].contains(message)) return true;
    const auto found = standing_.find(message);
    return found != standing_.end() && found->second == standing;
  });
}

void Comparison::add_theirs(const Dissection& packet) {
  for (std::size_t k = 0; k < kinds().size(); ++k)
    read_theirs(kinds()[k], packet, [&](const std::string& line) {
      ++tallies_[k].theirs;
      const std::size_t hash = hash_of(line);
      const auto equal = lines_[k].find(hash);
      if (equal != lines_[k].end() && pair_at(equal->second, packet.frame)) return;
      Theirs theirs{hash, packet.frame, {}};
      if (unpaired_[k].size() < most_waiting_text) theirs.line = line;
      unpaired_[k].push_back(std::move(theirs));
    });
}

bool Comparison::lacks_theirs() const {
  for (const Lines& lines : lines_)
    for (const auto& [hash, equals] : lines)
      if (std::ranges::any_of(equals.all, [](const Ours& ours) { return ours.copies != 0; }))
        return true;
  return false;
}

void Comparison::add_lacking(const Dissection& packet) {
  for (std::size_t k = 0; k < kinds().size(); ++k)
    read_theirs(kinds()[k], packet, [&](const std::string& line) {
      const auto equal = lines_[k].find(hash_of(line));
      if (equal != lines_[k].end() && pair_at(equal->second, packet.frame)) ++tallies_[k].theirs;
    });
}

void Comparison::pair_the_rest() {
  for (std::size_t k = 0; k < kinds().size(); ++k)
    std::erase_if(unpaired_[k], [&](const Theirs& theirs) {
      const auto equal = lines_[k].find(theirs.hash);
      return equal != lines_[k].end() && pair_anywhere(equal->second);
    });
}

std::vector<std::uint64_t> Comparison::unplaced() const {
  std::set<std::uint64_t> frames;
  for (const std::vector<Theirs>& unpaired : unpaired_)
    for (const Theirs& theirs : unpaired) frames.insert(theirs.frame);
  return {frames.begin(), frames.end()};
}

void Comparison::place(const Dissection& packet, bool counts) {
  placed_[packet.frame] = {counts, places_.find(packet),
                           fmt::format("{} {}", packet.source(), packet.destination()),
                           packet.destination_port};
}

std::vector<Odd> Comparison::finish() {
  std::vector<Odd> odd;
  for (std::size_t k = 0; k < kinds().size(); ++k) settle(k, odd);
  std::ranges::sort(odd, [](const Odd& a, const Odd& b) {
    return std::tie(a.frame, a.kind, a.message, a.ours, a.theirs) <
           std::tie(b.frame, b.kind, b.message, b.ours, b.theirs);
  });
  return odd;
}

void Comparison::settle(std::size_t k, std::vector<Odd>& odd) {
  std::map<std::size_t, Ours> missing;  // by message
  for (const auto& [hash, equals] : lines_[k])
    for (const Ours& ours : equals.all)
      if (ours.copies != 0) missing.emplace(ours.message, ours);

  for (Theirs& theirs : unpaired_[k]) {
    const Placed& placed = placed_[theirs.frame];
    // Beside a message of ours that is missing on their side it is the same one, read otherwise.
    const auto same = std::ranges::find_if(
        placed.beside, [&](std::size_t message) { return missing.contains(message); });
    Odd one{k, Odd::nobody, theirs.frame, {}, std::move(theirs.line), placed.peer, placed.port};
    if (same != placed.beside.end()) {
      one.message = *same;
      (void)read_ours(kinds()[k], messages_[*same], one.ours);
      if (--missing.at(*same).copies == 0) missing.erase(*same);
    } else if (!placed.counts || stands(Standing::aside, k, placed)) {
      --tallies_[k].theirs;
      continue;
    } else if (stands(Standing::opaque, k, placed)) {
      --tallies_[k].theirs;
      ++tallies_[k].alone;
      continue;
    }
    odd.push_back(std::move(one));
  }
  for (const auto& [message, ours] : missing) {
    if (messages_[message].tls) {
      // Authenticated, so there it is. tshark opens nothing behind a record that was not captured.
      tallies_[k].ours -= ours.copies;
      tallies_[k].aside += ours.copies;
      continue;
    }
    Odd one{k, message, ours.first, {}, {}, {}, 0};
    (void)read_ours(kinds()[k], messages_[message], one.ours);
    odd.insert(odd.end(), ours.copies, one);
  }
}

}  // namespace brewproof
