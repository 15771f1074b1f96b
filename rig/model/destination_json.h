// A destination in what the journal keeps of claims and in what findings.json holds of spikes,
// soaks and regressions: its texts as they are, "" where one is not known.
#pragma once

#include <nlohmann/json.hpp>

#include "rig/model/finding.h"

namespace brewproof {

[[nodiscard]] inline nlohmann::json destination_texts(const Destination& destination) {
  nlohmann::json out = {
      {"name", destination.name}, {"address", destination.address}, {"port", destination.port}};
  if (destination.from_terminal) out["from"] = "terminal";
  return out;
}

/// Throws nlohmann::json::exception where it is not in that form.
[[nodiscard]] inline Destination read_destination_texts(const nlohmann::json& from) {
  return {from.at("name").get<std::string>(), from.at("address").get<std::string>(),
          from.at("port").get<std::uint16_t>(), from.value("from", "") == "terminal"};
}

}  // namespace brewproof
