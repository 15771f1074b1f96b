// brewproof run: the job. Plan, capture, bench, loop, safe end, analysis, report.

#include <fmt/core.h>
#include <pwd.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <memory>

#include "drivers/catalogue.h"
#include "results/findings_json.h"
#include "results/report.h"
#include "rig/capture/capture_process.h"
#include "rig/command/analysis.h"
#include "rig/command/command.h"
#include "rig/command/inputs.h"
#include "rig/command/program.h"
#include "rig/command/recorder.h"
#include "rig/command/run_progress.h"
#include "rig/command/stop_request.h"
#include "rig/evidence/damage.h"
#include "rig/guardian/bench_lock.h"
#include "rig/guardian/guardian.h"
#include "rig/model/sha256.h"
#include "rig/procedure/loop.h"
#include "rig/procedure/make_plan.h"
#include "rig/process/child.h"

namespace brewproof {
namespace {

struct RunArguments {
  std::string procedure, bench, out, operator_name;
  SeedChoice seed;
};

std::string login_name() {
  const passwd* user = getpwuid(getuid());
  return user == nullptr ? "" : user->pw_name;
}

std::string run_id(const BenchFile& bench, Clock& clock) {
  const std::time_t seconds = clock.now().real_ns / 1'000'000'000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &utc);
  return bench.name + "-" + stamp;
}

// The inputs go into the folder first: what was asked is on disk before anything is done.
Result<RunFolder> new_folder(const std::string& path, const Inputs& inputs) {
  auto folder = RunFolder::create(path);
  if (!folder) return folder;
  const std::pair<const char*, std::string> files[] = {{"plan.json", plan_json(inputs.plan)},
                                                       {"bench.yaml", inputs.bench.text},
                                                       {"procedure.yaml", inputs.procedure.text}};
  for (const auto& [name, text] : files)
    if (auto written = write_file_whole(folder->file(name), text); !written)
      return pass_on(std::move(written));
  return folder;
}

Result<void> journal_plan(Journal& journal, const RunArguments& arguments, const Inputs& inputs,
                          Clock& clock) {
  return journal.append(
      "plan",
      {{"run", run_id(inputs.bench, clock)},
       {"operator", arguments.operator_name.empty() ? login_name() : arguments.operator_name},
       {"program", program_version()},
       {"source_sha256", source_sha256()},
       {"seed", inputs.plan.design.seed},
       {"nonce", inputs.plan.nonce},
       {"plan_sha256", plan_sha256(inputs.plan)},
       {"bench_sha256", sha256(inputs.bench.text)},
       {"procedure_sha256", sha256(inputs.procedure.text)}},
      Journal::Sync::yes);
}

Result<std::optional<CaptureProcess>> start_capture(const BenchFile& bench,
                                                    const RunFolder& folder) {
  if (bench.capture_interface.empty()) return std::optional<CaptureProcess>();
  CaptureSettings settings;
  settings.program = program_beside("brewproof-capture");
  settings.interface = bench.capture_interface;
  settings.folder = folder.capture_folder();
  settings.sentinel = bench.sentinel;
  auto capture = CaptureProcess::start(settings);
  if (!capture) return pass_on(std::move(capture));
  return std::optional<CaptureProcess>(std::move(*capture));
}

// One run from the first output to the closed journal. Whatever fails on the way, the outputs go
// safe, the capture is closed and the journal says how it ended.
class HardwareRun {
 public:
  HardwareRun(const Inputs& inputs, const BenchLock& lock, const RunFolder& folder,
              Recorder& recorder, Clock& clock, RunProgress& progress)
      : inputs_(inputs),
        lock_(lock),
        folder_(folder),
        recorder_(recorder),
        clock_(clock),
        progress_(progress) {}

  LoopResult go() {
    LoopResult result = with_guardian();
    progress_.clear();
    (void)recorder_.journal().append(
        "stop", {{"reason", result.fault ? result.fault->message : "the plan is done"}},
        Journal::Sync::yes);
    if (capture_) close_capture(result);
    if (auto kept = recorder_.rewrite_trials(result.trials); !kept) note(result, kept.error());
    nlohmann::json end = {{"outcome", result.outcome}, {"reasons", result.reasons}};
    // Parameters and status are in no outcome line: without this they could be changed unseen.
    if (auto hash = sha256_file(folder_.file("trials.jsonl"))) end["trials_sha256"] = *hash;
    if (auto ended = recorder_.journal().append("end", std::move(end), Journal::Sync::yes); !ended)
      note(result, ended.error());
    return result;
  }

 private:
  // Nothing is opened before the guardian is ready, and it leaves only when all is safe.
  LoopResult with_guardian() {
    auto guardian = Guardian::start(inputs_.bench, lock_, stop_requests(),
                                    {.program = "", .log = folder_.file("guardian.log")});
    if (!guardian) return failed(guardian.error());
    LoopResult result = with_capture(*guardian);
    if (safe_)
      guardian->dismiss();
    else if (auto made_safe = guardian->hand_over(); !made_safe)
      note(result, made_safe.error());
    return result;
  }

