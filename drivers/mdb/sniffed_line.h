// A line of a sniffing Qibixx adapter (docs.qibixx.com, api-sniff), as a block of the bus:
//
//   x,00,<time>,<command>,<data>   of the machine; the data and the comma before it may be missing
//   x,80,<time>,<data>             of a device
//
// <time> has ten digits and counts 0.1 ms; blocks are hex without their check byte, or ACK, NAK,
// RET. The low bits of the status say that something was wrong with the block. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "drivers/mdb/block.h"

namespace brewproof::mdb {

struct SniffedLine {
  From from{};
  std::int64_t ticks = 0;  // of 0.1 ms; starts again behind 9,999,999,999
  Bytes bytes;             // as on the bus: the check byte is put back
  friend bool operator==(const SniffedLine&, const SniffedLine&) = default;
};

/// `line` is without its end. A fault counts characters.
[[nodiscard]] Read<SniffedLine> read_sniffed_line(std::string_view line);

}  // namespace brewproof::mdb
