// The `consumables` of a bench file: what runs out or fills up, and how it is put right again.
#pragma once

#include <vector>

#include "rig/bench/bench_file.h"
#include "rig/yaml/node.h"

namespace brewproof {

/// Faults go to the node's document; `by` and `conditioning` must be output controls of the bench
/// that are not for sham.
[[nodiscard]] std::vector<Consumable> read_consumables(
    const yaml::Node& node, const std::map<std::string, ControlConfig>& controls);

}  // namespace brewproof
