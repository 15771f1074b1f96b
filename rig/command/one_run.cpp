#include "rig/command/one_run.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "drivers/catalogue.h"
#include "results/findings_json.h"
#include "results/inert_text.h"
#include "results/report.h"
#include "results/sentences.h"
#include "rig/bench/output_json.h"
#include "rig/capture/capture_process.h"
#include "rig/command/analysis/analysis.h"
#include "rig/command/analysis/protos.h"
#include "rig/command/contract_text.h"
#include "rig/command/doctor/check.h"
#include "rig/command/keyboard.h"
#include "rig/command/led_gateway.h"
#include "rig/command/live_view.h"
#include "rig/command/may_go_on.h"
#include "rig/command/payment_capture.h"
#include "rig/command/run_books.h"
#include "rig/command/run_progress.h"
#include "rig/command/stays_awake.h"
#include "rig/command/stop_judge.h"
#include "rig/command/stop_request.h"
#include "rig/evidence/damage.h"
#include "rig/guardian/bench_lock.h"
#include "rig/guardian/guardian.h"
#include "rig/model/sha256.h"
#include "rig/network/packet_block.h"
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
  settings.machine = bench.dut_macs;
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

std::string begins_text(const Inputs& inputs) {
  const Plan& plan = inputs.plan;
  if (plan.soaks())
    return fmt::format("{}: listens for {} without any act, plan {}", inputs.procedure.name,
                       span_text(plan.idle_ns), plan_sha256(plan));
  return fmt::format("{}: {} trials in {} blocks, seed {}, plan {}", inputs.procedure.name,
                     plan.slots.size(), plan.blocks, plan.design.seed, plan_sha256(plan));
}

