// report.html: one self-contained file without script. The same input gives the same bytes.
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "results/html_parts.h"
#include "results/html_style.h"
#include "results/inert_text.h"
#include "results/report.h"
#include "results/sentences.h"

namespace brewproof {
namespace {

// Even if some text slipped through, the browser is told to run and to fetch nothing.
constexpr std::string_view head = R"html(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
)html";

std::string title_of(const ReportInput& input) {
  if (!input.plan.procedure.empty()) return inert_html(input.plan.procedure);
  if (!input.findings.run.bench.empty()) return inert_html(input.findings.run.bench);
  return "What this machine sends";
}

std::string machine_text(const std::string& dut_json) {
  const nlohmann::json dut = nlohmann::json::parse(dut_json, nullptr, false);
  if (!dut.is_object()) return "";
  std::string text;
  const auto part = [&](const char* key, const char* before) {
    const auto found = dut.find(key);
    if (found == dut.end() || !found->is_string()) return;
    text +=
        (text.empty() ? "" : " ") + std::string(before) + inert_html(found->get<std::string>(), 60);
  };
  part("maker", "");
  part("model", "");
  part("serial", "no. ");
  part("firmware", "firmware ");
  return text;
}

std::string banner(const ReportInput& input) {
  const FindingsRun& run = input.findings.run;
  std::string about;
  const auto fact = [&about](const char* name, const std::string& value) {
    if (!value.empty()) about += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, value);
  };
  fact("Machine", machine_text(run.dut_json));
  fact("Bench", inert_html(run.bench, 60));
  fact("Operator", inert_html(run.operator_name, 60));
  if (run.started_ns) fact("Begun", utc_text(*run.started_ns));
  if (run.started_ns && run.ended_ns) fact("Took", span_text(*run.ended_ns - *run.started_ns));
  if (!input.trials.empty()) fact("Trials", std::to_string(input.trials.size()));
  fact("Run", inert_html(run.id, 60));
  return fmt::format(
      "<header><p class=\"brand\">Brewproof report</p><h1>{}</h1>\n<dl class=\"about\">{}</dl>"
      "</header>\n",
      title_of(input), about);
}

std::string verdict(const Findings& findings) {
  const Headline line = headline(findings);
  const char* tone = line.tone == Headline::Tone::good       ? "good"
                     : line.tone == Headline::Tone::doubtful ? "doubtful"
                     : line.tone == Headline::Tone::bad      ? "bad"
                                                             : "neutral";
  return fmt::format(
      "<p class=\"verdict {}\" role=\"status\"><strong>{}</strong> <span>{}</span></p>\n", tone,
      inert_html(line.word, 60), inert_html(line.text, 1000));
}

struct Section {
  const char* anchor;
  const char* name;
  std::string html;
};

std::string contents(const std::vector<Section>& sections) {
  std::string out = "<nav aria-label=\"Contents\"><ul>";
  for (const Section& section : sections)
    if (!section.html.empty())
      out += fmt::format("<li><a href=\"#{}\">{}</a></li>", section.anchor, section.name);
  return out + "</ul></nav>\n";
}

}  // namespace

std::string section_head(std::string_view anchor, std::string_view title, const std::string& lead) {
  return fmt::format("<h2 id=\"{}\">{}</h2>\n<p class=\"lead\">{}</p>\n", anchor, title, lead);
}

std::string facts(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::string out = "<dl class=\"facts\">";
  for (const auto& [name, value] : rows)
    out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, value);
  return out + "</dl>\n";
}

std::string capture_code(const Findings& findings, std::uint32_t file) {
  const auto& captures = findings.run.captures;
  return file < captures.size() ? code(captures[file].file) : std::to_string(file);
}

std::string code(std::string_view text, std::size_t most) {
  return "<code>" + inert_html(text, most) + "</code>";
}

std::string html_report(const ReportInput& input) {
  const Findings& findings = input.findings;
  const FindingColors colors = finding_colors(findings);
  const std::vector<Section> sections = {
      {"findings", "Findings", overview_section(findings, colors)},
      {"soak", "Without any act", soak_section(findings)},
      {"timeline", "Timeline", timeline_section(input, colors)},
      {"proof", "One by one", finding_sections(input, colors)},
      {"provenance", "Provenance", provenance_section(findings)},
      {"none", "None seen", none_section(findings)},
      {"sensitivity", "Sensitivity", sensitivity_section(findings)},
      {"candidates", "Candidates", candidates_section(findings)},
      {"background", "Background", background_section(findings)},
      {"bytes", "Bytes", bytes_section(findings)},
      {"tls", "TLS", tls_section(findings)},
      {"left-out", "Left out", exclusions_section(findings)},
      {"acts", "Acts", acts_section(input)},
      {"design", "Design", design_section(input)},
      {"check", "Check it", check_section(findings)}};
  std::string out(head);
  out += "<title>" + title_of(input) + ": Brewproof report</title>\n<style>" +
         std::string(html_style()) +
         "</style></head>\n<body><a class=\"skip\" href=\"#findings\">" + "To the findings</a>\n" +
         banner(input) + "<main>\n" + verdict(findings) + contents(sections);
  for (const Section& section : sections) out += section.html;
  return out + "</main>\n<footer><p>" + inert_html(findings.analysis.program) +
         ". Without script, without anything fetched from "
         "elsewhere.</p></footer>\n</body></html>\n";
}

}  // namespace brewproof
