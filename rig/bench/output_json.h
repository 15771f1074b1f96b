// What a board reports of an output, as the journal, guardian.log and --json hold it.
#pragma once

#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "rig/bench/bench.h"

namespace brewproof {

/// null: the board has no read-back.
[[nodiscard]] inline nlohmann::json reported_json(const std::optional<bool>& reported) {
  return reported ? nlohmann::json(*reported) : nlohmann::json(nullptr);
}

/// {"output": "panel/1", "reported": false}
[[nodiscard]] inline nlohmann::json output_json(const OutputState& state) {
  return {{"output", fmt::format("{}/{}", state.resource, state.channel)},
          {"reported", reported_json(state.reported)}};
}

}  // namespace brewproof