std::string why_it_ended(const LoopResult& result) {
  if (result.fault) return result.fault->message;
  if (!result.early_end) return "the plan is done";
  return fmt::format("{} after block {} of {}", result.early_end->reason,
                     result.early_end->after_blocks, result.early_end->of_blocks);
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
        progress_(progress),
        bounds_(begun.bounds) {
    // A confirmation asks its claims once, of as many trials as were laid down.
    if (inputs_.plan.design.stop && !begun.confirms)
      judge_.emplace(
          *inputs_.plan.design.stop, folder_, recorder_.journal(),
          // What was said in the block just done is opened by keys that came with it.
          [this] { return gateway_ ? gateway_->collect_keys() : Result<void>(); },
          [this](const std::string& text) { progress_.note(text); });
  }

  LoopResult go() {
    LoopResult result = with_guardian();
    live_.reset();
    progress_.clear();
    // A machine that reached nobody is not a silent one.
    if (auto stands = network_stands(inputs_.bench); !stands) note(result, stands.error());
    (void)recorder_.journal().append("stop", {{"reason", why_it_ended(result)}},
                                     Journal::Sync::yes);
    if (gateway_) end_gateway(result);
    if (capture_) close_capture(result);
    if (auto kept = recorder_.rewrite_trials(result.trials); !kept) note(result, kept.error());
    nlohmann::json end = {{"outcome", result.outcome}, {"reasons", result.reasons}};
    // Parameters and status are in no outcome line: without this they could be changed unseen.
    if (auto hash = sha256_file(folder_.file("trials.jsonl"))) end["trials_sha256"] = *hash;
    if (auto hash = recorder_.samples_sha256()) end["samples_sha256"] = *hash;
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
    auto payments = PaymentCapture::begin(**bench, inputs_.bench, folder_, recorder_.journal());
    if (!payments) return failed(payments.error());
    std::optional<PacketBlock> network;
    if (std::ranges::any_of(inputs_.procedure.events,
                            [](const auto& event) { return blocks_network(event.second); })) {
      auto block = PacketBlock::begin(inputs_.bench.network.capture, clock_);
      if (!block) return failed(block.error());
      network.emplace(std::move(*block));
    }
    auto books = RunBooks::begin(inputs_.bench, folder_, clock_, recorder_.exchanges());
    if (!books) return failed(books.error());
    std::optional<Attendant> attendant;
    if (keyboard_ != nullptr)
      attendant.emplace(operator_name_, [this] { return keyboard_->pressed(); });
    LoopResult result = run_loop({inputs_.plan,
                                  inputs_.procedure,
                                  inputs_.bench,
                                  **bench,
                                  capture_ ? &*capture_ : nullptr,
                                  recorder_.journal(),
                                  clock_,
                                  stop_requests(),
                                  [this](const Trial& trial) { return recorder_.trial(trial); },
                                  [this](const Progress& p) { progress_.show(p); },
                                  [&] {
                                    payments->listen();
                                    return tend(guardian);
                                  },
                                  keyboard_ != nullptr ? &keyboard_->pause() : nullptr,
                                  resumed_,
                                  attendant ? &*attendant : nullptr,
                                  [this](int block) { return lead(block); },
                                  decided(),
                                  bounds_,
                                  network ? &*network : nullptr,
                                  [this](const Sample& sample) { recorder_.sample(sample); },
                                  books->get(),
                                  last_heard(),
                                  inputs_.bench.payment == "real" ? &*payments : nullptr});
    auto safe = make_safe(**bench, "end");
    safe_ = safe.has_value();
    if (!safe) note(result, safe.error());
    if (auto kept = payments->end(); !kept) note(result, kept.error());
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

  std::function<std::optional<bool>()> decided() {
    if (!judge_ || !capture_) return {};
    return [this] { return judge_->decided(); };
  }

  LastHeard last_heard() {
    if (!capture_) return {};
    return [this] { return capture_->last_heard(); };
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
  const RunBounds& bounds_;
  std::optional<CaptureProcess> capture_;
  std::optional<LedGateway> gateway_;
  std::optional<LiveDecoding> live_;  // for the person alone
  std::optional<StopJudge> judge_;
  bool safe_ = false;  // all outputs are off, as far as the boards can tell
};

}  // namespace

Result<RunDone> one_run(const RunArguments& arguments, Invocation& invocation) {
  const std::vector<ProtoWish> protos = parse_wishes(arguments.protos);
  if (auto checked = check_protos(protos); !checked) return pass_on(std::move(checked));
  auto lock = BenchLock::take(arguments.bench, "brewproof run");
  if (!lock) return pass_on(std::move(lock));
  SystemClock clock;
  auto begun = arguments.resume ? begin_again(arguments, invocation, clock)
                                : begin_new(arguments, invocation, clock);
  if (!begun) return pass_on(std::move(begun));
  if (auto kept = keep_protos(begun->folder, protos); !kept) return pass_on(std::move(kept));
  const Inputs& inputs = begun->inputs;
  const std::optional<ContractFile>& contract = begun->contract;
  Journal& journal = begun->recorder.journal();
  auto log = begin_in_bench_log(begun->id, arguments, inputs, journal, clock);
  if (!log) return pass_on(std::move(log));
  invocation.say(begins_text(inputs));
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
    return pass_on(std::move(ended));
  RunDone done;
  done.outcome = result.outcome;
  if (result.trials.empty() && !inputs.plan.soaks()) {
    if (!result.fault) done.exit = ExitCode::bench;
    return done;
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
    return pass_on(std::move(judged));
  for (const std::string& note : analysis->notes) invocation.say("Note: " + inert(note, 400) + ".");
  invocation.say(text_summary(findings, {invocation.color(), invocation.width()}));
  if (auto written = write_results(begun->folder.path(), *analysis); !written)
    return fail(written.error().code,
                "{}\nThe run itself is kept: `brewproof analyze {}` writes its results once the "
                "cause is mended",
                written.error().message, begun->folder.path());
  invocation.say("Report: " +
                 std::filesystem::absolute(begun->folder.file("report.html")).string());
  done.findings = findings;
  if (result.fault) return done;
  if (contract && result.outcome == "completed") {
    done.contract = check_contract(*contract, findings);
    invocation.say("\nContract: " + contract_text(*contract, *done.contract, false,
                                                  {invocation.color(), invocation.width()}));
    done.exit = graver(done.exit, exit_code(done.contract->verdict));
  }
  done.answer = true;
  if (inconclusive(findings)) done.exit = graver(done.exit, ExitCode::inconclusive);
  done.exit = graver(done.exit, exit_code_of_confirmations(findings));
  return done;
}

}  // namespace brewproof
