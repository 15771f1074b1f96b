#include "rig/crosscheck/places.h"

#include <fmt/format.h>

#include <algorithm>

namespace brewproof {
namespace {

// Messages of one direction of one conversation seldom overlap; further back than this is not
// looked.
constexpr std::ptrdiff_t furthest = 64;

std::string key_of(bool from_dut, std::string_view peer, std::uint16_t peer_port,
                   std::uint16_t dut_port) {
  return fmt::format("{} {} {} {}", from_dut ? '>' : '<', peer, peer_port, dut_port);
}

}  // namespace

void Places::add(const KeptMessage& message, std::size_t index, std::uint64_t first,
                 std::uint64_t last) {
  flows_[key_of(message.from_dut, message.peer().address, message.peer().port, message.dut_port)]
      .push_back({first, last, index});
}

void Places::sort() {
  for (auto& [key, places] : flows_) std::ranges::sort(places, {}, &Place::first);
}

void Places::look_up(const std::string& key, std::uint64_t frame,
                     std::vector<std::size_t>& into) const {
  const auto flow = flows_.find(key);
  if (flow == flows_.end()) return;
  const auto& places = flow->second;
  const auto end = std::ranges::upper_bound(places, frame, {}, &Place::first);
  for (auto at = end - std::min(furthest, end - places.begin()); at != end; ++at)
    if (at->last >= frame) into.push_back(at->index);
}

// Which end is the DUT's tshark does not know: both ways are tried.
std::vector<std::size_t> Places::find(const Dissection& packet) const {
  std::vector<std::size_t> found;
  look_up(key_of(true, packet.destination(), packet.destination_port, packet.source_port),
          packet.frame, found);
  look_up(key_of(false, packet.source(), packet.source_port, packet.destination_port), packet.frame,
          found);
  return found;
}

}  // namespace brewproof
