// What is analysed: a run folder, whole or cut off, or captures and an action log made elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/evidence/run_folder.h"
#include "rig/model/finding.h"
#include "rig/model/log_clock.h"
#include "rig/model/plan.h"
#include "rig/model/record.h"
#include "rig/model/result.h"
#include "rig/model/sample.h"
#include "rig/model/trial.h"
#include "rig/reading/proto_wish.h"

namespace brewproof {

/// What is analysed, wherever it came from.
struct AnalysisSource {
  struct Capture {
    std::string path;    // to open
    std::string name;    // as findings.json names it
    std::string sha256;  // journalled; "" = the journal names none
  };
  struct KeyLog {
    std::string path;    // to read
    std::string name;    // as findings.json names it
    bool named = false;  // by a person: what is wrong with it is an error
  };
  std::vector<Capture> captures;
  std::vector<KeyLog> key_logs;
  Plan plan;  // of a foreign log: its design only
  std::vector<Trial> trials;
  std::vector<Sample> samples;                  // of the meters that confirmed acts
  std::vector<std::string> dut;                 // MACs or addresses; empty = every host
  std::vector<std::string> terminal = {};       // of these the payment terminal's
  std::vector<std::string> boot_messages = {};  // what the machine sends when it starts
  std::vector<std::string> identities;
  std::vector<ProtoWish> protos;
  std::vector<Record> journal;  // empty for captures made elsewhere
  FindingsRun run;
  std::optional<ConfirmationWish> confirming;
  std::optional<Findings> base = {};  // of the earlier run that a regression run is held against
  /// Captures and a log that no run of ours made: they may have two clocks.
  bool foreign = false;
  std::optional<std::int64_t> log_offset_ns = {};  // log - captures, as a person stated it
  std::vector<LogRemark> log_remarks = {};
};

/// In the folder of a regression run: the findings that it is held against.
inline constexpr const char* base_findings_file = "base.findings.json";

/// From a run folder, whole or cut off. A folder whose journal has no `end` is PARTIAL: its open
/// trials are INCONCLUSIVE and it is analysed as far as it goes.
[[nodiscard]] Result<AnalysisSource> source_of_run(const RunFolder& folder);

/// Those of --keylog, beside what the run folder holds.
void add_key_logs(AnalysisSource& source, const std::vector<std::string>& paths);

struct ForeignCaptures {
  std::vector<std::string> captures;
  std::string trials;
  std::vector<std::string> dut;  // MACs or addresses, or "all"
  std::vector<Window> windows;
  double alpha = 0.01;
  std::optional<std::int64_t> log_offset_ns = {};  // how far the log's clock is ahead; absent: not
                                                   // stated
};
/// Error `bad_file`, at file:line:col: the log cannot be right (foreign_log.h).
[[nodiscard]] Result<AnalysisSource> source_of_captures(const ForeignCaptures& foreign);

}  // namespace brewproof
