#include "rig/capture/drop_watch.h"

#include <algorithm>

namespace brewproof {
namespace {

/// Counters of a card that was reset or replaced fall back: that is no loss.
std::uint64_t growth(std::uint64_t before, std::uint64_t now) {
  return now > before ? now - before : 0;
}

}  // namespace

std::optional<CaptureDamage> DropWatch::observe(const CaptureCounters& ring,
                                                const InterfaceCounters& interface,
                                                std::int64_t real_ns) {
  const std::uint64_t in_ring = growth(ring_.kernel_dropped, ring.kernel_dropped);
  const std::uint64_t in_card = growth(interface_.missed, interface.missed);
  const auto [from, to] = std::minmax(last_real_ns_, real_ns);
  const std::int64_t begin = from, end = to;
  ring_ = ring;
  interface_ = interface;
  last_real_ns_ = real_ns;
  if (in_ring == 0 && in_card == 0) return std::nullopt;
  return CaptureDamage{
      "capture-gap",
      fmt::format("{} packets lost in the capture ring, {} in the network card", in_ring, in_card),
      begin, end};
}

std::optional<CaptureDamage> DropWatch::cross_check(std::int64_t from_real_ns) const {
  const std::uint64_t counted = growth(interface_start_.received, interface_.received) +
                                growth(interface_start_.sent, interface_.sent);
  // The two are not read at the same moment.
  const std::uint64_t slack = 32 + counted / 500;
  if (counted <= ring_.received + slack) return std::nullopt;
  return CaptureDamage{
      "capture-gap",
      fmt::format("the interface counted {} packets, of which only {} came to the capture; look "
                  "for XDP programs or hardware bridging on it",
                  counted, ring_.received),
      from_real_ns, last_real_ns_};
}

CaptureCounters DropWatch::total() const {
  CaptureCounters total = ring_;
  total.interface_dropped = growth(interface_start_.missed, interface_.missed);
  return total;
}

}  // namespace brewproof
