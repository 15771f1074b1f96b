// The kernel's ring of captured packets (libpcap on TPACKET_V3): 64 MiB, blocks handed over after
// 10 ms at the latest, nanosecond stamps, promiscuous. Everything that libpcap gets wrong about
// privileges is turned into a sentence with the mend here.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "rig/capture/pcapng_writer.h"
#include "rig/model/packet.h"
#include "rig/model/result.h"

namespace brewproof {

class PacketRing {
 public:
  static constexpr std::chrono::milliseconds kBlockTimeout{10};

  /// Error `host`: no privilege, interface down, not Ethernet.
  [[nodiscard]] static Result<PacketRing> open(const std::string& interface);

  [[nodiscard]] int descriptor() const;  // readable when packets wait
  /// Hands over packets that wait now (10,000 at most, so that a flood leaves time for the rest),
  /// never blocks. Stops at the first error of `take`.
  using Take = std::function<Result<void>(const Packet&)>;
  [[nodiscard]] Result<void> read(const Take& take);
  /// Since the ring was opened; what the card lost is not its business.
  [[nodiscard]] CaptureCounters counters();

 private:
  struct Close {
    void operator()(void* handle) const;
  };
  PacketRing(std::string interface, void* handle)
      : interface_(std::move(interface)), handle_(handle) {}

  std::string interface_;
  std::unique_ptr<void, Close> handle_;  // pcap_t
  CaptureCounters counters_;
  std::uint32_t last_received_ = 0, last_dropped_ = 0;  // libpcap counts in 32 bits
};

}  // namespace brewproof
