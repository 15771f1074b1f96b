// NAME.bench.log: all that was ever done on one bench, also what was aborted. It is a journal
// (journal.h): append-only, chained by SHA-256. `begin` is on disk before anything moves, `end`
// follows, `verdict` once a run was analysed. A begin without an end was cut off; whoever opens the
// log next closes it as `partial`. Who repeats a run until it pleases leaves a trace here.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rig/evidence/journal.h"
#include "rig/model/result.h"
#include "rig/model/run_history.h"

namespace brewproof {

/// One begin and what became of it.
struct BenchWork {
  std::string kind;  // run, act, commission
  std::string id;
  std::string machine;    // the machine under test: maker, model, serial number
  std::string procedure;  // its name; "" = this is no run
  std::int64_t begun_ns = 0;
  std::string outcome;                              // "" = open
  std::string verdict;                              // "" = none
  nlohmann::json begin = nlohmann::json::object();  // all that the begin line holds: hashes, seed,
                                                    // nonce, operator, folder
  nlohmann::json end = nlohmann::json::object();    // all that the end line holds
};

struct BenchLogCheck {
  std::vector<BenchWork> work;  // of the valid prefix, in order; a resumed run stands once
  std::size_t lines = 0;
  std::string head;
  std::string fault;  // "" = the chain holds
};

/// A file that is not there is an empty log.
[[nodiscard]] Result<BenchLogCheck> read_bench_log(const std::string& path);

/// Beside the bench file: kiosk.bench.yaml -> kiosk.bench.log. Links are followed, so that one
/// bench file has one log.
[[nodiscard]] std::string bench_log_path(const std::string& bench_file);

/// How many runs of this procedure on this machine the log holds.
[[nodiscard]] int runs_of(const std::vector<BenchWork>& work, const std::string& procedure,
                          const std::string& machine);
/// The run `id` among those with its procedure and machine.
[[nodiscard]] RunHistory history_of(const std::vector<BenchWork>& work, const std::string& id);

/// The log, open for one piece of work. Another process that wants the same log is refused while
/// this one lives.
class BenchLog {
 public:
  /// Creates the file where there is none. `clock` outlives the log. Moved only before begin().
  [[nodiscard]] static Result<BenchLog> open(const std::string& path, Clock& clock);
  BenchLog(BenchLog&&) noexcept = default;
  BenchLog& operator=(BenchLog&&) = delete;
  ~BenchLog();  // work that was begun and not ended ends here as rig_fault

  /// What the log holds, this work included once it was begun.
  [[nodiscard]] const std::vector<BenchWork>& work() const { return work_; }

  /// `more` goes into the line; with `"resumed": true` the work of that id goes on.
  [[nodiscard]] Result<void> begin(const std::string& kind, const std::string& id,
                                   nlohmann::json more);
  [[nodiscard]] Result<void> end(const std::string& outcome, nlohmann::json more);
  /// A line within the work: `intent` before an output moves, `outcome` after it.
  [[nodiscard]] Result<void> note(const std::string& type, nlohmann::json more);
  /// After `end`: what the analysis said; "" = nothing speaks against the findings.
  [[nodiscard]] Result<void> verdict(const std::string& verdict, nlohmann::json more);

 private:
  explicit BenchLog(Journal journal) : journal_(std::move(journal)) {}
  [[nodiscard]] Result<void> append(const std::string& type, nlohmann::json body);

  Journal journal_;
  std::vector<BenchWork> work_;
  std::string open_;  // id of the work that is going on
  std::string last_;  // id of the work that ended last
};

}  // namespace brewproof
