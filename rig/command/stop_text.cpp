#include "rig/command/stop_text.h"

#include <fmt/format.h>

#include <array>

#include "rig/proof/stop_outlook.h"

namespace brewproof {
namespace {

using nlohmann::json;

/// How many patterns share the stake is known only once the machine was heard: one message and
/// nothing else, a quiet machine, a talkative one.
constexpr std::array<std::size_t, 3> shared_by = {1, 10, 100};

StopQuestion question_of(const Plan& plan) {
  StopQuestion question;
  question.blocks = static_cast<std::size_t>(plan.blocks);
  question.acts = question.shams = static_cast<std::size_t>(plan.per_block);
  question.events = 0;
  for (const auto& [name, event] : plan.design.events)
    if (!event.sham.empty()) ++question.events;
  question.least_blocks = static_cast<std::size_t>(plan.design.stop->least_blocks);
  question.alpha = plan.design.alpha;
  return question;
}

}  // namespace

std::optional<json> stop_outlook_json(const Plan& plan) {
  if (!plan.design.stop) return std::nullopt;
  const StopQuestion question = question_of(plan);
  json rows = json::array();
  for (const std::size_t patterns : shared_by) {
    const StopOutlook outlook = stop_outlook(question, patterns, {1, 0.9, 0.5});
    json power = json::array();
    for (const StopOutlook::Power& one : outlook.power)
      power.push_back(
          {{"follows", one.follows},
           {"before_the_end", one.before_the_end},
           {"median_blocks", one.median_blocks == 0 ? json(nullptr) : json(one.median_blocks)}});
    rows.push_back(
        {{"patterns", patterns},
         {"blocks_if_always",
          outlook.blocks_if_always == 0 ? json(nullptr) : json(outlook.blocks_if_always)},
         {"power", std::move(power)}});
  }
  return json{{"least_blocks", plan.design.stop->least_blocks},
              {"per_block", plan.per_block},
              {"blocks", plan.blocks},
              {"outlook", std::move(rows)}};
}

int soonest_end(const Plan& plan) {
  if (!plan.design.stop) return 0;
  return static_cast<int>(stop_outlook(question_of(plan), 1, {}).blocks_if_always);
}

std::string stop_outlook_text(const json& outlook) {
  const int per_block = outlook["per_block"].get<int>(), blocks = outlook["blocks"].get<int>();
  std::string text = fmt::format(
      "Early end  (decided, not before block {}; each event's acts until a message that follows no "
      "sham\nis decided, and how likely that is before the last block, by how many patterns share "
      "the stake)\n  {:>8}  {:>14}  {:>14}  {:>14}  {:>14}\n",
      outlook["least_blocks"].get<int>(), "patterns", "at the least", "in all acts", "in 90 %",
      "in 50 %");
  for (const json& row : outlook["outlook"]) {
    const json& least = row["blocks_if_always"];
    text += fmt::format(
        "  {:>8}  {:>14}", row["patterns"].get<int>(),
        least.is_null() ? std::string("-") : fmt::format("{} acts", least.get<int>() * per_block));
    for (const json& power : row["power"]) {
      const json& median = power["median_blocks"];
      text += fmt::format(
          "  {:>14}",
          fmt::format("{} ({:.0f} %)",
                      median.is_null() ? fmt::format("> {}", blocks * per_block)
                                       : fmt::format("{}", median.get<int>() * per_block),
                      100 * power["before_the_end"].get<double>()));
    }
    text += '\n';
  }
  return text;
}

}  // namespace brewproof
