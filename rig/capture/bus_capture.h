// What was said on the machine's payment bus as a capture file of its own, beside the network's and
// on the same clock: link type 300 (LINKTYPE_MDB), which Wireshark reads from 4.2 on.
//
//   00 FF <block>            of the machine, with its check byte
//   00 FE <address> <block>  of a device
//   00 FD                    the machine held the line: all devices are reset
//
// A packet's time is the latest possible one; its comment says how much earlier the block may have
// been said.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/capture/capture_process.h"
#include "rig/capture/pcapng_writer.h"
#include "rig/model/bus_block.h"
#include "rig/model/result.h"

namespace brewproof {

inline constexpr std::uint16_t link_type_mdb = 300;

[[nodiscard]] Bytes bus_packet(const BusBlock& block);

/// The file appears with the first block.
class BusCapture {
 public:
  /// `path` is where the file will be; `bus` names the adapter.
  BusCapture(std::string path, std::string bus) : path_(std::move(path)), bus_(std::move(bus)) {}

  /// On return the packet would survive the end of this process. Error `io`.
  [[nodiscard]] Result<void> write(const std::vector<BusBlock>& blocks);
  /// Statistics, sync, close; the file's name is that of `path`. nullopt: nothing was said.
  [[nodiscard]] Result<std::optional<ClosedSegment>> close();

 private:
  std::string path_, bus_;
  std::optional<PcapngWriter> writer_;
  std::int64_t last_real_ns_ = 0;
};

}  // namespace brewproof
