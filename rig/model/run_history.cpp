#include "rig/model/run_history.h"

#include "rig/model/canonical_json.h"

namespace brewproof {
namespace {

std::string text_of(const nlohmann::json& json) {
  return json.is_null() ? "" : json.get<std::string>();
}

}  // namespace

nlohmann::json history_json(const RunHistory& history) {
  nlohmann::json others = nlohmann::json::array();
  for (const RunHistory::Other& other : history.others)
    others.push_back({{"number", other.number},
                      {"id", other.id},
                      {"begun_ns", other.begun_ns},
                      {"outcome", text_or_null(other.outcome)},
                      {"verdict", text_or_null(other.verdict)}});
  return {{"number", history.number},
          {"of", history.of},
          {"became", history.became},
          {"others", std::move(others)}};
}

std::optional<RunHistory> read_history(const nlohmann::json& json) {
  try {
    RunHistory history;
    history.number = json.at("number").get<int>();
    history.of = json.at("of").get<int>();
    history.became = json.at("became").get<std::map<std::string, int>>();
    for (const nlohmann::json& other : json.at("others"))
      history.others.push_back({other.at("number").get<int>(), other.at("id").get<std::string>(),
                                other.at("begun_ns").get<std::int64_t>(),
                                text_of(other.at("outcome")), text_of(other.at("verdict"))});
    return history;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;  // somebody's file, not a bug
  }
}

}  // namespace brewproof