  LoopResult with_capture(Guardian& guardian) {
    auto capture = start_capture(inputs_.bench, folder_);
    if (!capture) return failed(capture.error());
    capture_ = std::move(*capture);
    if (auto guarded = guardian.tend(); !guarded) return failed(guarded.error());
    auto bench = Bench::open(inputs_.bench, driver_table(), clock_, recorder_.exchanges(),
                             guardian.on_for());
    if (!bench) return failed(bench.error());
    if (auto safe = make_safe(**bench, "start"); !safe) return failed(safe.error());
    LoopResult result =
        run_loop({inputs_.plan, inputs_.procedure, inputs_.bench, **bench,
                  capture_ ? &*capture_ : nullptr, recorder_.journal(), clock_, stop_requests(),
                  [this](const Trial& trial) { return recorder_.trial(trial); },
                  [this](const Progress& p) { progress_.show(p); },
                  [&guardian] { return guardian.tend(); }});
    auto safe = make_safe(**bench, "end");
    safe_ = safe.has_value();
    if (!safe) note(result, safe.error());
    return result;
  }

  Result<void> make_safe(Bench& bench, const char* when) {
    auto states = bench.make_safe();
    nlohmann::json outputs = nlohmann::json::array(), marks = nlohmann::json::object();
    for (const auto& [control, mark] : bench.marks()) marks[control] = text_of(mark);
    if (states)
      for (const OutputState& s : *states) {
        nlohmann::json output = {{"output", fmt::format("{}/{}", s.resource, s.channel)}};
        output["reported"] = s.reported ? nlohmann::json(*s.reported) : nlohmann::json(nullptr);
        outputs.push_back(std::move(output));
      }
    auto written = recorder_.journal().append("outcome",
                                              {{"action", "safe"},
                                               {"when", when},
                                               {"outputs", outputs},
                                               {"marks", marks},
                                               {"devices", bench.identities()},
                                               {"fault", states ? "" : states.error().message}},
                                              Journal::Sync::yes);
    if (!states) return tl::unexpected(states.error());
    return written;
  }

  void close_capture(LoopResult& result) {
    auto summary = capture_->stop();
    if (!summary) {
      note(result, summary.error());
      return;
    }
    std::vector<Damage> late;
    for (const CaptureDamage& d : summary->last.damage)
      late.push_back({d.reason, d.from_real_ns, d.to_real_ns});
    apply_damage(result.trials, late);
    if (auto written = journal_capture(recorder_.journal(), summary->last); !written)
      note(result, written.error());
  }

  static void note(LoopResult& result, const Error& error) {
    if (!result.fault) result.fault = error;
    if (result.outcome == "completed") result.outcome = "rig_fault";
  }

  static LoopResult failed(const Error& error) {
    LoopResult result;
    result.outcome = error.code == ErrorCode::interrupted ? "aborted" : "rig_fault";
    result.fault = error;
    return result;
  }

  const Inputs& inputs_;
  const BenchLock& lock_;
  const RunFolder& folder_;
  Recorder& recorder_;
  Clock& clock_;
  RunProgress& progress_;
  std::optional<CaptureProcess> capture_;
  bool safe_ = false;  // all outputs are off, as far as the boards can tell
};

Result<void> run(const RunArguments& arguments, Invocation& invocation) {
  auto inputs = read_inputs(arguments.procedure, arguments.bench, arguments.seed);
  if (!inputs) return pass_on(std::move(inputs));
  auto lock = BenchLock::take(arguments.bench, "brewproof run");
  if (!lock) return pass_on(std::move(lock));
  auto folder = new_folder(arguments.out, *inputs);
  if (!folder) return pass_on(std::move(folder));

  SystemClock clock;
  auto recorder = Recorder::create(*folder, clock);
  if (!recorder) return pass_on(std::move(recorder));
  if (auto written = journal_plan(recorder->journal(), arguments, *inputs, clock); !written)
    return written;
  invocation.say(fmt::format("{}: {} trials in {} blocks, seed {}, plan {}", inputs->procedure.name,
                             inputs->plan.slots.size(), inputs->plan.blocks,
                             inputs->plan.design.seed, plan_sha256(inputs->plan)));

  RunProgress progress(stderr);
  LoopResult result = HardwareRun(*inputs, *lock, *folder, *recorder, clock, progress).go();
  if (result.fault) invocation.refuse(*result.fault);
  if (result.trials.empty()) {
    if (!result.fault) invocation.exit = ExitCode::bench;
    return {};
  }

  auto source = source_of_run(*folder);
  if (!source) return pass_on(std::move(source));
  auto analysis = analyse(*source);
  if (!analysis) return pass_on(std::move(analysis));
  const Findings& findings = analysis->report.findings;
  invocation.say(text_summary(findings, {invocation.color(), invocation.width()}));
  if (auto written = write_results(folder->path(), *analysis); !written)
    return fail(written.error().code,
                "{}\nThe run itself is kept: `brewproof analyze {}` writes its results once the "
                "cause is mended",
                written.error().message, folder->path());
  invocation.say("Report: " + std::filesystem::absolute(folder->file("report.html")).string());
  if (!result.fault) {
    invocation.answer(nlohmann::json::parse(findings_json(findings)));
    if (inconclusive(findings)) invocation.exit = ExitCode::inconclusive;
  }
  return {};
}

}  // namespace

void add_run(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("run", "act, capture and prove: the job");
  auto arguments = std::make_shared<RunArguments>();
  verb->add_option("procedure", arguments->procedure, "procedure file")->required();
  verb->add_option("--bench", arguments->bench, "bench file")->required();
  verb->add_option("--out", arguments->out, "new folder for the run")->required();
  add_seed(*verb, arguments->seed.seed);
  verb->add_option("--nonce", arguments->seed.nonce, "an auditor's text that the seed comes from");
  verb->add_option("--operator", arguments->operator_name, "who runs it (default: login name)");
  verb->callback([arguments, &invocation] {
    if (auto done = run(*arguments, invocation); !done) invocation.refuse(done.error());
  });
}

}  // namespace brewproof
