// A capture file read to its end, and two small files byte by byte.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "rig/capture/capture_file.h"
#include "tests/rig/capture/scratch.h"

namespace brewproof {

/// Everything that a reader delivers, and how it ended.
struct Reading {
  std::vector<Packet> packets;  // their data is gone; `bytes` has it
  std::vector<std::string> bytes;
  std::optional<Error> error;
  std::optional<std::uint64_t> dropped;
  std::string tls_keys;
};

inline Reading read_all(const std::string& path) {
  Reading reading;
  auto reader = CaptureFileReader::open(path, 7);
  if (!reader) {
    reading.error = reader.error();
    return reading;
  }
  while (true) {
    auto packet = reader->next();
    if (!packet) {
      reading.error = packet.error();
      break;
    }
    if (!*packet) break;
    reading.bytes.push_back(to_hex((*packet)->data));
    reading.packets.push_back(**packet);
  }
  reading.dropped = reader->dropped();
  reading.tls_keys = reader->tls_keys();
  return reading;
}

inline Reading read_bytes(const Scratch& scratch, ByteView bytes) {
  return read_all(scratch.file("x.pcap", bytes));
}

// Two packets, 4 and 2 captured bytes, at 1760000000.000123 s and 1760000001.5 s; the second was 60
// bytes long on the wire.
inline constexpr const char* kLittleMicroseconds =
    "d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000"
    "0078e768 7b000000 04000000 04000000 deadbeef"
    "0178e768 20a10700 02000000 3c000000 cafe";
inline constexpr const char* kBigNanoseconds =
    "a1b23c4d 0002 0004 00000000 00000000 00040000 00000001"
    "68e77800 0000007b 00000004 00000004 deadbeef"
    "68e77801 1dcd6500 00000002 0000003c cafe";

}  // namespace brewproof
