// One reading of a meter by which a run's acts are confirmed, whoever asked for it.
#pragma once

#include <string>

#include "rig/model/clock.h"

namespace brewproof {

struct Sample {
  std::string meter;     // the control, as the bench file names it
  std::string quantity;  // power, mass ...
  std::string unit;      // of `value`, SI
  double value = 0;
  Instant at;           // after the last byte of the answer
  bool moving = false;  // the device says that the value is still on its way
  friend bool operator==(const Sample&, const Sample&) = default;
};

}  // namespace brewproof
