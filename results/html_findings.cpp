#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "results/html_parts.h"
#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {
namespace {

constexpr std::size_t most_evidence = 200;  // findings.json has all

std::string anchor(std::size_t index) { return fmt::format("finding-{}", index + 1); }

const char* verb_of(const Finding& finding) {
  return finding.relation == "carried_by" ? "rides on" : "sends";
}

std::string grade_badge(const Finding& finding) {
  const char grade = finding.grade;
  const bool known = grade == 'A' || grade == 'B' || grade == 'C';
  return fmt::format(
      "<span class=\"judged\">{}<span class=\"grade {}\" aria-label=\"grade {}\">{}</span></span>",
      grade_sentence(finding), known ? static_cast<char>(grade - 'A' + 'a') : 'c',
      known ? grade : '?', known ? grade : '?');
}

std::string one_figure(std::string_view name, const std::string& value, const std::string& small) {
  return fmt::format("<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>", name, value, small);
}

std::string figures(const Finding& finding, const AnalysisSettings& analysis) {
  std::string out = "<dl class=\"figures\">";
  if (finding.timing) {
    const Timing& t = *finding.timing;
    const auto rate = [](const std::optional<RateInterval>& of) {
      return of ? fmt::format("; {}, 95 %", interval_text(*of)) : std::string();
    };
    out += one_figure("seen after the act", fmt::format("{} of {}", t.event_hits, t.event_trials),
                      inert_html(finding.event, 30) + " trials" + rate(t.event_rate));
    out +=
        one_figure("seen after the sham",
                   finding.against.empty() ? "not tested"
                                           : fmt::format("{} of {}", t.sham_hits, t.sham_trials),
                   finding.against.empty() ? "no sham arm"
                                           : inert_html(finding.against, 60) + rate(t.sham_rate));
    out += one_figure("window", window_text(t.window), "after the last contact");
    out += one_figure("probability under the lots", probability_text(t.p),
                      (t.e_value ? "1/e, " : "exact, ") + inert_html(analysis.law, 120));
    out += one_figure("adjusted", probability_text(t.p_adjusted),
                      t.e_value ? std::string("for all that was looked at, after each block")
                                : fmt::format("for all that was looked at, {} re-draws",
                                              count_text(analysis.draws)));
  }
  if (finding.timing && finding.timing->p_worst)
    out += one_figure("worst case", probability_text(*finding.timing->p_worst),
                      "if every trial that the rig lost had spoken against it");
  if (finding.latency)
    out +=
        one_figure("delay, median", span_text(finding.latency->median_ns),
                   fmt::format("95 % within {}, at most {}{}", span_text(finding.latency->p95_ns),
                               span_text(finding.latency->max_ns),
                               latency_is_unchecked(finding) ? "; clock unchecked" : ""));
  for (const Contrast& contrast : finding.contrasts)
    out += one_figure("after " + inert_html(contrast.event, 30),
                      fmt::format("{} of {}", contrast.hits, contrast.trials),
                      "no more after this event: p " + probability_text(contrast.p_adjusted));
  return out + "</dl>\n";
}

struct BlockCount {
  int hits = 0, trials = 0, shams = 0;
};

// Hits by block from the evidence's trial numbers; {} where they do not add up to the finding's
// own counts (then the evidence is a selection) or there are no blocks.
std::map<int, BlockCount> by_block(const ReportInput& input, const Finding& finding) {
  std::map<int, BlockCount> blocks;
  int hits = 0, trials = 0;
  for (const Trial& trial : input.trials) {
    if (!trial.block) return {};
    if (trial.event != finding.event || trial.status == TrialStatus::excluded) continue;
    BlockCount& block = blocks[*trial.block];
    if (trial.sham) {
      ++block.shams;
      continue;
    }
    ++block.trials;
    ++trials;
    if (std::ranges::find(finding.evidence, trial.trial, &Evidence::trial) !=
        finding.evidence.end()) {
      ++block.hits;
      ++hits;
    }
  }
  if (hits != finding.timing->event_hits || trials != finding.timing->event_trials) return {};
  return blocks;
}

double choose(int n, int k) {
  double ways = 1;
  for (int i = 1; i <= k; ++i) ways = ways * (n - k + i) / i;
  return ways;
}

// The arithmetic that a reader can repeat with a pocket calculator, where the separation is
// perfect: one way in C(n+m, n) for each block. Otherwise the counts that enter the sum.
std::string arithmetic(const ReportInput& input, const Finding& finding) {
  if (!finding.timing || finding.against.empty()) return "";
  const Timing& t = *finding.timing;
  const auto blocks = by_block(input, finding);
  if (blocks.empty()) return "";
  std::string rows, product;
  double p = 1;
  for (const auto& [number, block] : blocks) {
    const double ways = choose(block.trials + block.shams, block.trials);
    rows += fmt::format("{}{} of {} in block {}", rows.empty() ? "" : ", ", block.hits,
                        block.trials, number);
    product += fmt::format("{}1/{:.0f}", product.empty() ? "" : " × ", ways);
    p /= ways;
  }
  std::string out =
      fmt::format("<p class=\"note\">Hits by block: {}; {} in the shams. ", rows, t.sham_hits);
  const bool perfect = t.event_hits == t.event_trials && t.sham_hits == 0;
  if (perfect && std::fabs(p - t.p) <= 0.01 * p)
    out += fmt::format(
        "Had the act made no difference, the lots would have fallen just this way with the "
        "probability {} = {}.",
        product, probability_text(p));
  return out + "</p>\n";
}

std::string timing_picture(const ReportInput& input, const Finding& finding) {
  const std::string picture = raster(input, finding);
  if (picture.empty()) return "";
  std::string out = "<h4>Every trial, from the act on</h4>\n" + picture +
                    "<p class=\"note\">A dot: this message. A tick: another message. Shaded: the "
                    "window that was tested.";
  if (finding.timing && finding.timing->sham_hits > 0)
    out += fmt::format(
        " {} of the shams show the message in the window too; they are counted "
        "above.",
        finding.timing->sham_hits);
  return out + "</p>\n";
}

std::string capture_name(const Findings& findings, const Evidence& evidence) {
  const auto& captures = findings.run.captures;
  return evidence.file < captures.size() ? captures[evidence.file].file : "unknown file";
}

std::string excerpts(const ReportInput& input, const Finding& finding) {
  std::string out;
  for (const PacketExcerpt& excerpt : input.excerpts) {
    if (excerpt.finding != finding.id) continue;
    const bool first = out.empty();
    if (first) out += "<h4>The packets behind it</h4>\n";
    out += fmt::format(
        "<details{}><summary>Trial {}, frame {} of {}</summary>\n"
        "<p class=\"note\">At byte {} of the file, {}, {} bytes on the wire{}.</p>\n{}</details>\n",
        first ? " open" : "", excerpt.where.trial, excerpt.where.frame,
        inert_html(capture_name(input.findings, excerpt.where), 80),
        count_text(excerpt.where.offset), utc_text(excerpt.time_ns), excerpt.original_length,
        excerpt.bytes.size() < excerpt.original_length
            ? fmt::format(", the first {} shown", excerpt.bytes.size())
            : "",
        hex_dump(excerpt.bytes));
  }
  return out;
}

std::string evidence_list(const Findings& findings, const Finding& finding) {
  if (finding.evidence.empty()) return "";
  std::string out = fmt::format(
      "<details><summary>All {} places in the capture</summary><div class=\"scroll\" "
      "tabindex=\"0\"><table><thead><tr><th scope=\"col\" class=\"n\">Trial</th><th scope=\"col\">"
      "File</th><th scope=\"col\" class=\"n\">Frames</th><th scope=\"col\" class=\"n\">Byte offset"
      "</th></tr></thead><tbody>\n",
      finding.evidence.size());
  for (std::size_t i = 0; i < std::min(most_evidence, finding.evidence.size()); ++i) {
    const Evidence& e = finding.evidence[i];
    const std::string frames = e.last_frame > e.frame
                                   ? fmt::format("{} to {}", e.frame, e.last_frame)
                                   : std::to_string(e.frame);
    out += fmt::format(
        "<tr><td class=\"n\">{}</td><td>{}</td><td class=\"n\">{}</td><td "
        "class=\"n\">{}</td></tr>\n",
        e.trial, code(capture_name(findings, e), 80), frames, e.offset);
  }
  out += "</tbody></table></div>";
  if (finding.evidence.size() > most_evidence)
    out += fmt::format("<p class=\"note\">and {} more, in findings.json</p>",
                       finding.evidence.size() - most_evidence);
  return out + "</details>\n";
}

std::string notes(const Finding& finding) {
  std::string out;
  for (const std::string& reason : finding.reasons)
    out +=
        fmt::format("<p class=\"note warn\">{}.</p>\n", inert_html(reason_sentence(reason), 400));
  if (!finding.served_by_dns.empty()) {
    out += "<p class=\"note\">Look-ups that served this message and count with it: ";
    for (std::size_t i = 0; i < finding.served_by_dns.size(); ++i)
      out += (i == 0 ? "" : ", ") + code(finding.served_by_dns[i]);
    out += "</p>\n";
  }
  return out;
}

std::string one_finding(const ReportInput& input, const Finding& finding, std::size_t index,
                        const std::string& color) {
  const Destination& d = finding.destination;
  std::string where = inert_html(host_text(d), 200);
  if (!d.name.empty() && !d.address.empty())
    where += fmt::format(" ({})", inert_html(d.address, 60));
  where += fmt::format(", {}{}", inert_html(finding.protocol, 20), finding.tls ? " in TLS" : "");
  if (finding.node) where += ", where " + code(*finding.node, 80);
  if (d.from_terminal) where += ", from the payment terminal";
  return fmt::format(
             "<article class=\"card finding {}\" id=\"{}\"><header><h3><span "
             "class=\"id\">{}</span> "
             "{} <span class=\"v\">{}</span> {}</h3>{}</header>\n<p class=\"note\">to {}</p>\n"
             "<p class=\"said\">{}</p>\n",
             color, anchor(index), inert_html(finding.id, 16), inert_html(finding.event, 60),
             verb_of(finding), inert_html(finding.message, 200), grade_badge(finding), where,
             inert_html(sentence(finding), 2000)) +
         figures(finding, input.findings.analysis) + arithmetic(input, finding) + notes(finding) +
         fields_table(finding) + timing_picture(input, finding) + peri_event_picture(finding) +
         excerpts(input, finding) + evidence_list(input.findings, finding) + "</article>\n";
}

std::string overview_item(const Finding& finding, std::size_t index, const std::string& color) {
  std::string chips;
  for (const std::string& parameter : carried_parameters(finding))
    chips += fmt::format("<span class=\"chip stimulus\">{}</span>", inert_html(parameter, 40));
  const auto others = std::ranges::count_if(
      finding.fields, [](const FieldFinding& field) { return carried_word(field).empty(); });
  if (others > 0)
    chips +=
        fmt::format("<span class=\"chip\">{} more field{}</span>", others, others == 1 ? "" : "s");
  std::string hits = "by its content";
  if (finding.timing)
    hits = fmt::format("<b>{} of {}</b><br>sham {} of {}<br>p {}", finding.timing->event_hits,
                       finding.timing->event_trials, finding.timing->sham_hits,
                       finding.timing->sham_trials, probability_text(finding.timing->p));
  return fmt::format(
      "<li><a class=\"{}\" href=\"#{}\"><span class=\"id\">{}</span><span class=\"what\">{} "
      "<span>{}"
      "</span> {}</span><span class=\"hits\">{}</span><span class=\"to\">{} · {}{}</span>"
      "<span class=\"chips\">{}</span></a></li>\n",
      color, anchor(index), inert_html(finding.id, 16), inert_html(finding.event, 60),
      verb_of(finding), inert_html(finding.message, 120), hits,
      inert_html(destination_text(finding.destination), 120), inert_html(finding.protocol, 20),
      finding.tls ? " in TLS" : "", chips);
}

}  // namespace

