// brewproof plan: schedule, cups, hours, money and what can be proved, before anything moves.

#include "rig/command/command.h"
#include "rig/command/inputs.h"
#include "rig/command/power_text.h"
#include "rig/command/stop_text.h"
#include "rig/command/verb.h"
#include "rig/procedure/make_plan.h"
#include "rig/procedure/plan_text.h"

#include <memory>

namespace brewproof {
namespace {

struct PlanArguments {
  std::string procedure, bench;
  SeedChoice seed;
  bool canonical = false;
};

Result<void> plan(const PlanArguments& arguments, Invocation& invocation) {
  auto inputs = read_inputs(arguments.procedure, arguments.bench, arguments.seed);
  if (!inputs) return pass_on(std::move(inputs));
  if (arguments.canonical) {
    invocation.say(plan_json(inputs->plan));
    return {};
  }
  const Forecast expected =
      forecast(inputs->plan, inputs->procedure, inputs->bench, soonest_end(inputs->plan));
  invocation.say(plan_text(inputs->plan, expected, {invocation.color(), invocation.width()}));
  nlohmann::json answer = forecast_json(inputs->plan, expected);
  if (auto outlook = stop_outlook_json(inputs->plan)) {
    invocation.say(stop_outlook_text(*outlook));
    answer["early_end"] = std::move(*outlook);
  }
  if (auto power = power_json(inputs->plan)) {
    invocation.say(power_text(*power));
    answer["power"] = std::move(*power);
  }
  if (inputs->nonce) {
    invocation.say("The seed again, by hand:\n  " + seed_command(*inputs->nonce));
    answer["counter"] = inputs->nonce->counter;
    answer["seed_command"] = seed_command(*inputs->nonce);
  }
  invocation.answer(answer);
  return {};
}

}  // namespace

void add_plan(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "plan", "what a procedure will do, cost and be able to prove");
  auto arguments = std::make_shared<PlanArguments>();
  verb.text("procedure", arguments->procedure, "procedure file", Verb::Need::required);
  verb.text("--bench", arguments->bench, "bench file", Verb::Need::required);
  verb.seed(arguments->seed.seed);
  verb.text("--nonce", arguments->seed.nonce, "an auditor's text that the seed comes from");
  verb.text("--bench-log", arguments->seed.bench_log,
            "log of the bench, which --nonce counts runs in (default: beside the bench file)");
  verb.flag("--canonical", arguments->canonical,
            "print plan.json itself: the bytes that are hashed");
  verb.action([arguments, &invocation] {
    if (auto done = plan(*arguments, invocation); !done) invocation.refuse(done.error());
  });
}

}  // namespace brewproof
