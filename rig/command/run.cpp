// brewproof run: the job. Plan, capture, bench, loop, safe end, analysis, report.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "drivers/catalogue.h"
#include "results/findings_json.h"
#include "results/inert_text.h"
#include "results/report.h"
#include "rig/bench/output_json.h"
#include "rig/capture/capture_process.h"
#include "rig/command/analysis/analysis.h"
#include "rig/command/analysis/protos.h"
#include "rig/command/bench_work.h"
#include "rig/command/command.h"
#include "rig/command/commissioning.h"
#include "rig/command/doctor/check.h"
#include "rig/command/inputs.h"
#include "rig/command/keyboard.h"
#include "rig/command/led_gateway.h"
#include "rig/command/may_go_on.h"
#include "rig/command/program.h"
#include "rig/command/recorder.h"
#include "rig/command/resume.h"
#include "rig/command/run_progress.h"
#include "rig/command/stays_awake.h"
#include "rig/command/stop_request.h"
#include "rig/command/verb.h"
#include "rig/evidence/bench_log.h"
#include "rig/evidence/damage.h"
#include "rig/guardian/bench_lock.h"
#include "rig/guardian/guardian.h"
#include "rig/model/sha256.h"
#include "rig/procedure/capture_journal.h"
#include "rig/procedure/loop.h"
#include "rig/procedure/make_plan.h"
#include "rig/procedure/service_stops.h"
#include "rig/process/child.h"

