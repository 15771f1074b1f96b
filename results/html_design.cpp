// How the lots were drawn, so that a stranger can draw them again.
#include <fmt/core.h>

#include <algorithm>

#include "results/html_parts.h"
#include "results/inert_text.h"
#include "results/sentences.h"
#include "rig/model/finding_words.h"
#include "rig/model/generator.h"

namespace brewproof {
namespace {

constexpr std::size_t most_trials = 1000;

std::string sham_text(const std::string& sham) {
  if (sham.empty()) return "no sham arm: this event can show association only";
  if (sham == "host")
    return "host: the same exchanges with the same device, nothing on the machine's side";
  if (sham == "none") return "none: nothing is done";
  if (sham.starts_with("dummy"))
    return inert(sham, 60) +
           ": the same press of the same kind of relay, onto a contact that is not wired";
  return inert(sham, 60);
}

std::string parameter_text(const ParameterDesign& parameter) {
  std::string text = parameter.kind == ParameterKind::drawn     ? "drawn"
                     : parameter.kind == ParameterKind::derived ? "derived"
                                                                : "observed";
  if (parameter.unique) text += ", different in every trial";
  if (parameter.money)
    text += ", in minor units" + (parameter.currency.empty() ? "" : " of " + parameter.currency);
  std::vector<std::string> levels;
  for (std::size_t i = 0; i < parameter.levels.size() && i < 12; ++i)
    levels.push_back(inert(to_text(parameter.levels[i]), 40));
  if (parameter.levels.size() > 12) levels.emplace_back("...");
  if (!levels.empty()) text += ": " + list_text(levels);
  return text;
}

std::string arms_table(const Design& design) {
  if (design.events.empty()) return "";
  std::string out =
      "<h4>Arms</h4><div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Event"
      "</th><th scope=\"col\">Its sham</th><th scope=\"col\">Parameters</th></tr></thead><tbody>\n";
  for (const auto& [name, event] : design.events) {
    std::string parameters;
    for (const auto& [parameter, drawn] : event.parameters)
      parameters += fmt::format("{}<b>{}</b> {}", parameters.empty() ? "" : "<br>",
                                inert_html(parameter, 40), inert_html(parameter_text(drawn), 600));
    out += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n",
                       inert_html(name, 60), inert_html(sham_text(event.sham), 200), parameters);
  }
  return out + "</tbody></table></div>\n";
}

std::string lots(const std::vector<Slot>& slots) {
  if (slots.empty()) return "";
  std::string out = "<h4>The order that the lots gave</h4><dl class=\"facts\">\n";
  for (std::size_t i = 0; i < slots.size() && i < most_trials;) {
    const int block = slots[i].block;
    out += fmt::format("<dt>Block {}</dt><dd class=\"lots\">", block);
    for (; i < slots.size() && i < most_trials && slots[i].block == block; ++i)
      out += fmt::format("<span class=\"lot{}\">{}{}</span>", slots[i].sham ? "" : " did",
                         slots[i].sham ? "sham " : "", inert_html(slots[i].event, 20));
    out += "</dd>\n";
  }
  return out + "</dl>\n";
}

// The newest runs with this procedure on this machine; the sentence counts all of them.
std::string others_table(const FindingsRun& run) {
  if (!run.history || run.history->others.empty()) return "";
  std::string out =
      "<details><summary>The other runs with this procedure on this machine</summary>"
      "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th scope=\"col\" "
      "class=\"n\">Run</th>"
      "<th scope=\"col\">Name</th><th scope=\"col\">Begun</th><th scope=\"col\">Outcome</th>"
      "<th scope=\"col\">Verdict</th></tr></thead><tbody>\n";
  for (const RunHistory::Other& other : run.history->others)
    out += fmt::format(
        "<tr><td class=\"n\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        other.number, inert_html(other.id, 80), utc_text(other.begun_ns),
        inert_html(other.outcome, 40), inert_html(other.verdict, 40));
  return out + "</tbody></table></div></details>\n";
}

}  // namespace

std::string design_section(const ReportInput& input) {
  const Plan& plan = input.plan;
  const Findings& findings = input.findings;
  std::string out = section_head(
      "design", "How this was tested",
      "Before each slot lots were drawn. Sometimes the rig really acts; sometimes it does "
      "everything except the last contact. The machine cannot know the lot, so whatever follows "
      "the acts and not the shams was caused by the act, and the chance of being fooled is counted "
      "over all the ways the lots could have fallen.");
  std::vector<std::pair<std::string, std::string>> rows;
  const auto row = [&rows](const char* name, std::string value) {
    if (!value.empty()) rows.emplace_back(name, std::move(value));
  };
  row("Procedure", inert_html(plan.procedure));
  row("Tries", inert_html(history_sentence(findings.run), 1000));
  row("Early end", inert_html(early_end_sentence(findings.run), 800));
  row("Unplanned", inert_html(unplanned_sentence(findings.run), 400));
  row("Stops", inert_html(stops_sentence(findings.run), 300));
  row("Pauses", inert_html(pauses_sentence(findings.run), 300));
  row("Bench", inert_html(commissioned_sentence(findings.run), 400));
  row("Payment", inert_html(payment_sentence(findings.run), 200));
  row("Identity", inert_html(identity_sentence(findings.run), 1000));
  row("Machine", inert_html(machine_sentence(findings.run), 1000));
  row("Restarts", inert_html(restarts_sentence(findings.run), 1000));
  row("Gateway", inert_html(gateway_sentence(findings.run), 1000));
  std::string effects;
  for (const std::string& line : interception_sentences(findings.run))
    effects += (effects.empty() ? "" : "<br>") + inert_html(line, 600);
  row("Interception", effects);
  std::string asked;
  for (const std::string& line : confirmation_sentences(findings))
    asked += (asked.empty() ? "" : "<br>") + inert_html(line, 600);
  if (findings.confirming)
    row("Asked again", "What run " + code(findings.confirming->run) + " claims:<br>" + asked);
  if (findings.regression) {
    std::string held;
    for (const std::string& line : regression_sentences(*findings.regression))
      held += "<br>" + inert_html(line, 2000);
    row("Held against", "Run " + code(findings.regression->base) + ":" + held);
  }
  row("Law of the test", inert_html(findings.analysis.law));
  if (!plan.slots.empty())
    row("Blocks", fmt::format("{} of {} per arm, {} in reserve", plan.blocks, plan.per_block,
                              plan.reserve_blocks));
  if (findings.run.seed)
    row("Seed", fmt::format("{}, generator {}", *findings.run.seed, generator_name));
  row("Nonce", inert_html(plan.nonce));
  if (!findings.run.plan_sha256.empty())
    row("Plan, SHA-256", code(findings.run.plan_sha256) + ", journalled before the first act");
  std::string windows;
  for (const Window& window : findings.analysis.windows)
    windows += (windows.empty() ? "" : ", ") + window_text(window);
  row("Windows", windows);
  row("Error rate",
      fmt::format("{} for all claims of this report together, half for timing and half for "
                  "content; {} re-draws",
                  percent_text(findings.analysis.alpha), count_text(findings.analysis.draws)));
  out += "<div class=\"card\">" + facts(rows) + arms_table(plan.design) + lots(plan.slots) +
         others_table(findings.run);
  return out + "</div>\n";
}

}  // namespace brewproof
