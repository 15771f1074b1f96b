#include "rig/command/earlier_run.h"

#include <fmt/core.h>

#include <algorithm>

#include "results/findings_json.h"
#include "rig/command/analysis/source.h"
#include "rig/model/confirmation.h"
#include "rig/model/sha256.h"
#include "rig/procedure/make_plan.h"
#include "rig/proof/confirm.h"

namespace brewproof {
namespace {

/// What it lacks to be held against; "" = nothing.
std::string not_a_base(const Findings& findings, const std::string& path) {
  if (findings.run.outcome != "completed")
    return fmt::format("its outcome is {}: what it never had it may only not have come to",
                       findings.run.outcome);
  if (findings.signatures.empty() && !(findings.findings.empty() && findings.background.empty()))
    return fmt::format(
        "does not list what was sent (an older brewproof made it): brewproof analyze {} makes it "
        "anew",
        path);
  return "";
}

/// Can this plan confirm them all? A perfect result must reach the level.
Result<void> enough_for(const std::vector<ClaimToConfirm>& claims, const std::string& option,
                        const RunArguments& arguments, const Inputs& inputs) {
  const Forecast outlook = forecast(inputs.plan, inputs.procedure, inputs.bench);
  for (const ClaimToConfirm& claim : claims) {
    const auto event = std::ranges::find(outlook.events, claim.event, &Forecast::Event::event);
    if (event == outlook.events.end())
      return fail(ErrorCode::usage, "{}: its {} is about {}, which {} never does", option, claim.id,
                  claim.event, arguments.procedure);
    const double least = event->smallest_p * static_cast<double>(claims.size());
    if (least > confirm_alpha)
      return fail(ErrorCode::usage,
                  "{}: {} trials of {} cannot confirm one of {} claims: a perfect result would "
                  "have p {:.2g}, above {}: take more blocks{}",
                  option, event->trials, claim.event, claims.size(), least, confirm_alpha,
                  arguments.regress.empty() ? "" : " (--blocks)");
  }
  return {};
}

}  // namespace

Result<std::optional<EarlierRun>> wanted_confirmation(const RunArguments& arguments,
                                                      const Inputs& inputs) {
  const bool regress = !arguments.regress.empty();
  const std::string& path = regress ? arguments.regress : arguments.confirm;
  if (path.empty()) return std::optional<EarlierRun>();
  const std::string option = (regress ? "--regress " : "--confirm ") + path;
  auto text = read_file_whole(path + "/findings.json");
  if (!text) return fail(ErrorCode::usage, "{}: {}", option, text.error().message);
  auto findings = read_findings_json(*text, path + "/findings.json");
  if (!findings) return pass_on(std::move(findings));
  if (findings->run.seed == inputs.plan.design.seed)
    return fail(ErrorCode::usage,
                "{}: it was run with the same seed {}: its lots would fall as they did; name "
                "another, or none",
                option, inputs.plan.design.seed);
  if (const std::string lack = regress ? not_a_base(*findings, path) : ""; !lack.empty())
    return fail(ErrorCode::usage, "{}: {}", option, lack);
  EarlierRun earlier{{findings->run.id, sha256(*text), claims_to_confirm(*findings), regress},
                     std::move(*text)};
  std::vector<ClaimToConfirm>& claims = earlier.wish.claims;
  if (arguments.only)
    std::erase_if(claims, [&](const ClaimToConfirm& claim) {
      return std::ranges::find(*arguments.only, claim.id) == arguments.only->end();
    });
  // Where nothing is claimed there may still be something new.
  if (claims.empty() && !regress)
    return fail(ErrorCode::usage, "{}: it claims nothing that could be asked again", option);
  if (auto enough = enough_for(claims, option, arguments, inputs); !enough)
    return pass_on(std::move(enough));
  return std::optional(std::move(earlier));
}

Result<void> commit(const EarlierRun& earlier, const RunArguments& arguments, const Inputs& inputs,
                    const RunFolder& folder, Journal& journal, const Invocation& invocation) {
  const ConfirmationWish& wish = earlier.wish;
  if (wish.regress) {
    if (auto kept = write_file_whole(folder.file(base_findings_file), earlier.findings); !kept)
      return kept;
    const auto then = read_file_whole(arguments.regress + "/procedure.yaml");
    if (then && *then != inputs.procedure.text)
      invocation.say(fmt::format("Note: {} is not the procedure that {} was run with.",
                                 arguments.procedure, arguments.regress));
  }
  invocation.say(fmt::format("Asks again what run {} claims: {} claims, findings {}", wish.run,
                             wish.claims.size(), wish.findings_sha256));
  return journal.append("confirm", confirming_json(wish), Journal::Sync::yes);
}

}  // namespace brewproof