FindingColors finding_colors(const Findings& findings) {
  constexpr std::size_t palette = 6;
  FindingColors colors;
  for (std::size_t i = 0; i < findings.findings.size(); ++i)
    colors.emplace(findings.findings[i].id, fmt::format("c{}", i % palette));
  return colors;
}

std::string overview_section(const Findings& findings, const FindingColors& colors) {
  std::string out = section_head(
      "findings", "What each act makes the machine send",
      findings.findings.empty()
          ? "No message was proven to follow an act. What that can mean is below."
          : "A message is listed where it follows the acts and not their shams, by more than the "
            "lots explain.");
  if (findings.findings.empty()) return out;
  out += "<ul class=\"list\">\n";
  for (std::size_t i = 0; i < findings.findings.size(); ++i)
    out += overview_item(findings.findings[i], i, colors.at(findings.findings[i].id));
  return out + "</ul>\n";
}

std::string finding_sections(const ReportInput& input, const FindingColors& colors) {
  const std::vector<Finding>& findings = input.findings.findings;
  if (findings.empty()) return "";
  std::string out = section_head("proof", "The findings, one by one",
                                 "Each with the sentence that can be repeated, the counts it "
                                 "comes from, its content, and the packets.");
  for (std::size_t i = 0; i < findings.size(); ++i)
    out += one_finding(input, findings[i], i, colors.at(findings[i].id));
  return out;
}

}  // namespace brewproof
