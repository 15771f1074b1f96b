// A block on a machine's payment bus (MDB/ICP), as an adapter heard it.
#pragma once

#include <chrono>
#include <cstdint>

#include "rig/model/bytes.h"
#include "rig/model/clock.h"

namespace brewproof {

struct BusBlock {
  enum class Kind : std::uint8_t { from_machine, from_device, bus_reset };
  Kind kind{};
  std::uint8_t address = 0;  // of the device that speaks
  Bytes bytes;               // with its check byte; of a bus reset none
  Instant at;                // the adapter's time stamp of the block lies not later than this,
  std::chrono::nanoseconds uncertainty{0};  // and at most so much earlier
  friend bool operator==(const BusBlock&, const BusBlock&) = default;
};

}  // namespace brewproof
