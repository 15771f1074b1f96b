// brewproof act: one recorded manual action. brewproof safe: all outputs off, and what the boards
// say.

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "drivers/catalogue.h"
#include "rig/bench/bench.h"
#include "rig/bench/output_json.h"
#include "rig/bench/rescue.h"
#include "rig/command/bench_work.h"
#include "rig/command/command.h"
#include "rig/command/commissioning.h"
#include "rig/command/inputs.h"
#include "rig/command/may_go_on.h"
#include "rig/command/recorder.h"
#include "rig/command/stays_awake.h"
#include "rig/command/stop_request.h"
#include "rig/command/verb.h"
#include "rig/evidence/bench_log.h"
#include "rig/guardian/bench_lock.h"
#include "rig/guardian/guardian.h"
#include "rig/procedure/act.h"

namespace brewproof {
namespace {

constexpr std::chrono::milliseconds patience{500};  // of `safe`, with a board that does not answer

struct ActArguments {
  std::string control, bench, bench_log, out;
  std::vector<std::string> words;
};

std::string state_text(const std::optional<bool>& reported) {
  return !reported ? "no read-back" : *reported ? "ON" : "off";
}

// The step that a person asked for, in the form a procedure has.
Result<Step> step_of(const ActArguments& arguments, const ControlConfig& control) {
  Step step;
  step.control = control.name;
  if (control.worth) step.kind = Step::Kind::insert;
  if (control.kind == ControlConfig::Kind::output) return step;
  if (control.kind != ControlConfig::Kind::reader)
    return fail(ErrorCode::usage, "{} is a sensor: nothing can be done to it", control.name);
  step.kind = Step::Kind::pay;
  for (const std::string& word : arguments.words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos)
      return fail(ErrorCode::usage,
                  "\"{}\": write name=value, like method=card amount=180 card=04a1b2", word);
    step.arguments[word.substr(0, equals)] = word.substr(equals + 1);
  }
  for (const char* name : {"method", "amount", "card"})
    if (!step.arguments.contains(name))
      return fail(ErrorCode::usage,
                  "paying needs {}=...: method=card|app amount=MINOR-UNITS card=HEX", name);
  return step;
}

// Opens the bench, does the act and makes all safe. Where that fails, the guardian is left to do it
// once the devices are closed.
Result<Act> act_on_bench(const ActArguments& arguments, const EventSpec& event,
                         const BenchFile& bench_file, const CommissioningState& commissioning,
                         Recorder& recorder, Guardian& guardian, Clock& clock) {
  const auto inputs = watch_emergency(bench_file, clock);
  if (!inputs) return tl::unexpected(inputs.error());
  auto bench =
      Bench::open(bench_file, driver_table(), clock, recorder.exchanges(), guardian.on_for());
  if (!bench) return pass_on(std::move(bench));
  if (auto safe = (*bench)->make_safe(); !safe) return pass_on(std::move(safe));
  if (auto same = same_boards(commissioning, bench_file, (*bench)->identities()); !same)
    return pass_on(std::move(same));
  nlohmann::json intent = {
      {"action", "act"}, {"control", arguments.control}, {"arguments", arguments.words}};
  if (const auto marks = (*bench)->marks(); marks.contains(arguments.control))
    intent["mark"] = text_of(marks.at(arguments.control));
  if (auto written = recorder.journal().append("intent", intent, Journal::Sync::yes); !written)
    return pass_on(std::move(written));
  Outage outage(nullptr);
  const Wait wait = [&](std::int64_t raw_ns) -> Result<void> {
    while (clock.now().raw_ns < raw_ns) {
      if (auto allowed = may_go_on(guardian); !allowed) return allowed;
      clock.sleep_until(std::min(raw_ns, clock.now().raw_ns + glance_ns));
    }
    return {};
  };
  const Measure measure = [&](const std::string& name) { return (*bench)->measure(name); };
  const AskOperator nobody;
  const LastHeard nothing;
  bool payment_unknown = false;
  auto done = do_event(
      event, {},
      {**bench, bench_file, outage, clock, wait, measure, nobody, nothing, payment_unknown});
  auto safe = (*bench)->make_safe();
  if (safe) guardian.dismiss();
  if (done && !safe) return pass_on(std::move(safe));
  return done;
}

Result<void> act(const ActArguments& arguments, Invocation& invocation) {
  auto bench_file = read_bench_file(arguments.bench, driver_table());
  if (!bench_file) return pass_on(std::move(bench_file));
  const auto control = bench_file->controls.find(arguments.control);
  if (control == bench_file->controls.end()) {
    std::string known;
    for (const auto& [name, config] : bench_file->controls)
      known += (known.empty() ? "" : ", ") + name;
    return fail(ErrorCode::usage, "{} has no control \"{}\"; it has: {}", arguments.bench,
                arguments.control, known);
  }
  SystemClock clock;
  const std::string log_path = bench_log_of(*bench_file, arguments.bench_log);
  auto commissioning = commissioning_of(*bench_file, log_path, clock);
  if (!commissioning) return pass_on(std::move(commissioning));
  EventSpec event;
  auto step = step_of(arguments, control->second);
  if (!step) return pass_on(std::move(step));
  event.steps.push_back(std::move(*step));

  auto lock = BenchLock::take(arguments.bench, "brewproof act " + arguments.control);
  if (!lock) return pass_on(std::move(lock));
  const std::string out = arguments.out.empty()
                              ? fmt::format("runs/act-{}", clock.now().real_ns / 1'000'000'000)
                              : arguments.out;
  auto folder = RunFolder::create(out);
  if (!folder) return pass_on(std::move(folder));
  auto recorder = Recorder::create(*folder, clock);
  if (!recorder) return pass_on(std::move(recorder));
  auto log = BenchLog::open(log_path, clock);
  if (!log) return pass_on(std::move(log));
  nlohmann::json keys = work_keys(*bench_file, "", out);
  keys["control"] = arguments.control;
  keys["arguments"] = arguments.words;
  if (auto begun = log->begin("act", work_id(*bench_file, "act", clock), std::move(keys)); !begun)
    return begun;
  const StaysAwake awake(false);
  auto guardian = Guardian::start(*bench_file, *lock, stop_requests(),
                                  {.program = "", .log = folder->file("guardian.log")});
  if (!guardian) return pass_on(std::move(guardian));
  auto done =
      act_on_bench(arguments, event, *bench_file, *commissioning, *recorder, *guardian, clock);
  const nlohmann::json outcome = {{"steps", done ? done->steps : nlohmann::json::array()},
                                  {"silent", done ? done->silent : ""},
                                  {"fault", done ? "" : done.error().message}};
  if (auto written = recorder->journal().append("outcome", outcome, Journal::Sync::yes); !written)
    return written;
  const char* became = done                                          ? "completed"
                       : done.error().code == ErrorCode::interrupted ? "aborted"
                                                                     : "rig_fault";
  if (auto ended = recorder->journal().append(
          "end", {{"outcome", became}, {"reasons", nlohmann::json::array()}}, Journal::Sync::yes);
      !ended)
    return ended;
  if (auto ended = log->end(became, {{"journal_head", recorder->journal().head()}}); !ended)
    return ended;
  if (!done) return pass_on(std::move(done));
  invocation.say(done->silent.empty() ? fmt::format("{}: done", arguments.control)
                                      : fmt::format("{}: {}", arguments.control, done->silent));
  invocation.say("Record: " + std::filesystem::absolute(folder->file("journal.jsonl")).string());
  invocation.answer(
      {{"control", arguments.control}, {"outcome", outcome}, {"record", folder->path()}});
  if (!done->silent.empty()) invocation.exit = ExitCode::inconclusive;
  return {};
}

// Each board by itself: one that is missing keeps no other one on.
Result<void> safe(const std::string& bench_path, Invocation& invocation) {
  auto bench_file = read_bench_file(bench_path, driver_table());
  if (!bench_file) return pass_on(std::move(bench_file));
  auto lock = BenchLock::take(bench_path, "brewproof safe");
  if (!lock) return pass_on(std::move(lock));
  SystemClock clock;
  const StaysAwake awake(false);
  Rescue rescue(*bench_file, driver_table(), clock, patience, stop_requests());
  nlohmann::json outputs = nlohmann::json::array();
  std::vector<Error> faults;
  for (const RescuedDevice& device : rescue.cut()) {
    if (device.fault) faults.push_back(*device.fault);
    for (const OutputState& state : device.outputs) {
      invocation.say(fmt::format("{}/{}  commanded off, board reports {}", state.resource,
                                 state.channel, state_text(state.reported)));
      outputs.push_back(output_json(state));
    }
  }
  if (!faults.empty()) return tl::unexpected(joined(faults));
  invocation.answer({{"outputs", outputs}});
  return {};
}

}  // namespace

void add_act(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "act", "one recorded manual action on a control");
  auto arguments = std::make_shared<ActArguments>();
  verb.text("control", arguments->control, "control of the bench file", Verb::Need::required);
  verb.texts("arguments", arguments->words, "for a reader: method=card|app amount=180 card=04a1b2");
  verb.text("--bench", arguments->bench, "bench file", Verb::Need::required);
  verb.text("--out", arguments->out, "new folder for the record (default: runs/act-...)");
  verb.text("--bench-log", arguments->bench_log,
            "log of all that is done on this bench (default: beside the bench file)");
  verb.action([arguments, &invocation] {
    if (auto done = act(*arguments, invocation); !done) invocation.refuse(done.error());
  });
}

void add_safe(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "safe", "all outputs off, then what each board reports");
  auto bench = std::make_shared<std::string>();
  verb.text("--bench", *bench, "bench file", Verb::Need::required);
  verb.action([bench, &invocation] {
    if (auto done = safe(*bench, invocation); !done) invocation.refuse(done.error());
  });
}

}  // namespace brewproof
