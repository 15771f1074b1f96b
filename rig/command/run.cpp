// brewproof run: the job. Plan, capture, bench, loop, safe end, analysis, report.

#include <fmt/core.h>
#include <fmt/ranges.h>

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
#include "rig/command/begin_run.h"
#include "rig/command/command.h"
#include "rig/command/contract_text.h"
#include "rig/command/doctor/check.h"
#include "rig/command/keyboard.h"
#include "rig/command/led_gateway.h"
#include "rig/command/live_view.h"
#include "rig/command/may_go_on.h"
#include "rig/command/run_progress.h"
#include "rig/command/stays_awake.h"
#include "rig/command/stop_request.h"
#include "rig/command/verb.h"
#include "rig/evidence/damage.h"
#include "rig/guardian/bench_lock.h"
#include "rig/guardian/guardian.h"
#include "rig/model/sha256.h"
#include "rig/procedure/capture_journal.h"
#include "rig/procedure/loop.h"
#include "rig/procedure/make_plan.h"
#include "rig/process/child.h"

namespace brewproof {
namespace {

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
    live_.reset();
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
    if (capture_) live_ = show_live(inputs_.bench, folder_, progress_);
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
  std::optional<LiveDecoding> live_;  // for the person alone
  bool safe_ = false;                 // all outputs are off, as far as the boards can tell
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
  const std::optional<ContractFile>& contract = begun->contract;
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
  if (result.fault) return {};
  if (contract && result.outcome == "completed") {
    const ContractCheck held = check_contract(*contract, findings);
    invocation.say("\nContract: " +
                   contract_text(*contract, held, false, {invocation.color(), invocation.width()}));
    invocation.exit = graver(invocation.exit, exit_code(held.verdict));
  }
  invocation.answer(nlohmann::json::parse(findings_json(findings)));
  if (inconclusive(findings)) invocation.exit = graver(invocation.exit, ExitCode::inconclusive);
  invocation.exit = graver(invocation.exit, exit_code_of_confirmations(findings));
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
  verb.text("--confirm", arguments->confirm,
            "folder of an earlier run: ask again what it claims, with new lots");
  verb.excludes("--confirm", "--resume");
  verb.text("--operator", arguments->operator_name, "who runs it (default: login name)");
  verb.repeated(
      "--proto", arguments->protos,
      "FILE[:Message][@PATH or TOPIC]: read Protocol Buffers by this .proto file's names");
  verb.flag("--no-cross-check", arguments->no_cross_check,
            "do not ask tshark for a second opinion on the captures");
  verb.flag("--no-contract", arguments->no_contract,
            "do not hold the procedure's contract against what was found");
  verb.action([arguments, &invocation] {
    if (auto done = run(*arguments, invocation); !done) invocation.refuse(done.error());
  });
}

}  // namespace brewproof
