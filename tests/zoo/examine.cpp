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

int acts_of(const std::vector<Trial>& trials, const std::string& event) {
  return static_cast<int>(std::ranges::count_if(
      trials, [&](const Trial& trial) { return !trial.sham && trial.event == event; }));
}

// As at the border of a block: what is to come is not there yet.
ProofInput first_blocks(const ProofInput& whole, int blocks) {
  ProofInput input = whole;
  std::erase_if(input.trials, [&](const Trial& trial) { return trial.block > blocks; });
  std::int64_t over = 0;
  for (const Trial& trial : input.trials) over = std::max(over, trial.end_ns);
  std::erase_if(input.messages, [&](const KeptMessage& message) { return message.time_ns > over; });
  return input;
}

std::vector<Decided> decided_by_the_rule(const ProofInput& whole, const Proof& proof,
                                         const Truth& truth, int blocks) {
  std::vector<Decided> decided;
  for (int block = 1; block <= blocks; ++block) {
    const ProofInput input = first_blocks(whole, block);
    const EarlyLook look = look_early(input);
    decided.resize(look.events.size());
    for (std::size_t e = 0; e < look.events.size(); ++e) {
      Decided& event = decided[e];
      event.event = look.events[e].event;
      if (!event.cups && decides(look.events[e].best, look.level))
        event.cups = acts_of(input.trials, event.event);
    }
  }
  for (Decided& event : decided) {
    event.acts = acts_of(whole.trials, event.event);
    event.sends = std::ranges::any_of(proof.findings, [&](const Finding& finding) {
      return finding.event == event.event && finding.relation == "sends" &&
             truth.score(std::set{emitted_of(finding)}).wrong == 0;
    });
  }
  return decided;
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
  if (count_cups) examined.decided = decided_by_the_rule(input, proof, truth, run->plan.blocks);
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
