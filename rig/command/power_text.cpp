#include "rig/command/power_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rig/model/alpha_shares.h"
#include "rig/proof/power.h"

namespace brewproof {
namespace {

using nlohmann::json;

/// How much is looked at is known only once the machine was heard: one message and nothing else, a
/// quiet machine, a talkative one.
constexpr std::array<int, 3> looked_at = {1, 10, 100};
constexpr std::array<double, 3> rates = {1, 0.6, 0.3};

}  // namespace

std::optional<json> power_json(const Plan& plan) {
  const bool any_sham = std::ranges::any_of(
      plan.design.events, [](const auto& event) { return !event.second.sham.empty(); });
  if (!any_sham || plan.design.stop || plan.slots.empty()) return std::nullopt;
  PowerQuestion question;
  question.blocks = static_cast<std::size_t>(plan.blocks);
  question.acts = question.shams = static_cast<std::size_t>(plan.per_block);
  json rows = json::array();
  for (const int patterns : looked_at) {
    question.level = exact_share(plan.design.alpha, false) / patterns;
    json chances = json::array();
    for (const double rate : rates)
      chances.push_back({{"follows", rate}, {"proven", chance_to_be_proven(question, rate)}});
    rows.push_back({{"patterns", patterns}, {"chances", std::move(chances)}});
  }
  return json{{"acts", plan.blocks * plan.per_block}, {"rows", std::move(rows)}};
}

std::string power_text(const json& power) {
  std::string text = fmt::format(
      "Chance to be proven  ({} acts of each event with a sham; of a message that follows part of "
      "the acts\nand no sham, by how many patterns of messages are looked at)\n  {:>8}  {:>14}  "
      "{:>14}  {:>14}\n",
      power["acts"].get<int>(), "patterns", "in all acts", "in 60 %", "in 30 %");
  for (const json& row : power["rows"]) {
    text += fmt::format("  {:>8}", row["patterns"].get<int>());
    for (const json& chance : row["chances"])
      text +=
          fmt::format("  {:>14}", fmt::format("{:.0f} %", 100 * chance["proven"].get<double>()));
    text += '\n';
  }
  return text;
}

}  // namespace brewproof
