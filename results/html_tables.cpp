// The shorter sections of report.html: what was not seen, what comes anyway, bytes, exclusions.
#include <fmt/core.h>

#include "results/html_parts.h"
#include "results/inert_text.h"
#include "results/sentences.h"
#include "rig/model/spike.h"

namespace brewproof {
namespace {

constexpr std::size_t most_background_rows = 60;  // findings.json has all

std::string open_table(std::string_view heads) {
  return fmt::format(
      "<div class=\"card\"><div class=\"scroll\" tabindex=\"0\"><table><thead><tr>{}</tr></thead>"
      "<tbody>\n",
      heads);
}
constexpr std::string_view close_table = "</tbody></table></div></div>\n";

std::string bar(double share) {
  return fmt::format("<div class=\"bar\"><i style=\"width:{:.1f}%\"></i></div>",
                     std::clamp(share, 0.0, 1.0) * 100);
}

std::string ledger(std::string_view caption, const std::map<std::string, std::uint64_t>& counts,
                   std::uint64_t total) {
  std::string out = fmt::format(
      "<table><caption>{}</caption><thead><tr><th scope=\"col\">What</th><th scope=\"col\" "
      "class=\"n\">Bytes</th><th scope=\"col\">Share</th></tr></thead><tbody>\n",
      caption);
  for (const auto& [name, count] : counts) {
    const double share = total == 0 ? 0 : static_cast<double>(count) / static_cast<double>(total);
    out += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td>{}</td></tr>\n",
                       inert_html(name, 60), count_text(count), bar(share));
  }
  return out + "</tbody></table>\n";
}

}  // namespace

std::string none_section(const Findings& findings) {
  if (findings.none.empty()) return "";
  std::string out =
      section_head("none", "None seen",
                   "That nothing was seen has a bound, a horizon and the paths that were watched.");
  out += "<div class=\"card\">";
  for (const NoneSeen& none : findings.none)
    out += fmt::format("<p>{}</p>\n", inert_html(none_sentence(none), 2000));
  if (const std::string paths = paths_sentence(findings.run); !paths.empty())
    out += fmt::format("<p class=\"note\">Network paths {}.</p>\n", inert_html(paths, 1000));
  return out + "</div>\n";
}

std::string soak_section(const Findings& findings) {
  if (!findings.soak) return "";
  std::string out = section_head(
      "soak", "Without any act",
      "What the machine sent while nobody did anything, and what a design has to declare by it.");
  out += open_table(
      "<th scope=\"col\">Message</th><th scope=\"col\">Destination</th><th "
      "scope=\"col\">How often</th>");
  for (const Recurrence& kind : findings.soak->kinds)
    out +=
        fmt::format("<tr><td>{} <span class=\"chip\">{}</span></td><td>{}</td><td>{}</td></tr>\n",
                    code(kind.message), inert_html(kind.protocol, 20),
                    inert_html(destination_text(kind.destination), 120),
                    inert_html(recurrence_text(kind), 200));
  out += close_table;
  std::string lines;
  for (const std::string& line : design_lines(*findings.soak))
    lines += (lines.empty() ? "" : "<br>") + code(line);
  if (!lines.empty()) out += "<p>For the procedure&#39;s design:<br>" + lines + "</p>\n";
  return out + "<p class=\"note\">" + inert_html(soak_limits(*findings.soak), 1000) + "</p>\n";
}

std::string sensitivity_section(const Findings& findings) {
  if (findings.spikes.empty()) return "";
  std::string out = section_head(
      "sensitivity", "Sensitivity",
      "Synthetic emissions were added to copies of what the machine sent, tied to the acts as they "
      "were made, and the same proof was asked to find them. What is found in less than nine of "
      "ten copies may have been there without being seen. No claim above hangs on this.");
  out += open_table(
      "<th scope=\"col\">Event</th><th scope=\"col\">How it follows the act</th>"
      "<th scope=\"col\">What it looks like</th><th scope=\"col\" class=\"n\">Found</th>"
      "<th scope=\"col\">Share</th><th scope=\"col\">None seen covers it</th>");
  for (const SpikeRecovery& spike : findings.spikes) {
    const std::string like = spike.like
                                 ? code(spike.like->message) + " to " +
                                       inert_html(destination_text(spike.like->destination), 120)
                                 : "a message of its own kind";
    out += fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{} of {}</td><td>{}</td><td>{}</td>"
        "</tr>\n",
        inert_html(spike.event, 60), spike_word(spike.form), like, spike.recovered, spike.planted,
        bar(static_cast<double>(spike.recovered) / std::max(1, spike.planted)),
        covered(spike) ? "yes" : "no");
  }
  return out + std::string(close_table);
}

