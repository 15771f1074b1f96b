// The `books` of a bench file: whether a run reads the machine's own accounts, and how often.
#pragma once

#include <optional>

#include "rig/bench/bench_file.h"
#include "rig/yaml/node.h"

namespace brewproof {

/// Faults go to the node's document; `from` must be a resource whose driver reads audits.
[[nodiscard]] std::optional<BooksConfig> read_books_config(
    const yaml::Node& node, const std::map<std::string, ResourceConfig>& resources,
    DriverTable drivers);

/// The resources whose driver reads the machine's books.
[[nodiscard]] std::vector<std::string> audit_resources(
    const std::map<std::string, ResourceConfig>& resources, DriverTable drivers);

}  // namespace brewproof
