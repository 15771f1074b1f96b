// Which trials did the captures watch? A trial that no capture covers is no trial in which nothing
// was sent: it is left out as `capture-gap`, and its block with it. Decided by the times of packets
// and trials alone, whatever the packets hold.
#pragma once

#include <cstdint>
#include <vector>

#include "rig/evidence/damage.h"
#include "rig/model/trial.h"

namespace brewproof {

/// The times of one capture file's first and last packet.
struct Watch {
  std::int64_t first_ns = 0, last_ns = 0;
  bool cut = false;  // the file is damaged: it may have gone on
};

/// What to leave out: trials that lie wholly where no file has a packet and, behind the end of a
/// cut file, also those that only reach into that gap.
[[nodiscard]] std::vector<Damage> unwatched(std::vector<Watch> files,
                                            const std::vector<Trial>& trials);

}  // namespace brewproof
