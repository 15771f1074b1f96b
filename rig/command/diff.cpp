// brewproof diff: what changed between two runs, or three (old, new, old again). Each folder is
// analysed again; of one without packets its findings are read.

#include <filesystem>
#include <memory>

#include "results/diff.h"
#include "results/inert_text.h"
#include "rig/command/analysis/analysis.h"
#include "rig/command/analysis/surroundings.h"
#include "rig/command/command.h"
#include "rig/command/verb.h"
#include "rig/proof/compare.h"
#include "rig/proof/firmware_rule.h"
#include "rig/proof/workings.h"

namespace brewproof {
namespace {

// One run as it was read; the views of the comparison point into it.
struct ReadRun {
  std::string path;
  Analysis analysis;  // with the findings alone where `workings` is absent
  std::optional<Workings> workings;
  Surroundings surroundings;

  [[nodiscard]] const Findings& findings() const { return analysis.report.findings; }
  [[nodiscard]] RunView view() const {
    if (!workings) return {&findings(), nullptr, nullptr};
    return {&findings(), &analysis.proof_input, &*workings};
  }
};

bool there(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

// The results of captures made elsewhere: the packets stayed where they were.
Result<void> read_findings(ReadRun& run) {
  auto findings = findings_in(run.path);
  if (!findings) return pass_on(std::move(findings));
  run.analysis.report.findings = std::move(*findings);
  run.surroundings = surroundings_of(run.findings());
  return {};
}

std::string last_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Each run has secrets of its own: of all that are named it is given those that its findings name.
std::vector<std::string> key_logs_of(const Result<Findings>& made,
                                     const std::vector<std::string>& key_logs) {
  if (!made) return key_logs;
  std::vector<std::string> own;
  for (const std::string& log : key_logs)
    for (const KeyLogRead& read : made->analysis.tls.key_logs)
      if (last_name(read.file) == last_name(log)) {
        own.push_back(log);
        break;
      }
  return own;
}

Result<void> read_packets(ReadRun& run, const std::vector<std::string>& key_logs) {
  auto folder = RunFolder::open(run.path);
  if (!folder) return pass_on(std::move(folder));
  const auto made = findings_in(run.path);
  auto analysis = analyse_again(run.path, made ? &*made : nullptr, key_logs_of(made, key_logs));
  if (!analysis) return pass_on(std::move(analysis));
  run.analysis = std::move(*analysis);
  run.workings = work_out(run.analysis.proof_input);
  auto surroundings = surroundings_of(*folder, run.analysis);
  if (!surroundings) return pass_on(std::move(surroundings));
  run.surroundings = std::move(*surroundings);
  return {};
}

ComparedRun told_of(const ReadRun& read) {
  const FindingsRun& run = read.findings().run;
  const auto machine = read.surroundings.groups.find("machine");
  ComparedRun told;
  told.path = read.path;
  told.id = run.id;
  told.outcome = run.outcome;
  told.verdict = run.verdict;
  told.reasons = run.reasons;
  told.started_ns = run.started_ns;
  told.from_packets = read.workings.has_value();
  if (machine != read.surroundings.groups.end())
    if (const auto firmware = machine->second.find("firmware"); firmware != machine->second.end())
      told.firmware = firmware->second;
  return told;
}

bool in_order(const std::vector<ComparedRun>& runs) {
  for (std::size_t r = 1; r < runs.size(); ++r)
    if (!runs[r - 1].started_ns || !runs[r].started_ns ||
        *runs[r - 1].started_ns >= *runs[r].started_ns)
      return false;
  return true;
}

Result<void> diff(const std::vector<std::string>& paths, const std::vector<std::string>& key_logs,
                  Invocation& invocation) {
  if (paths.size() < 2 || paths.size() > 3)
    return fail(ErrorCode::usage,
                "diff takes two runs, old and new, or three, old, new and old again; {} {} named",
                paths.size(), paths.size() == 1 ? "is" : "are");
  std::vector<ReadRun> runs(paths.size());
  for (std::size_t r = 0; r < paths.size(); ++r) {
    runs[r].path = paths[r];
    const bool run_folder = there(paths[r] + "/journal.jsonl") || there(paths[r] + "/plan.json");
    const bool alone = !run_folder && there(paths[r] + "/findings.json");
    auto read = alone ? read_findings(runs[r]) : read_packets(runs[r], key_logs);
    if (!read) return read;
    for (const std::string& note : runs[r].analysis.notes)
      invocation.say("Note: " + inert(paths[r] + ": " + note, 400) + ".");
  }

  RunComparison comparison;
  std::vector<RunView> views;
  std::vector<Surroundings> surroundings;
  for (const ReadRun& run : runs) {
    comparison.runs.push_back(told_of(run));
    views.push_back(run.view());
    surroundings.push_back(run.surroundings);
  }
  comparison.context = differences(surroundings);
  weigh(comparison.context, in_order(comparison.runs));
  comparison.compared = compare(views);
  conclude(comparison);
  invocation.say(diff_text(comparison, {invocation.color(), invocation.width()}));
  invocation.answer(nlohmann::json::parse(diff_json(comparison)));
  if (comparison.outcome == Outcome::differs) invocation.exit = ExitCode::expectation_failed;
  if (comparison.outcome == Outcome::inconclusive) invocation.exit = ExitCode::inconclusive;
  return {};
}

}  // namespace

void add_diff(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "diff", "what changed between two runs, or three: old, new, old again");
  struct Arguments {
    std::vector<std::string> runs, key_logs;
  };
  auto arguments = std::make_shared<Arguments>();
  verb.texts("run", arguments->runs, "run folders, or folders of analyze --out: OLD NEW [OLD2]",
             Verb::Need::required);
  verb.repeated("--keylog", arguments->key_logs,
                "secrets of TLS sessions: each run gets those that its findings name");
  verb.action([arguments, &invocation] {
    if (auto done = diff(arguments->runs, arguments->key_logs, invocation); !done)
      invocation.refuse(done.error());
  });
}

}  // namespace brewproof
