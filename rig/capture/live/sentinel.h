// A sentinel is a frame of ours that is sent on the captured interface and must come back through
// the capture: then everything before it has come through, too. Ethertype 0x88B5 (IEEE 802 local
// experimental), from the interface's own address to itself, so that no switch passes it on and no
// device takes it. Each carries fresh random bytes: nobody on the wire can answer in its place. And
// it says when it was sent: a capture that another computer makes of the same link shows by it how
// far the two clocks are apart.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "rig/capture/live/network_link.h"
#include "rig/model/packet.h"
#include "rig/model/result.h"
#include "rig/process/descriptor.h"

namespace brewproof {

class Sentinel {
 public:
  /// A socket of its own: a capturing socket never sees the frames that it sends itself.
  [[nodiscard]] static Result<Sentinel> open(const std::string& interface, const NetworkLink& link);

  /// A fresh frame, sent at `real_ns` (CLOCK_REALTIME); the one before it is no longer recognised.
  [[nodiscard]] Result<void> send(std::int64_t real_ns);
  /// The same frame once more, with the time of now, for links that lose some.
  [[nodiscard]] Result<void> repeat(std::int64_t real_ns);
  /// Whether this packet is the frame sent last.
  [[nodiscard]] bool recognises(const Packet& packet) const;

 private:
  static constexpr std::size_t kFrame = 60;  // the shortest Ethernet frame, without FCS
  Sentinel(std::string interface, Descriptor socket, const NetworkLink& link);

  std::string interface_;
  Descriptor socket_;
  int index_;
  std::array<std::uint8_t, kFrame> frame_{};
};

}  // namespace brewproof
