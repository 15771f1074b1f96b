// What `devices --known` prints: the driver catalogue.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "results/report.h"
#include "rig/bench/driver.h"

namespace brewproof {

/// By capability, then in the table's order. Ends in LF; wrapped at the style's width.
[[nodiscard]] std::string known_text(DriverTable drivers, const TextStyle& style = {});

/// {"drivers": [{"name", "summary", "transport", "capability", "read_back", "source", ...}]}.
[[nodiscard]] nlohmann::json known_json(DriverTable drivers);

/// What a read-back of this kind proves, for people.
[[nodiscard]] std::string read_back_text(ReadBack read_back);

}  // namespace brewproof
