#include "rig/model/early_end.h"

#include <nlohmann/json.hpp>

namespace brewproof {

nlohmann::json early_end_json(const EarlyEnd& end) {
  return {{"reason", end.reason},
          {"after_blocks", end.after_blocks},
          {"of_blocks", end.of_blocks},
          {"cups_saved", end.cups_saved}};
}

std::optional<EarlyEnd> read_early_end(const nlohmann::json& json) {
  try {
    return EarlyEnd{json.at("reason").get<std::string>(), json.at("after_blocks").get<int>(),
                    json.at("of_blocks").get<int>(), json.at("cups_saved").get<std::int64_t>()};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;  // somebody's file, not a bug
  }
}

}  // namespace brewproof
