#include "tests/zoo/examine.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <span>
#include <sstream>

#include "results/findings_json.h"
#include "rig/evidence/run_folder.h"
#include "rig/model/generator.h"
#include "rig/procedure/make_plan.h"
#include "rig/proof/lots.h"

namespace brewproof {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The acts of an event in its first blocks, and what is found in them.
std::vector<int> cups_until_found(const ProofInput& whole, const Truth& truth, int blocks) {
  std::vector<int> cups;
  std::set<Emitted> known;
  for (int block = 1; block <= blocks; ++block) {
    ProofInput input = whole;
    std::erase_if(input.trials, [&](const Trial& trial) { return trial.block > block; });
    for (const Finding& finding : attribute(input).findings) {
      const Emitted emitted = emitted_of(finding);
      if (known.contains(emitted) || truth.score(std::set{emitted}).wrong > 0) continue;
      known.insert(emitted);
      cups.push_back(static_cast<int>(std::ranges::count_if(input.trials, [&](const Trial& trial) {
        return !trial.sham && trial.event == finding.event;
      })));
    }
  }
  return cups;
}

// Which of the slots of an event and its sham were acts falls anew, within each block.
void deal_again(std::vector<Trial>& trials, Generator& generator) {
  std::map<std::pair<int, std::string>, std::vector<Trial*>> strata;
  for (Trial& trial : trials) strata[{trial.block.value_or(0), trial.event}].push_back(&trial);
  for (auto& [stratum, slots] : strata) {
    std::vector<char> shams;  // not bool: a span is shuffled
    for (const Trial* slot : slots) shams.push_back(slot->sham ? 1 : 0);
    generator.shuffle(std::span(shams));
    for (std::size_t i = 0; i < slots.size(); ++i) slots[i]->sham = shams[i] != 0;
  }
}

}  // namespace

Examined examine(const std::string& machine, const ZooOptions& options, bool count_cups) {
  Examined examined{machine, options.seed, "", {}, {}, {}, 0, 0};
  auto start = std::chrono::steady_clock::now();
  const auto run = run_machine(machine, options);
  examined.made_s = seconds_since(start);
  if (!run) {
    examined.fault = run.error().message;
    return examined;
  }
  start = std::chrono::steady_clock::now();
  const ProofInput input = decoded(*run);
  const Proof proof = attribute(input);
  examined.analysed_s = seconds_since(start);
  const Truth truth(run->run.truth, run->plan.design);
  examined.score = truth.score(proof.findings);
  examined.habit = truth.score(claims_by_habit(input.messages, input.trials, input.identities));
  if (count_cups) examined.cups = cups_until_found(input, truth, run->plan.blocks);
  return examined;
}

Result<Score> judge(const std::filesystem::path& run) {
  const std::filesystem::path folder = run.has_filename() ? run : run.parent_path();
  const std::string truth_file = folder.string() + ".truth.jsonl";
  const auto findings_text = read_file_whole((folder / "findings.json").string());
  const auto plan_text = read_file_whole((folder / "plan.json").string());
  const auto truth_text = read_file_whole(truth_file);
  for (const auto* text : {&findings_text, &plan_text, &truth_text})
    if (!*text) return tl::unexpected(text->error());
  auto findings = read_findings_json(*findings_text, (folder / "findings.json").string());
  if (!findings) return pass_on(std::move(findings));
  auto plan = read_plan_json(*plan_text, (folder / "plan.json").string());
  if (!plan) return pass_on(std::move(plan));
  std::vector<nlohmann::ordered_json> lines;
  std::istringstream truth(*truth_text);
  for (std::string line; std::getline(truth, line);) {
    lines.push_back(nlohmann::ordered_json::parse(line, nullptr, false));
    if (lines.back().is_discarded())
      return fail(ErrorCode::bad_file, "{}:{}: no JSON", truth_file, lines.size());
  }
  return Truth(lines, plan->design).score(findings->findings);
}

Aa redraw_lots(const std::string& machine, const ZooOptions& options, int times) {
  Aa aa{machine, "", 0, 0, {}};
  const auto run = run_machine(machine, options);
  if (!run) return {machine, run.error().message, 0, 0, {}};
  ProofInput input = decoded(*run);
  Generator generator = redraw_generator(options.seed, "zoo");
  for (int i = 0; i < times; ++i) {
    deal_again(input.trials, generator);
    input.design.seed = generator.next();
    const Proof proof = attribute(input);
    ++aa.runs;
    if (proof.findings.empty()) continue;
    ++aa.with_claims;
    for (const Finding& finding : proof.findings)
      aa.claims.push_back(fmt::format("{} seed {} draw {}: {} {} p {:.2g}", machine, options.seed,
                                      i, finding.event, finding.message,
                                      finding.timing ? finding.timing->p : 1.0));
  }
  return aa;
}

}  // namespace brewproof
