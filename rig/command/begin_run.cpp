#include "rig/command/begin_run.h"

#include <algorithm>

#include "rig/command/bench_work.h"
#include "rig/command/doctor/check.h"
#include "rig/command/earlier_run.h"
#include "rig/command/keyboard.h"
#include "rig/command/program.h"
#include "rig/command/resume.h"
#include "rig/command/soak_time.h"
#include "rig/command/time_of_day.h"
#include "rig/model/sha256.h"
#include "rig/procedure/make_plan.h"
#include "rig/procedure/service.h"
#include "rig/procedure/service_stops.h"

namespace brewproof {
namespace {

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

// A run that waits for somebody who cannot answer would wait all night.
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

Result<void> somebody_for(const ProcedureFile& procedure, const Invocation& invocation) {
  const auto event = std::ranges::find_if(
      procedure.events, [](const auto& each) { return needs_operator(each.second); });
  if (event == procedure.events.end() || (Keyboard::there() && !invocation.json)) return {};
  return fail(ErrorCode::usage,
              "{}: a step of {} is for somebody to do, and nobody could answer here: run it on a "
              "terminal without --json",
              event->second.place, event->first);
}

// A machine that cannot be reached, a board that was moved, a person who is not there.
Result<CommissioningState> may_begin(const Inputs& inputs, const std::vector<ServiceStop>& stops,
                                     const RunArguments& arguments, const Invocation& invocation,
                                     Clock& clock) {
  const BenchFile& bench = inputs.bench;
  if (auto somebody = somebody_for(inputs.procedure, invocation); !somebody)
    return pass_on(std::move(somebody));
  if (auto somebody = somebody_for(stops, invocation); !somebody)
    return pass_on(std::move(somebody));
  auto commissioning =
      commissioning_of(bench, bench_log_of(bench, arguments.seed.bench_log), clock);
  if (!commissioning) return commissioning;
  if (auto stands = network_stands(bench); !stands) return pass_on(std::move(stands));
  return commissioning;
}

/// Read before anything moves: a fault in it must not be found hours later.
Result<std::optional<ContractFile>> wanted_contract(const RunArguments& arguments,
                                                    const ProcedureFile& procedure) {
  if (arguments.no_contract || !arguments.soak.empty()) return std::optional<ContractFile>();
  if (!arguments.regress.empty() && procedure.contract.empty())
    if (const auto base = read_procedure_file(arguments.regress + "/procedure.yaml");
        base && !base->contract.empty())
      return fail(ErrorCode::usage,
                  "--regress {}: that run's procedure names the contract {}, and {} names none: "
                  "name it there, or say --no-contract",
                  arguments.regress, base->contract, arguments.procedure);
  return contract_of(procedure);
}

Result<RunBounds> bounds_of(const RunArguments& arguments, Clock& clock) {
  RunBounds bounds;
  if (arguments.max_cups > 0) bounds.max_cups = arguments.max_cups;
  if (arguments.until.empty()) return bounds;
  auto until = next_time_of_day(arguments.until, clock.now().real_ns);
  if (!until) return fail(ErrorCode::usage, "--until {}", until.error().message);
  bounds.until_real_ns = *until;
  return bounds;
}

/// Is there anything to hear, and is it allowed to take so long?
Result<void> may_soak(const BenchFile& bench, std::int64_t lasts_ns) {
  if (lasts_ns == 0) return {};
  if (bench.network.capture.empty())
    return fail(
        ErrorCode::usage,
        "--soak: bench {} captures nothing, so there is nothing to hear: name the machine's "
        "interface in network.capture",
        bench.name);
  if (bench.limits.wall_clock && lasts_ns > bench.limits.wall_clock->count())
    return fail(ErrorCode::usage,
                "--soak: {} s is more than limits.wall_clock ({} s): listen less, "
                "or raise it",
                lasts_ns / 1'000'000'000, bench.limits.wall_clock->count() / 1'000'000'000);
  return {};
}

}  // namespace

std::string who(const RunArguments& arguments) {
  return arguments.operator_name.empty() ? login_name() : arguments.operator_name;
}

Result<Begun> begin_new(const RunArguments& arguments, const Invocation& invocation, Clock& clock) {
  PlanWish wish;
  if (!arguments.regress.empty()) wish.blocks = static_cast<int>(arguments.regress_blocks);
  if (!arguments.soak.empty()) {
    auto lasts = soak_ns(arguments.soak);
    if (!lasts) return pass_on(std::move(lasts));
    wish.soak_ns = *lasts;
  }
  auto inputs = read_inputs(arguments.procedure, arguments.bench, arguments.seed, wish);
  if (!inputs) return pass_on(std::move(inputs));
  if (auto soaks = may_soak(inputs->bench, wish.soak_ns); !soaks) return pass_on(std::move(soaks));
  auto contract = wanted_contract(arguments, inputs->procedure);
  if (!contract) return pass_on(std::move(contract));
  auto confirming = wanted_confirmation(arguments, *inputs);
  if (!confirming) return pass_on(std::move(confirming));
  auto bounds = bounds_of(arguments, clock);
  if (!bounds) return pass_on(std::move(bounds));
  if (auto within = may_begin_within(*bounds, inputs->plan, inputs->procedure, inputs->bench,
                                     clock.now().real_ns);
      !within)
    return pass_on(std::move(within));
  auto commissioning = may_begin(*inputs, inputs->plan.stops, arguments, invocation, clock);
  if (!commissioning) return pass_on(std::move(commissioning));
  auto folder = new_folder(arguments.out, *inputs);
  if (!folder) return pass_on(std::move(folder));
  auto recorder = Recorder::create(*folder, clock);
  if (!recorder) return pass_on(std::move(recorder));
  const std::string id = work_id(inputs->bench, "run", clock);
  if (auto written = journal_plan(recorder->journal(), id, arguments, *inputs, *commissioning);
      !written)
    return pass_on(std::move(written));
  if (*confirming)
    if (auto committed =
            commit(**confirming, arguments, *inputs, *folder, recorder->journal(), invocation);
        !committed)
      return pass_on(std::move(committed));
  return Begun{std::move(*inputs),     std::move(*folder),        std::move(*recorder), id,
               std::nullopt,           std::move(*commissioning), std::move(*contract), *bounds,
               confirming->has_value()};
}

Result<Begun> begin_again(const RunArguments& arguments, const Invocation& invocation,
                          Clock& clock) {
  if (arguments.seed.seed || !arguments.seed.nonce.empty())
    return fail(ErrorCode::usage, "--resume goes on with the run's own seed: leave out {}",
                arguments.seed.seed ? "--seed" : "--nonce");
  auto interrupted = read_interrupted(arguments.procedure, arguments.bench, arguments.out);
  if (!interrupted) return pass_on(std::move(interrupted));
  auto contract = wanted_contract(arguments, interrupted->inputs.procedure);
  if (!contract) return pass_on(std::move(contract));
  auto bounds = bounds_of(arguments, clock);
  if (!bounds) return pass_on(std::move(bounds));
  const bool confirms = std::ranges::any_of(
      interrupted->journal, [](const Record& record) { return record.type == "confirm"; });
  const auto stops =
      stops_to_take(interrupted->inputs.plan, interrupted->inputs.bench, &interrupted->standing);
  auto commissioning = may_begin(interrupted->inputs, stops, arguments, invocation, clock);
  if (!commissioning) return pass_on(std::move(commissioning));
  auto recorder = go_on(*interrupted, arguments.operator_name, clock);
  if (!recorder) return pass_on(std::move(recorder));
  return Begun{std::move(interrupted->inputs),
               std::move(interrupted->folder),
               std::move(*recorder),
               interrupted->id,
               std::move(interrupted->standing),
               std::move(*commissioning),
               std::move(*contract),
               *bounds,
               confirms};
}

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

}  // namespace brewproof
