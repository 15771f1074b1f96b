// brewproof verify: does the journal's chain hold, do the files have the hashes it names, and are
// the results what the packets give? For a bench's log: does its chain hold, and what does it list?

#include <fmt/core.h>

#include <filesystem>
#include <memory>

#include "results/findings_json.h"
#include "results/report.h"
#include "rig/command/analysis/analysis.h"
#include "rig/command/command.h"
#include "rig/command/program.h"
#include "rig/command/verb.h"
#include "rig/evidence/bench_log.h"
#include "rig/evidence/run_folder.h"

namespace brewproof {
namespace {

const char* word_of(const Verification::Line& line) {
  return line.holds ? "holds" : line.checked ? "FAILS" : "unchecked";
}

// The results are made again from the packets and compared, so that one changed word of the report
// is noticed. Only the program that made them can: another one may word things otherwise.
// So can only one that has the same secrets, and a stranger may have been given none.
std::vector<Verification::Line> make_results_again(const RunFolder& folder,
                                                   const std::vector<std::string>& key_logs) {
  constexpr const char* what = "results made again";
  const std::string path = folder.file("findings.json");
  auto text = read_file_whole(path);
  if (!text) return {};  // told as absent
  auto findings = read_findings_json(*text, path);
  if (!findings) return {{what, false, findings.error().message}};
  const AnalysisSettings& made = findings->analysis;
  if (made.program != program_version() || made.source_sha256 != source_sha256())
    return {
        {what, false,
         fmt::format("{} (source {:.12}…) made them, and this is {} (source {:.12}…): brewproof "
                     "analyze --out makes this program's beside them",
                     made.program, made.source_sha256, program_version(), source_sha256()),
         false}};
  auto source = source_of_run(folder);
  if (!source) return {{what, false, source.error().message}};
  add_key_logs(*source, key_logs);
  const OpinionWish wish = opinion_wish_of(made);
  // As many copies as they tell of; a number that nobody would have asked for is not believed.
  const int copies = findings->spikes.empty() ? 0 : findings->spikes.front().planted;
  if (copies > most_spike_repetitions)
    return {
        {what, false,
         fmt::format("they tell of {} synthetic emissions a form, and {} is the most that there "
                     "is: brewproof analyze makes them anew",
                     copies, most_spike_repetitions)}};
  auto analysis = analyse(*source, wish, {copies});
  if (!analysis) return {{what, false, analysis.error().message}};
  if (std::string other = other_key_logs(made.tls, analysis->report.findings.analysis.tls);
      !other.empty())
    return {{what, false, std::move(other), false}};
  if (const auto& tool = analysis->report.findings.analysis.cross_check;
      tool.value_or("") != wish.tool)
    return {{what, false,
             fmt::format("{} gave its second opinion on them, and here is {}: brewproof analyze "
                         "--out makes them with this one beside them",
                         wish.tool, tool.value_or("none")),
             false}};

  std::vector<Verification::Line> lines;
  const auto compare = [&](const std::string& name, const std::string& again) {
    auto bytes = read_file_whole(folder.file(name));
    if (!bytes) return;
    const bool same = *bytes == again;
    lines.push_back({name + " made again", same,
                     same ? "the same bytes, from the packets"
                          : "differs from what the packets give: brewproof analyze makes it anew"});
  };
  compare("findings.json", findings_json(analysis->report.findings));
  compare("report.html", html_report(analysis->report));
  return lines;
}

Result<void> verify(const std::string& path, const std::vector<std::string>& key_logs,
                    Invocation& invocation) {
  auto folder = RunFolder::open(path);
  if (!folder) return pass_on(std::move(folder));
  auto verification = verify_run(*folder);
  if (!verification) return pass_on(std::move(verification));
  // What was changed before the analysis cannot be judged by it.
  if (verification->holds())
    for (Verification::Line& line : make_results_again(*folder, key_logs))
      verification->lines.push_back(std::move(line));
  std::string text;
  nlohmann::json lines = nlohmann::json::array();
  for (const Verification::Line& line : verification->lines) {
    text += fmt::format("{:<9}  {}{}\n", word_of(line), line.what,
                        line.detail.empty() ? "" : ": " + line.detail);
    lines.push_back({{"what", line.what}, {"state", word_of(line)}, {"detail", line.detail}});
  }
  if (!verification->closed)
    text += "The run was cut off: it is partial. What is listed above is what there is of it.\n";
  text += verification->holds() ? "Everything that is here is as it was written.\n"
                                : "Something was changed or damaged after it was written.\n";
  invocation.say(text);
  invocation.answer(
      {{"holds", verification->holds()}, {"closed", verification->closed}, {"lines", lines}});
  if (!verification->holds()) invocation.exit = ExitCode::expectation_failed;
  return {};
}

Result<void> verify_bench_log(const std::string& path, Invocation& invocation) {
  auto log = read_bench_log(path);
  if (!log) return pass_on(std::move(log));
  std::string text;
  nlohmann::json listed = nlohmann::json::array();
  for (const BenchWork& work : log->work) {
    const std::string became = work.outcome.empty() ? "open" : work.outcome;
    text += fmt::format("{:<10} {}{}: {}{}\n", work.kind, work.id,
                        work.procedure.empty() ? "" : ", " + work.procedure, became,
                        work.verdict.empty() ? "" : ", " + work.verdict);
    listed.push_back({{"kind", work.kind},
                      {"id", work.id},
                      {"machine", work.machine},
                      {"procedure", work.procedure},
                      {"begun_ns", work.begun_ns},
                      {"outcome", work.outcome},
                      {"verdict", work.verdict}});
  }
  const bool holds = log->fault.empty();
  text += holds ? fmt::format("The chain of {} lines holds, head {}\n", log->lines, log->head)
                : fmt::format("FAILS: {}; before it stand {} lines, head {}\n", log->fault,
                              log->lines, log->head);
  invocation.say(text);
  invocation.answer(
      {{"holds", holds}, {"fault", log->fault}, {"head", log->head}, {"work", listed}});
  if (!holds) invocation.exit = ExitCode::expectation_failed;
  return {};
}

}  // namespace

void add_verify(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "verify", "check a run's journal chain and file hashes, or a bench's log");
  struct Arguments {
    std::string run;
    std::vector<std::string> key_logs;
  };
  auto arguments = std::make_shared<Arguments>();
  verb.text("run", arguments->run, "run folder, or NAME.bench.log", Verb::Need::required);
  verb.repeated("--keylog", arguments->key_logs,
                "secrets of TLS sessions that the analysis was given");
  verb.action([arguments, &invocation] {
    const std::string& run = arguments->run;
    const bool log = std::filesystem::is_regular_file(run);
    if (auto done =
            log ? verify_bench_log(run, invocation) : verify(run, arguments->key_logs, invocation);
        !done)
      invocation.refuse(done.error());
  });
}

}  // namespace brewproof
