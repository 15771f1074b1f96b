// Makes a capture of what a hall of connected machines says: HTTP with JSON, MQTT, DNS, NTP, TLS
// hellos and sealed records, many connections at once, with retransmissions. The same count and
// seed give the same file on any machine.
//
// The mix is that of the figures to be ahead of: 2 M packets are 547 MB, so 273 bytes a packet with
// the file's record header, and hold at least 0.48 messages and 2.3 fields a packet. Chosen: by
// packets 25 % HTTP kept alive, 28 % MQTT (brews at QoS 1), 5 % DNS, 2 % NTP and 40 % TLS. The talk
// of the first four brings the fields, at 90 to 155 bytes a packet; TLS brings the bytes, its
// records are sized so that the average comes out. bench_decode prints what came out and complains
// where it drifts.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace brewproof::benchmarks {

struct MixedCapture {
  struct Part {
    std::string_view name;
    std::uint64_t packets = 0, bytes = 0;
  };
  std::uint64_t packets = 0, bytes = 0;  // bytes of the file
  std::array<Part, 5> parts;             // by what was put in; bytes with record headers
};

/// Writes a nanosecond pcap of `packets` Ethernet frames. Exits with a message where the file
/// cannot be written.
MixedCapture write_mixed_capture(const std::string& path, std::uint64_t packets,
                                 std::uint64_t seed = 1);

}  // namespace brewproof::benchmarks
