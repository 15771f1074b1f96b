// The pure half, wired: captures + trials -> decode -> attribute -> findings and report input. The
// same folder gives the same bytes, at the end of a run or years later.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/report.h"
#include "rig/command/analysis/second_opinion.h"
#include "rig/command/analysis/source.h"
#include "rig/command/exit_code.h"
#include "rig/model/record.h"
#include "rig/model/result.h"
#include "rig/proof/attribute.h"
#include "rig/proof/spike.h"

namespace brewproof {

struct Analysis {
  ReportInput report;      // holds the findings
  ProofInput proof_input;  // for `explain`
  std::vector<Record> journal;
  std::vector<std::string> notes;  // for people: what is damaged, what this station lacks
};

/// `spikes`: measure the sensitivity too (--spike); no finding changes by it.
[[nodiscard]] Result<Analysis> analyse(const AnalysisSource& source, const OpinionWish& wish,
                                       const SpikeQuestion& spikes = {});

/// A run folder, or one of `analyze --out`, again, as the findings in it were made: with or without
/// a second opinion, and with the key logs in it and those named beside; the sensitivity that they
/// tell is taken from them. nullptr: there are no findings. Error `usage`: they were made with
/// other key logs.
[[nodiscard]] Result<Analysis> analyse_again(const std::string& folder, const Findings* made,
                                             const std::vector<std::string>& key_logs);
/// findings.json of a run folder, or of one that `analyze --out` made. Error `bad_file` says how to
/// make it.
[[nodiscard]] Result<Findings> findings_in(const std::string& folder);
/// "" = the same key logs; else which were given then and which now, and what to do about it.
[[nodiscard]] std::string other_key_logs(const TlsSessions& then, const TlsSessions& now);

/// findings.json, results.sqlite and report.html into `folder`.
[[nodiscard]] Result<void> write_results(const std::string& folder, const Analysis& analysis);

/// True when doubt forbids a verdict: exit code 4.
[[nodiscard]] bool inconclusive(const Findings& findings);
/// 1 where a claim that was to be confirmed was not, 4 where this run cannot tell; of a regression
/// run 1 where there is a red line, 4 where one is doubtful.
[[nodiscard]] ExitCode exit_code_of_confirmations(const Findings& findings);

}  // namespace brewproof
