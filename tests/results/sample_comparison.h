// Two runs of a kiosk, as the comparison would hand them over: the firmware and a board's port
// differ, one message vanished, of one a field moved. Every text that could come from a machine, a
// bench file or a command line is `text` where one is given.
#pragma once

#include <string>

#include "rig/model/comparison.h"

namespace brewproof {

[[nodiscard]] RunComparison sample_comparison(const std::string& text = "");

}  // namespace brewproof
