// Makes a capture of what a hall of connected machines says: HTTP with JSON, MQTT, DNS, NTP, TLS
// hellos and sealed records, many connections at once, with retransmissions. The same count and
// seed give the same file on any machine.
#pragma once

#include <cstdint>
#include <string>

namespace brewproof::benchmarks {

struct MixedCapture {
  std::uint64_t packets = 0, bytes = 0;  // bytes of the file
};

/// Writes a nanosecond pcap of `packets` Ethernet frames. Exits with a message where the file
/// cannot be written.
MixedCapture write_mixed_capture(const std::string& path, std::uint64_t packets,
                                 std::uint64_t seed = 1);

}  // namespace brewproof::benchmarks
