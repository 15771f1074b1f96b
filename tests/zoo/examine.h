// One machine with one seed, examined: its score, the habit's, and how many cups it took.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/zoo/score.h"
#include "tests/zoo/zoo_run.h"

namespace brewproof {

/// What the rule for an early end would have said of an event, asked after each block as a run
/// asks.
struct Decided {
  std::string event;
  bool sends = false;       // the whole run shows, and the truth has it, that it sends something
  int acts = 0;             // in the whole run
  std::optional<int> cups;  // acts until it was decided; absent: it was not
};

struct Examined {
  std::string machine;
  std::uint64_t seed = 0;
  std::string fault;  // "" = it went well
  Score score;
  Counts habit;
  std::vector<Decided> decided;  // by event with a sham, if it was asked for
  double made_s = 0, analysed_s = 0;
};

/// `count_cups`: also asks the rule for an early end, after one block, two blocks ...
[[nodiscard]] Examined examine(const std::string& machine, const ZooOptions& options,
                               bool count_cups);

/// A run that a simulated machine was really driven in: RUN/findings.json held against
/// RUN.truth.jsonl, which stands beside the folder.
[[nodiscard]] Result<Score> judge(const std::filesystem::path& run);

/// The lots of a run of a silent machine drawn again `times` times, as they are dealt: how often
/// anything was claimed.
struct Aa {
  std::string machine, fault;
  int runs = 0, with_claims = 0;
  std::vector<std::string> claims;  // in words
};
[[nodiscard]] Aa redraw_lots(const std::string& machine, const ZooOptions& options, int times);

}  // namespace brewproof
