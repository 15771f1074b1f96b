#include "rig/command/resume.h"

#include <filesystem>
#include <set>

#include "rig/capture/capture_file.h"
#include "rig/command/bench_work.h"
#include "rig/command/program.h"
#include "rig/evidence/trials_log.h"
#include "rig/model/sha256.h"
#include "rig/procedure/make_plan.h"

namespace brewproof {
namespace {

Result<void> same_file(const std::string& path, const std::string& text, const RunFolder& folder,
                       const char* name) {
  auto held = read_file_whole(folder.file(name));
  if (!held) return pass_on(std::move(held));
  if (*held == text) return {};
  return fail(ErrorCode::usage,
              "{} is not the file that this run began with ({}, SHA-256 {}): an interrupted run "
              "goes on with the same files only; give that one, or start a new run",
              path, folder.file(name), sha256(*held));
}

Result<Plan> plan_of(const RunFolder& folder, const nlohmann::json& journalled) {
  auto text = read_file_whole(folder.file("plan.json"));
  if (!text) return pass_on(std::move(text));
  if (journalled.value("plan_sha256", "") != sha256(*text))
    return fail(ErrorCode::bad_file,
                "{}: is not the plan that was journalled before the first act: brewproof verify {} "
                "says more",
                folder.file("plan.json"), folder.path());
  return read_plan_json(*text, folder.file("plan.json"));
}

Result<std::vector<Trial>> logged_trials(const RunFolder& folder) {
  const std::string path = folder.file("trials.jsonl");
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return std::vector<Trial>();
  auto prefix = read_trials_prefix(path);
  if (!prefix) return pass_on(std::move(prefix));
  return std::move(prefix->trials);
}

// The packets of a capture that ends in its statistics: its own process has closed it. That one may
// be a moment behind the controller that was killed: so long it is waited for.
std::uint64_t packets_of(const std::string& path, std::int64_t wait_ns, Clock& clock) {
  const std::int64_t deadline = clock.now().raw_ns + wait_ns;
  while (true) {
    auto reader = CaptureFileReader::open(path);
    std::uint64_t packets = 0;
    if (reader)
      for (auto packet = reader->next(); packet && *packet; packet = reader->next()) ++packets;
    const std::int64_t now = clock.now().raw_ns;
    if ((reader && reader->dropped()) || now >= deadline) return packets;
    clock.sleep_until(now + 100'000'000);
  }
}

// A capture that was open when the controller was killed was closed by its own process, but nobody
// was left to journal its hash.
Result<void> journal_orphans(const Interrupted& interrupted, Journal& journal, Clock& clock) {
  std::set<std::string> known;
  for (const Record& record : interrupted.journal)
    if (record.type == "segment") known.insert(record.body.value("file", ""));
  auto captures = interrupted.folder.captures();
  if (!captures) return pass_on(std::move(captures));
  auto payments = interrupted.folder.payment_captures();
  if (!payments) return pass_on(std::move(payments));
  struct File {
    std::string name, journalled;
    std::int64_t wait_ns;
  };
  std::vector<File> found;
  for (const std::string& name : *captures)  // named within their own folder
    found.push_back({name, std::filesystem::path(name).filename(), 5'000'000'000});
  for (const std::string& name : *payments) found.push_back({name, name, 0});  // our own
  for (const auto& [name, journalled, wait_ns] : found) {
    if (known.contains(journalled)) continue;
    const std::string path = interrupted.folder.file(name);
    const std::uint64_t packets = packets_of(path, wait_ns, clock);
    auto hash = sha256_file(path);
    if (!hash) return pass_on(std::move(hash));
    if (auto written = journal.append("segment",
                                      {{"file", journalled},
                                       {"sha256", *hash},
                                       {"packets", packets},
                                       {"found", "when the run was resumed"}},
                                      Journal::Sync::yes);
        !written)
      return written;
  }
  return {};
}

}  // namespace

Result<Interrupted> read_interrupted(const std::string& procedure, const std::string& bench,
                                     const std::string& path) {
  auto folder = RunFolder::open(path);
  if (!folder) return pass_on(std::move(folder));
  auto journal = read_journal(folder->file("journal.jsonl"));
  if (!journal) return pass_on(std::move(journal));
  if (!journal->fault.empty() && !journal->torn)
    return fail(ErrorCode::bad_file, "{}: {}: nothing can go on behind a damaged line",
                folder->file("journal.jsonl"), journal->fault);
  if (journal->records.empty() || journal->records.front().type != "plan")
    return fail(ErrorCode::usage, "{}: this run was never begun: start a new one", path);
  if (journal->closed && journal->records.back().body.value("outcome", "") == "completed")
    return fail(ErrorCode::usage, "{}: this run is complete: there is nothing to go on with", path);

  auto inputs = read_inputs(procedure, bench, {});
  if (!inputs) return pass_on(std::move(inputs));
  if (auto same = same_file(bench, inputs->bench.text, *folder, "bench.yaml"); !same)
    return pass_on(std::move(same));
  if (auto same = same_file(procedure, inputs->procedure.text, *folder, "procedure.yaml"); !same)
    return pass_on(std::move(same));
  const nlohmann::json& begun = journal->records.front().body;
  auto plan = plan_of(*folder, begun);
  if (!plan) return pass_on(std::move(plan));
  auto logged = logged_trials(*folder);
  if (!logged) return pass_on(std::move(logged));

  inputs->plan = std::move(*plan);
  Resumed standing = resume_from(inputs->plan, inputs->procedure, journal->records, *logged);
  return Interrupted{std::move(*inputs),          std::move(*folder), begun.value("run", ""),
                     std::move(journal->records), journal->closed,    std::move(standing)};
}

Result<Recorder> go_on(const Interrupted& interrupted, const std::string& operator_name,
                       Clock& clock) {
  auto recorder = Recorder::resume(interrupted.folder, interrupted.standing.trials, clock);
  if (!recorder) return recorder;
  Journal& journal = recorder->journal();
  Result<void> written;
  if (!interrupted.closed)
    written = journal.append("end", {{"outcome", "partial"}, {"reasons", nlohmann::json::array()}},
                             Journal::Sync::no);
  if (written)
    written = journal.append("resume",
                             {{"operator", operator_name.empty() ? login_name() : operator_name},
                              {"program", program_version()},
                              {"source_sha256", source_sha256()},
                              {"in_doubt", interrupted.standing.in_doubt},
                              {"again", interrupted.standing.again}},
                             Journal::Sync::yes);
  if (written) written = journal_orphans(interrupted, journal, clock);
  for (const Damage& cut : interrupted.standing.of_cut)
    if (written)
      written = journal.append("damage",
                               {{"reason", cut.reason},
                                {"text", "the run was interrupted in this block"},
                                {"from_ns", cut.from_ns},
                                {"to_ns", cut.to_ns}},
                               Journal::Sync::yes);
  if (!written) return pass_on(std::move(written));
  return recorder;
}

}  // namespace brewproof
