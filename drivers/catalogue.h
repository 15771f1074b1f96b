// The drivers that this program was built with: one line rig_driver(<name>) in CMakeLists.txt each,
// and each table of drivers/tables.
#pragma once

#include "rig/bench/driver.h"

namespace brewproof {

/// In the order of the CMake lines, tables last. The entries are constants and live for ever.
[[nodiscard]] DriverTable driver_table();

}  // namespace brewproof
