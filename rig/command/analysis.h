// The pure half, wired: captures + trials -> decode -> attribute -> findings and report input. The
// same folder gives the same bytes, at the end of a run or years later.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "results/report.h"
#include "rig/evidence/run_folder.h"
#include "rig/model/finding.h"
#include "rig/model/plan.h"
#include "rig/model/record.h"
#include "rig/model/result.h"
#include "rig/model/trial.h"
#include "rig/proof/attribute.h"

namespace brewproof {

/// What is analysed, wherever it came from.
struct AnalysisSource {
  struct Capture {
    std::string path;    // to open
    std::string name;    // as findings.json names it
    std::string sha256;  // journalled; "" = the journal names none
  };
  std::vector<Capture> captures;
  Plan plan;  // of a foreign log: its design only
  std::vector<Trial> trials;
  std::vector<std::string> dut;  // MACs or addresses; empty = every host
  std::vector<std::string> identities;
  std::vector<Record> journal;  // empty for captures made elsewhere
  FindingsRun run;
};

/// From a run folder, whole or cut off. A folder whose journal has no `end` is PARTIAL: its open
/// trials are INCONCLUSIVE and it is analysed as far as it goes.
[[nodiscard]] Result<AnalysisSource> source_of_run(const RunFolder& folder);

struct ForeignCaptures {
  std::vector<std::string> captures;
  std::string trials;
  std::vector<std::string> dut;  // MACs or addresses, or "all"
  std::vector<Window> windows;
  double alpha = 0.01;
};
[[nodiscard]] Result<AnalysisSource> source_of_captures(const ForeignCaptures& foreign);

struct Analysis {
  ReportInput report;      // holds the findings
  ProofInput proof_input;  // for `explain`
  std::vector<Record> journal;
};

[[nodiscard]] Result<Analysis> analyse(const AnalysisSource& source);

/// findings.json, results.sqlite and report.html into `folder`.
[[nodiscard]] Result<void> write_results(const std::string& folder, const Analysis& analysis);

/// True when doubt forbids a verdict: exit code 4.
[[nodiscard]] bool inconclusive(const Findings& findings);

}  // namespace brewproof
