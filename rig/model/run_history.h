// Which run this is of those with the same procedure on the same machine, and what became of the
// others: the bench's log as it stood when the run ended. A claim is worth less where it is the one
// of many tries that pleased.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace brewproof {

struct RunHistory {
  struct Other {
    int number = 0;
    std::string id;
    std::int64_t begun_ns = 0;
    std::string outcome;  // completed, aborted, partial, rig_fault; "" = it had not ended
    std::string verdict;  // "" = none
    friend bool operator==(const Other&, const Other&) = default;
  };
  int number = 1, of = 1;
  std::map<std::string, int> became;  // the others by outcome; "inconclusive" is one here
  std::vector<Other> others;          // the newest 50, oldest first
  friend bool operator==(const RunHistory&, const RunHistory&) = default;
};

/// As journal (`history` line) and findings.json (`run.history`) hold it.
[[nodiscard]] nlohmann::json history_json(const RunHistory& history);
/// nullopt where it is not in that form.
[[nodiscard]] std::optional<RunHistory> read_history(const nlohmann::json& json);

}  // namespace brewproof
