// The files of drivers/tables that this program was built with, and the drivers that they are; and
// those of drivers/jura/models.
#pragma once

#include <span>
#include <string_view>

#include "rig/bench/driver.h"

namespace brewproof {

struct ShippedTable {
  std::string_view name;  // of the driver, or of the model
  std::string_view text;  // YAML
};
[[nodiscard]] std::span<const ShippedTable> shipped_tables();
[[nodiscard]] std::span<const ShippedTable> shipped_jura_models();

/// One entry for each, read at the first call. Throws where a shipped table is wrong: a bug.
[[nodiscard]] DriverTable table_drivers();

}  // namespace brewproof
