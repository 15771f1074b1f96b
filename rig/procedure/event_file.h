// One event of a procedure file: its parameters, its steps, how it is confirmed and shammed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/procedure/procedure_file.h"
#include "rig/yaml/node.h"

namespace brewproof {

[[nodiscard]] EventSpec read_event(const std::string& name, const yaml::Node& node);

using ParameterSpecs = std::map<std::string, ParameterSpec>;
/// `params`: one_of, from/to/step, or token.
[[nodiscard]] ParameterSpecs read_parameters(const yaml::Node& node);

/// `do`: press, pay, decline, cancel, wait, block, unblock. Every ${name} must be one of
/// `parameters`, of a kind that fits there, and every parameter must be used.
[[nodiscard]] std::vector<Step> read_steps(const yaml::Node& node,
                                           const ParameterSpecs& parameters);

/// The names between ${ and }; nullopt where one is not closed or is no name.
[[nodiscard]] std::optional<std::vector<std::string>> placeholders(std::string_view text);

}  // namespace brewproof
