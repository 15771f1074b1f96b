// What a stranger needs to check the run without us.
#include <fmt/core.h>

#include "results/findings_json.h"
#include "results/html_parts.h"
#include "results/inert_text.h"
#include "results/sentences.h"
#include "rig/model/sha256.h"

namespace brewproof {
namespace {

std::string captures_table(const std::vector<CaptureFile>& captures) {
  if (captures.empty()) return "";
  std::string out =
      "<h4>Captured packets</h4><div class=\"scroll\" tabindex=\"0\"><table><thead><tr>"
      "<th scope=\"col\">File</th><th scope=\"col\" class=\"n\">Packets</th><th scope=\"col\" "
      "class=\"n\">Lost</th><th scope=\"col\">SHA-256</th></tr></thead><tbody>\n";
  for (const CaptureFile& capture : captures)
    out += fmt::format(
        "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>\n",
        code(capture.file), count_text(capture.packets),
        capture.dropped ? count_text(*capture.dropped) : "not told", code(capture.sha256));
  return out + "</tbody></table></div>\n";
}

std::string list_of(std::string_view title, const std::vector<std::string>& sentences) {
  constexpr std::size_t most = 200;
  if (sentences.empty()) return "";
  std::string out = fmt::format("<h4>{}</h4>\n<ul>", title);
  for (std::size_t i = 0; i < sentences.size() && i < most; ++i)
    out += "<li>" + inert_html(sentences[i], 1000) + "</li>\n";
  if (sentences.size() > most)
    out += fmt::format("<li>and {} more</li>\n", sentences.size() - most);
  return out + "</ul>\n";
}

constexpr std::string_view steps = R"html(<h4>To check this without us</h4>
<ol class="steps">
<li><code>brewproof verify RUN</code> holds every file of the run folder against the journal, whose lines chain by
SHA-256. By hand: the <code>prev</code> of each line of <code>journal.jsonl</code> is the SHA-256 of the bytes of the line
before it, without its line feed.</li>
<li><code>brewproof analyze RUN</code> makes <code>findings.json</code> and this page again from the captured packets,
byte for byte.</li>
<li>The frames named above open in any packet analyser: each capture is plain pcapng.</li>
<li>The lots are drawn again from seed and procedure: <code>brewproof plan</code> gives <code>plan.json</code> again, with
the hash that was journalled before the first act.</li>
</ol>
)html";

}  // namespace

std::string check_section(const Findings& findings) {
  const FindingsRun& run = findings.run;
  const AnalysisSettings& analysis = findings.analysis;
  std::vector<std::pair<std::string, std::string>> rows;
  const auto hash = [&rows](const char* name, const std::string& value) {
    if (!value.empty()) rows.emplace_back(name, code(value));
  };
  hash("This page shows findings.json, SHA-256", sha256(findings_json(findings)));
  hash("Head of the journal", run.journal_head);
  hash("Plan", run.plan_sha256);
  if (!analysis.program.empty()) rows.emplace_back("Analysed by", inert_html(analysis.program));
  hash("built from source tree", analysis.source_sha256);
  rows.emplace_back("Second opinion", analysis.cross_check ? inert_html(*analysis.cross_check)
                                                           : "none was asked for");
  return section_head("check", "How to check it",
                      "Everything above comes from the files of the run folder.") +
         "<div class=\"card\">" + facts(rows) + captures_table(run.captures) +
         list_of("The action log", log_sentences(findings)) +
         list_of("What the captures leave in doubt", capture_sentences(findings)) +
         list_of("Met when decoding", remark_sentences(findings)) + opinion_part(findings) +
         std::string(steps) + "</div>\n";
}

}  // namespace brewproof
