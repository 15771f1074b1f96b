#include "rig/command/regress.h"

#include <fmt/core.h>

#include <algorithm>

#include "results/findings_json.h"
#include "results/inert_text.h"
#include "results/sentences.h"
#include "rig/command/analysis/analysis.h"
#include "rig/command/one_run.h"
#include "rig/evidence/run_folder.h"
#include "rig/model/nonce.h"
#include "rig/model/sha256.h"
#include "rig/proof/regress.h"

namespace brewproof {
namespace {

/// What a pass shows. Contract lines that fail are named by what they are about.
struct Pass {
  std::vector<RedLine> red;
  std::vector<CheckedLine> broken;
  bool doubtful = false;

  [[nodiscard]] bool clean() const { return red.empty() && broken.empty(); }
};

Pass pass_of(const RunDone& done) {
  const Findings& findings = *done.findings;
  Pass pass;
  pass.doubtful = inconclusive(findings);
  if (findings.regression) {
    pass.red = red_lines(*findings.regression);
    pass.doubtful = pass.doubtful || pass.red.size() < findings.regression->lines.size();
  }
  if (!done.contract) return pass;
  for (const CheckedLine& line : done.contract->lines) {
    if (line.verdict == Declared::fail) pass.broken.push_back(line);
    pass.doubtful = pass.doubtful || line.verdict == Declared::inconclusive;
  }
  return pass;
}

bool same_line(const CheckedLine& a, const CheckedLine& b) {
  return a.about == b.about && a.event == b.event && a.destination == b.destination &&
         a.protocol == b.protocol && a.message == b.message;
}

/// What both passes show.
Pass again(const Pass& first, const Pass& second) {
  Pass both;
  for (const RedLine& line : first.red)
    if (std::ranges::any_of(second.red,
                            [&](const RedLine& other) { return same_red_line(line, other); }))
      both.red.push_back(line);
  for (const CheckedLine& line : first.broken)
    if (std::ranges::any_of(second.broken,
                            [&](const CheckedLine& other) { return same_line(line, other); }))
      both.broken.push_back(line);
  return both;
}

std::string lines_text(const Pass& pass) {
  std::string text;
  for (const RedLine& line : pass.red) text += "\n  " + red_line_sentence(line);
  for (const CheckedLine& line : pass.broken)
    text += fmt::format("\n  contract: {}: {}",
                        line.event.empty() ? "background" : inert(line.event, 60),
                        line.about == CheckedLine::About::nothing_else
                            ? "there is more than is declared"
                            : inert(line.message, 120) + " to " + inert(line.destination, 120));
  return text;
}

nlohmann::json pass_json(const std::string& folder, const RunDone& done) {
  return {{"folder", folder},
          {"findings", done.findings ? nlohmann::json::parse(findings_json(*done.findings))
                                     : nlohmann::json(nullptr)},
          {"contract", done.contract ? nlohmann::json(verdict_word(done.contract->verdict))
                                     : nlohmann::json(nullptr)}};
}

void tell_verdict(ExitCode code, const std::string& text, nlohmann::json passes,
                  Invocation& invocation) {
  constexpr const char* schema = "brewproof.regress/1";
  const char* const verdict = code == ExitCode::done                 ? "PASS"
                              : code == ExitCode::expectation_failed ? "FAIL"
                                                                     : "INCONCLUSIVE";
  invocation.say(fmt::format("\nRegression: {}  {}", verdict, text));
  invocation.answer({{"schema", schema}, {"verdict", verdict}, {"passes", std::move(passes)}});
  invocation.exit = graver(invocation.exit, code);
}

/// A pass that did not go to its end tells nothing of the machine.
bool cut_short(const RunDone& done, const char* which, const nlohmann::json& passes,
               Invocation& invocation) {
  if (done.findings && done.outcome == "completed") return false;
  if (!done.findings) invocation.exit = graver(invocation.exit, done.exit);
  tell_verdict(ExitCode::inconclusive, fmt::format("{} did not go to its end", which), passes,
               invocation);
  return true;
}

/// The same question with other lots: the claims that did not come back, everything that is new.
RunArguments second_pass(const RunArguments& arguments, const std::string& out,
                         const RunDone& first, const Pass& pass) {
  RunArguments second = arguments;
  second.out = out;
  second.only.emplace();
  for (const RedLine& line : pass.red)
    if (!line.claim.empty()) second.only->push_back(line.claim);
  // A nonce stands for another seed by itself, as one run more was begun.
  if (arguments.seed.nonce.empty())
    second.seed.seed = second_seed(first.findings->run.seed.value_or(0));
  return second;
}

}  // namespace

std::uint64_t second_seed(std::uint64_t first) {
  return seed_of_digest(sha256(fmt::format("brewproof.regress/1\n{}", first)));
}

Result<void> regress(const RunArguments& arguments, Invocation& invocation) {
  const std::string out = arguments.out + "-again";
  if (auto free = RunFolder::vacant(out); !free) return free;
  auto first = one_run(arguments, invocation);
  if (!first) return pass_on(std::move(first));
  nlohmann::json passes = nlohmann::json::array({pass_json(arguments.out, *first)});
  if (cut_short(*first, "the run", passes, invocation)) return {};
  const Pass seen = pass_of(*first);
  if (seen.clean()) {
    tell_verdict(seen.doubtful ? ExitCode::inconclusive : ExitCode::done,
                 seen.doubtful ? "no red line, but not everything could be told"
                               : "every claim came back, and nothing is new",
                 std::move(passes), invocation);
    return {};
  }
  invocation.say(fmt::format("\n{} red line{}, asked once more with new lots in {}:{}",
                             seen.red.size() + seen.broken.size(),
                             seen.red.size() + seen.broken.size() == 1 ? "" : "s", out,
                             lines_text(seen)));
  auto second = one_run(second_pass(arguments, out, *first, seen), invocation);
  if (!second) {
    invocation.exit = graver(invocation.exit, ExitCode::inconclusive);
    return pass_on(std::move(second));
  }
  passes.push_back(pass_json(out, *second));
  if (cut_short(*second, "the second pass", passes, invocation)) return {};
  const Pass both = again(seen, pass_of(*second));
  if (both.clean())
    tell_verdict(ExitCode::inconclusive, "what was red came in one of two passes only",
                 std::move(passes), invocation);
  else
    tell_verdict(ExitCode::expectation_failed, "red in both passes:" + lines_text(both),
                 std::move(passes), invocation);
  return {};
}

}  // namespace brewproof