namespace brewproof {
namespace {

struct RunArguments {
  std::string procedure, bench, out, operator_name;
  std::vector<std::string> protos;
  bool resume = false, no_cross_check = false;
  SeedChoice seed;
};

std::string who(const RunArguments& arguments) {
  return arguments.operator_name.empty() ? login_name() : arguments.operator_name;
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

nlohmann::json commissioned_json(const CommissioningState& state) {
  if (state.record) return {{"at_ns", state.record->at_ns}, {"by", state.record->by}};
  return {{"at_ns", nullptr}, {"by", state.missing}};
}

Result<void> journal_plan(Journal& journal, const std::string& run, const RunArguments& arguments,
                          const Inputs& inputs, const CommissioningState& commissioning) {
  return journal.append(
      "plan",
      {{"run", run},
       {"operator", who(arguments)},
       {"program", program_version()},
       {"source_sha256", source_sha256()},
       {"seed", inputs.plan.design.seed},
       {"nonce", inputs.plan.nonce},
       {"counter", inputs.nonce ? nlohmann::json(inputs.nonce->counter) : nlohmann::json(nullptr)},
       {"plan_sha256", plan_sha256(inputs.plan)},
       {"commissioned", commissioned_json(commissioning)},
       {"bench_sha256", sha256(inputs.bench.text)},
       {"procedure_sha256", sha256(inputs.procedure.text)}},
      Journal::Sync::yes);
}

// The bench's log knows of the run before anything moves, and the run folder holds what that log
// said of the others, so that the report does not change when the log grows.
Result<BenchLog> begin_in_bench_log(const std::string& run, const RunArguments& arguments,
                                    const Inputs& inputs, Journal& journal, Clock& clock) {
  auto log = BenchLog::open(bench_log_of(inputs.bench, arguments.seed.bench_log), clock);
  if (!log) return log;
  nlohmann::json keys = work_keys(inputs.bench, arguments.operator_name, arguments.out);
  keys["procedure"] = inputs.procedure.name;
  keys["procedure_sha256"] = sha256(inputs.procedure.text);
  keys["plan_sha256"] = plan_sha256(inputs.plan);
  keys["seed"] = inputs.plan.design.seed;
  keys["nonce"] = inputs.plan.nonce;
  keys["resumed"] = arguments.resume;
  const int earlier = runs_of(log->work(), inputs.procedure.name, machine_of(inputs.bench));
  if (inputs.nonce && inputs.nonce->counter != earlier)
    return fail(
        ErrorCode::host,
        "another run of this procedure was begun meanwhile, so the nonce stands for another "
        "seed now: start again, with a new folder");
  if (!arguments.resume) keys["number"] = earlier + 1;
  if (auto begun = log->begin("run", run, std::move(keys)); !begun)
    return pass_on(std::move(begun));
  if (auto kept =
          journal.append("history", history_json(history_of(log->work(), run)), Journal::Sync::yes);
      !kept)
    return pass_on(std::move(kept));
  return log;
}

Result<std::optional<CaptureProcess>> start_capture(const BenchFile& bench,
                                                    const RunFolder& folder) {
  if (bench.network.capture.empty()) return std::optional<CaptureProcess>();
  CaptureSettings settings;
  settings.program = program_beside("brewproof-capture");
  settings.interface = bench.network.capture;
  settings.folder = folder.capture_folder();
  settings.sentinel = bench.network.sentinel;
  auto capture = CaptureProcess::start(settings);
  if (!capture) return pass_on(std::move(capture));
  return std::optional<CaptureProcess>(std::move(*capture));
}

// A run whose folder, journal and plan are there.
struct Begun {
  Inputs inputs;
  RunFolder folder;
  Recorder recorder;
  std::string id;
  std::optional<Resumed> resumed;
  CommissioningState commissioning;
};

// Said before anything is written or moved: a run that waits for somebody who cannot answer would
// wait all night.
Result<void> somebody_for(const std::vector<ServiceStop>& stops, const Invocation& invocation) {
  const auto stop = std::ranges::find_if(stops, &ServiceStop::attended);
  if (stop == stops.end() || (Keyboard::there() && !invocation.json)) return {};
  return fail(
      ErrorCode::usage,
      "the plan stops before block {} for somebody to {}, and nobody could answer here: run "
      "it on a terminal without --json, or name a control that does it (`by:` in "
      "consumables.{})",
      stop->before_block, what_to_do(*stop), stop->tasks.front().consumable);
}

Result<Begun> begin_new(const RunArguments& arguments, const Invocation& invocation, Clock& clock) {
  auto inputs = read_inputs(arguments.procedure, arguments.bench, arguments.seed);
  if (!inputs) return pass_on(std::move(inputs));
  if (auto somebody = somebody_for(inputs->plan.stops, invocation); !somebody)
    return pass_on(std::move(somebody));
  auto commissioning =
      commissioning_of(inputs->bench, bench_log_of(inputs->bench, arguments.seed.bench_log), clock);
  if (!commissioning) return pass_on(std::move(commissioning));
  if (auto stands = network_stands(inputs->bench); !stands) return pass_on(std::move(stands));
  auto folder = new_folder(arguments.out, *inputs);
  if (!folder) return pass_on(std::move(folder));
  auto recorder = Recorder::create(*folder, clock);
  if (!recorder) return pass_on(std::move(recorder));
  const std::string id = work_id(inputs->bench, "run", clock);
  if (auto written = journal_plan(recorder->journal(), id, arguments, *inputs, *commissioning);
      !written)
    return pass_on(std::move(written));
  return Begun{std::move(*inputs), std::move(*folder),       std::move(*recorder), id,
               std::nullopt,       std::move(*commissioning)};
}

Result<Begun> begin_again(const RunArguments& arguments, const Invocation& invocation,
                          Clock& clock) {
  if (arguments.seed.seed || !arguments.seed.nonce.empty())
    return fail(ErrorCode::usage, "--resume goes on with the run's own seed: leave out {}",
                arguments.seed.seed ? "--seed" : "--nonce");
  auto interrupted = read_interrupted(arguments.procedure, arguments.bench, arguments.out);
  if (!interrupted) return pass_on(std::move(interrupted));
  const auto stops =
      stops_to_take(interrupted->inputs.plan, interrupted->inputs.bench, &interrupted->standing);
  if (auto somebody = somebody_for(stops, invocation); !somebody)
    return pass_on(std::move(somebody));
  auto commissioning =
      commissioning_of(interrupted->inputs.bench,
                       bench_log_of(interrupted->inputs.bench, arguments.seed.bench_log), clock);
  if (!commissioning) return pass_on(std::move(commissioning));
  if (auto stands = network_stands(interrupted->inputs.bench); !stands)
    return pass_on(std::move(stands));
  auto recorder = go_on(*interrupted, arguments.operator_name, clock);
  if (!recorder) return pass_on(std::move(recorder));
  return Begun{std::move(interrupted->inputs),
               std::move(interrupted->folder),
               std::move(*recorder),
               interrupted->id,
               std::move(interrupted->standing),
               std::move(*commissioning)};
}

std::string resumed_text(const Resumed& resumed) {
  std::string text = fmt::format("Going on after {} trials", resumed.trials.size());
  if (!resumed.in_doubt.empty())
    text += fmt::format("; trial {} was begun and nobody knows whether the machine did it: {}",
                        fmt::join(resumed.in_doubt, ", "),
                        resumed.again.empty() ? "it is not done again"
                                              : "its block is done again, as the procedure allows");
  return text + ".";
}

// One run from the first output to the closed journal. Whatever fails on the way, the outputs go
// safe, the capture is closed and the journal says how it ended.
class HardwareRun {
 public:
  HardwareRun(Begun& begun, const BenchLock& lock, Clock& clock, const Keyboard* keyboard,
              std::string operator_name, RunProgress& progress)
      : inputs_(begun.inputs),
        lock_(lock),
        folder_(begun.folder),
        recorder_(begun.recorder),
        resumed_(begun.resumed ? &*begun.resumed : nullptr),
        commissioning_(begun.commissioning),
        clock_(clock),
        keyboard_(keyboard),
        operator_name_(std::move(operator_name)),
        progress_(progress) {}

  LoopResult go() {
    LoopResult result = with_guardian();
    progress_.clear();
    // A machine that reached nobody is not a silent one.
    if (auto stands = network_stands(inputs_.bench); !stands) note(result, stands.error());
    (void)recorder_.journal().append(
        "stop", {{"reason", result.fault ? result.fault->message : "the plan is done"}},
        Journal::Sync::yes);
    if (gateway_) end_gateway(result);
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
    const StaysAwake awake(keyboard_ != nullptr);
    // A proxy takes its time to start. Connections are led once they are captured.
    auto gateway = LedGateway::start(inputs_, folder_, recorder_.journal());
    if (!gateway) return failed(gateway.error());
    gateway_ = std::move(*gateway);
    auto guardian = Guardian::start(inputs_.bench, lock_, stop_requests(),
                                    {.program = "", .log = folder_.file("guardian.log")});
    if (!guardian) return failed(guardian.error());
    const auto inputs = watch_emergency(inputs_.bench, clock_);
    if (!inputs) {
      guardian->dismiss();
      return failed(inputs.error());
    }
    LoopResult result = with_capture(*guardian);
    if (result.fault) result.fault = with_cause(*result.fault);
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
    if (auto same = same_boards(commissioning_, inputs_.bench, (*bench)->identities()); !same)
      return failed(same.error());
    std::optional<Attendant> attendant;
    if (keyboard_ != nullptr) attendant.emplace(operator_name_, keyboard_->answers());
    LoopResult result =
        run_loop({inputs_.plan, inputs_.procedure, inputs_.bench, **bench,
                  capture_ ? &*capture_ : nullptr, recorder_.journal(), clock_, stop_requests(),
                  [this](const Trial& trial) { return recorder_.trial(trial); },
                  [this](const Progress& p) { progress_.show(p); }, [&] { return tend(guardian); },
                  keyboard_ != nullptr ? &keyboard_->pause() : nullptr, resumed_,
                  attendant ? &*attendant : nullptr, [this](int block) { return lead(block); }});
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
      for (const OutputState& state : *states) outputs.push_back(output_json(state));
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

  Result<void> tend(Guardian& guardian) {
    if (gateway_)
      if (auto heard = gateway_->listen(); !heard) return heard;
    return guardian.tend();
  }

  Result<bool> lead(int block) { return gateway_ ? gateway_->lead(block) : false; }

  void end_gateway(LoopResult& result) {
    for (const Error& fault : gateway_->end()) note(result, fault);
    gateway_.reset();
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

  // What an interrupted run did before is not lost because the bench did not open again.
  [[nodiscard]] LoopResult failed(const Error& error) const {
    LoopResult result;
    if (resumed_ != nullptr) result.trials = resumed_->trials;
    result.outcome = error.code == ErrorCode::interrupted ? "aborted" : "rig_fault";
    result.fault = error;
    return result;
  }

  const Inputs& inputs_;
  const BenchLock& lock_;
  const RunFolder& folder_;
  Recorder& recorder_;
  const Resumed* resumed_;
  const CommissioningState& commissioning_;
  Clock& clock_;
  const Keyboard* keyboard_;  // nullptr: nobody is at a terminal
  std::string operator_name_;
  RunProgress& progress_;
  std::optional<CaptureProcess> capture_;
  std::optional<LedGateway> gateway_;
  bool safe_ = false;  // all outputs are off, as far as the boards can tell
};

Result<void> run(const RunArguments& arguments, Invocation& invocation) {
  const std::vector<ProtoWish> protos = parse_wishes(arguments.protos);
  if (auto checked = check_protos(protos); !checked) return checked;
  auto lock = BenchLock::take(arguments.bench, "brewproof run");
  if (!lock) return pass_on(std::move(lock));
  SystemClock clock;
  auto begun = arguments.resume ? begin_again(arguments, invocation, clock)
                                : begin_new(arguments, invocation, clock);
  if (!begun) return pass_on(std::move(begun));
  if (auto kept = keep_protos(begun->folder, protos); !kept) return kept;
  const Inputs& inputs = begun->inputs;
  Journal& journal = begun->recorder.journal();
  auto log = begin_in_bench_log(begun->id, arguments, inputs, journal, clock);
  if (!log) return pass_on(std::move(log));
  invocation.say(fmt::format("{}: {} trials in {} blocks, seed {}, plan {}", inputs.procedure.name,
                             inputs.plan.slots.size(), inputs.plan.blocks, inputs.plan.design.seed,
                             plan_sha256(inputs.plan)));
  if (inputs.nonce) invocation.say("The seed again, by hand:\n  " + seed_command(*inputs.nonce));
  if (begun->resumed) invocation.say(resumed_text(*begun->resumed));

  LoopResult result;
  {
    const auto keyboard = Keyboard::take();
    RunProgress progress(stderr, keyboard != nullptr);
    result = HardwareRun(*begun, *lock, clock, keyboard.get(), who(arguments), progress).go();
  }
  if (result.fault) invocation.refuse(*result.fault);
  if (auto ended = log->end(result.outcome, {{"reasons", result.reasons},
                                             {"trials", result.trials.size()},
                                             {"journal_head", journal.head()}});
      !ended)
    return ended;
  if (result.trials.empty()) {
    if (!result.fault) invocation.exit = ExitCode::bench;
    return {};
  }

  auto source = source_of_run(begun->folder);
  if (!source) return pass_on(std::move(source));
  auto analysis = analyse(*source, arguments.no_cross_check ? no_opinion() : OpinionWish());
  if (!analysis) return pass_on(std::move(analysis));
  const Findings& findings = analysis->report.findings;
  if (auto judged = log->verdict(findings.run.verdict,
                                 {{"reasons", findings.run.reasons},
                                  {"findings", findings.findings.size()},
                                  {"findings_sha256", sha256(findings_json(findings))}});
      !judged)
    return judged;
  for (const std::string& note : analysis->notes) invocation.say("Note: " + inert(note, 400) + ".");
  invocation.say(text_summary(findings, {invocation.color(), invocation.width()}));
  if (auto written = write_results(begun->folder.path(), *analysis); !written)
    return fail(written.error().code,
                "{}\nThe run itself is kept: `brewproof analyze {}` writes its results once the "
                "cause is mended",
                written.error().message, begun->folder.path());
  invocation.say("Report: " +
                 std::filesystem::absolute(begun->folder.file("report.html")).string());
  if (!result.fault) {
    invocation.answer(nlohmann::json::parse(findings_json(findings)));
    if (inconclusive(findings)) invocation.exit = ExitCode::inconclusive;
  }
  return {};
}

}  // namespace

void add_run(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "run", "act, capture and prove: the job");
  auto arguments = std::make_shared<RunArguments>();
  verb.text("procedure", arguments->procedure, "procedure file", Verb::Need::required);
  verb.text("--bench", arguments->bench, "bench file", Verb::Need::required);
  verb.text("--out", arguments->out, "new folder for the run", Verb::Need::required);
  verb.flag("--resume", arguments->resume,
            "go on with the interrupted run in --out, with the same two files");
  verb.text("--bench-log", arguments->seed.bench_log,
            "log of all that is done on this bench (default: beside the bench file)");
  verb.seed(arguments->seed.seed);
  verb.text("--nonce", arguments->seed.nonce, "an auditor's text that the seed comes from");
  verb.text("--operator", arguments->operator_name, "who runs it (default: login name)");
  verb.repeated(
      "--proto", arguments->protos,
      "FILE[:Message][@PATH or TOPIC]: read Protocol Buffers by this .proto file's names");
  verb.flag("--no-cross-check", arguments->no_cross_check,
            "do not ask tshark for a second opinion on the captures");
  verb.action([arguments, &invocation] {
    if (auto done = run(*arguments, invocation); !done) invocation.refuse(done.error());
  });
}

}  // namespace brewproof