std::string candidates_section(const Findings& findings) {
  if (findings.candidates.empty()) return "";
  std::string out = section_head(
      "candidates", "Candidates, not proven",
      "Listed by a weaker rule (false discovery rate 5 %). Worth a run of their own; no claim.");
  out += open_table(
      "<th scope=\"col\">Event</th><th scope=\"col\">Message</th><th scope=\"col\">Destination</th>"
      "<th scope=\"col\" class=\"n\">After acts</th><th scope=\"col\" class=\"n\">After shams</th>"
      "<th scope=\"col\" class=\"n\">p</th>");
  for (const Finding& finding : findings.candidates) {
    std::string figures = "<td></td><td></td><td></td>";
    if (finding.timing)
      figures = fmt::format(
          "<td class=\"n\">{} of {}</td><td class=\"n\">{} of {}</td><td class=\"n\">{}</td>",
          finding.timing->event_hits, finding.timing->event_trials, finding.timing->sham_hits,
          finding.timing->sham_trials, probability_text(finding.timing->p));
    out += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td>{}</tr>\n",
                       inert_html(finding.event, 60), code(finding.message),
                       inert_html(destination_text(finding.destination), 120), figures);
  }
  return out + std::string(close_table);
}

std::string background_section(const Findings& findings) {
  if (findings.background.empty()) return "";
  std::string out =
      section_head("background", "Background",
                   "Messages that were not shown to follow any act. For each event: by how much "
                   "more often they could come "
                   "after it at most, with 95 % confidence, without this run having shown it.");
  out += open_table(
      "<th scope=\"col\">Message</th><th scope=\"col\">Destination</th>"
      "<th scope=\"col\" class=\"n\">Count</th><th scope=\"col\">At most more often after</th>"
      "<th scope=\"col\">Data of</th>");
  for (const Background& b : findings.background) {
    std::string limits;
    for (const auto& [event, limit] : b.max_excess)
      limits += fmt::format("{}{} {}", limits.empty() ? "" : "<br>", inert_html(event, 40),
                            percent_text(limit));
    out += fmt::format(
        "<tr><td>{} <span class=\"chip\">{}</span></td><td>{}</td><td class=\"n\">{}</td><td>{}"
        "</td><td>{}</td></tr>\n",
        code(b.message), inert_html(b.protocol, 20),
        inert_html(destination_text(b.destination), 120), count_text(b.count), limits,
        inert_html(told_text(findings, b), 200));
  }
  return out + std::string(close_table);
}

namespace {

std::string background_ledger(const ByteLedger& bytes) {
  if (bytes.background.empty()) return "";
  const auto cause = bytes.by_cause.find("background");
  const std::uint64_t all = cause == bytes.by_cause.end() ? 0 : cause->second;
  std::string out =
      "<div class=\"scroll\" tabindex=\"0\"><table><caption>Background, kind by kind</caption>"
      "<thead><tr><th scope=\"col\">Message</th><th scope=\"col\">Destination</th><th "
      "scope=\"col\">When it comes</th><th scope=\"col\" class=\"n\">Bytes</th><th "
      "scope=\"col\">Share</th></tr></thead><tbody>\n";
  const std::size_t shown = std::min(bytes.background.size(), most_background_rows);
  for (std::size_t i = 0; i < shown; ++i) {
    const BackgroundBytes& of = bytes.background[i];
    out += fmt::format(
        "<tr><td>{} <span class=\"chip\">{}</span></td><td>{}</td><td>{}</td><td "
        "class=\"n\">{}</td><td>{}</td></tr>\n",
        code(of.kind.message), inert_html(of.kind.protocol, 20),
        inert_html(destination_text(of.kind.destination), 120),
        inert_html(background_text(of), 200), count_text(of.bytes),
        bar(all == 0 ? 0 : static_cast<double>(of.bytes) / static_cast<double>(all)));
  }
  out += "</tbody></table></div>\n";
  if (shown < bytes.background.size())
    out += fmt::format("<p class=\"note\">and {} more kinds, in findings.json</p>\n",
                       bytes.background.size() - shown);
  return out;
}

}  // namespace

std::string bytes_section(const Findings& findings) {
  const ByteLedger& bytes = findings.bytes;
  if (bytes.by_cause.empty() && bytes.up_total == 0) return "";
  std::string out =
      section_head("bytes", "Every byte that left the machine",
                   fmt::format("{} bytes in the frames that the machine sent, each counted once.",
                               count_text(bytes.up_total)));
  out += "<div class=\"card\">" + ledger("By cause", bytes.by_cause, bytes.up_total);
  out += background_ledger(bytes);
  if (!bytes.by_layer.empty()) out += ledger("By layer", bytes.by_layer, bytes.up_total);
  return out + "</div>\n";
}

std::string exclusions_section(const Findings& findings) {
  if (findings.exclusions.empty()) return "";
  std::string out = section_head(
      "left-out", "Trials left out",
      "Decided from the rig's own record alone, before any packet of the machine was decoded. A "
      "damaged trial takes its whole block out.");
  out += open_table(
      "<th scope=\"col\">Arm</th><th scope=\"col\">Why</th><th scope=\"col\" "
      "class=\"n\">Trials</th>");
  for (const Exclusion& exclusion : findings.exclusions)
    out += fmt::format("<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td></tr>\n",
                       inert_html(exclusion.arm, 80),
                       inert_html(reason_sentence(exclusion.reason), 200), exclusion.trials);
  out += close_table;
  for (const std::string& sentence : damage_sentences(findings))
    out += "<p class=\"note\">" + inert_html(sentence, 400) + "</p>\n";
  return out;
}

}  // namespace brewproof
