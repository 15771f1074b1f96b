// Pieces that findings.json and brewproof.diff/1 have in common.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

#include "rig/model/canonical_json.h"
#include "rig/model/finding.h"

namespace brewproof {

template <class T>
nlohmann::json or_null(const std::optional<T>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

inline nlohmann::json milliseconds(std::int64_t ns) { return static_cast<double>(ns) / 1e6; }

inline nlohmann::json window_json(const Window& window) {
  return nlohmann::json::array({milliseconds(window.begin_ns), milliseconds(window.end_ns)});
}

inline nlohmann::json destination_json(const Destination& destination) {
  nlohmann::json out = {{"name", text_or_null(destination.name)},
                        {"address", text_or_null(destination.address)},
                        {"port", destination.port}};
  if (destination.from_terminal) out["from"] = "terminal";
  return out;
}

inline nlohmann::json latency_json(const Latency& latency) {
  return {{"median", milliseconds(latency.median_ns)},
          {"p95", milliseconds(latency.p95_ns)},
          {"max", milliseconds(latency.max_ns)}};
}

}  // namespace brewproof
