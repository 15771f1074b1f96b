// brewproof run: the job.

#include <memory>

#include "results/findings_json.h"
#include "rig/command/command.h"
#include "rig/command/one_run.h"
#include "rig/command/regress.h"
#include "rig/command/soak_time.h"
#include "rig/command/verb.h"

namespace brewproof {
namespace {

Result<void> run(const RunArguments& arguments, Invocation& invocation) {
  if (!arguments.regress.empty()) return regress(arguments, invocation);
  auto done = one_run(arguments, invocation);
  if (!done) return pass_on(std::move(done));
  if (done->answer) invocation.answer(nlohmann::json::parse(findings_json(*done->findings)));
  invocation.exit = graver(invocation.exit, done->exit);
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
  verb.text(
      "--regress", arguments->regress,
      "folder of an earlier run: has the machine changed since? Its claims, the contract, and "
      "what it never had; a red line is asked again at once, in OUT-again");
  verb.excludes("--regress", "--resume");
  verb.excludes("--regress", "--confirm");
  verb.count("--blocks", arguments->regress_blocks,
             "blocks of a run with --regress, in the place of design.blocks", 1, 1000);
  verb.needs("--blocks", "--regress");
  verb.text_or("--soak", arguments->soak, usual_soak,
               "do nothing and listen so long, as 30m (which is the default), 2h or \"90 s\": what "
               "does the machine send by itself, and what must the design declare?");
  for (const char* other : {"--resume", "--confirm", "--regress"}) verb.excludes("--soak", other);
  verb.count("--max-cups", arguments->max_cups,
             "end before a block that would take the run past so many cups", 1, 1'000'000);
  verb.text("--until", arguments->until,
            "HH:MM: end before a block that would not be over by then (local time)");
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
