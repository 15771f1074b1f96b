// The second decoder beside ours, in the part of the report that says how to check it.
#include <fmt/core.h>

#include "results/html_parts.h"
#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {
namespace {

constexpr std::size_t most_reading = 400;

std::string kinds_table(const std::vector<Opinion>& opinions) {
  std::string out =
      "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Messages</th>"
      "<th scope=\"col\" class=\"n\">Here</th><th scope=\"col\" class=\"n\">There</th><th "
      "scope=\"col\" class=\"n\">Differ</th><th scope=\"col\" class=\"n\">Not compared</th><th "
      "scope=\"col\" class=\"n\">There alone</th></tr></thead><tbody>\n";
  for (const Opinion& o : opinions)
    out += fmt::format(
        "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td "
        "class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
        inert_html(o.kind, 40), count_text(o.ours), count_text(o.theirs), count_text(o.differing),
        count_text(o.aside), count_text(o.alone));
  return out + "</tbody></table></div>\n";
}

std::string differences_table(const Findings& findings) {
  const auto reading = [](const std::string& text) {
    return text.empty() ? std::string("no such message") : code(text, most_reading);
  };
  std::string rows;
  for (const Opinion& opinion : findings.analysis.opinions) {
    for (const Difference& d : opinion.differences)
      rows += fmt::format(
          "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td>{}</td><td>{}</td></tr>\n",
          inert_html(opinion.kind, 40), capture_code(findings, d.file), d.frame, reading(d.ours),
          reading(d.theirs));
    if (opinion.differing > opinion.differences.size())
      rows += fmt::format("<tr><td>{}</td><td colspan=\"4\">and {} more</td></tr>\n",
                          inert_html(opinion.kind, 40),
                          count_text(opinion.differing - opinion.differences.size()));
  }
  if (rows.empty()) return "";
  return "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Messages</th>"
         "<th scope=\"col\">File</th><th scope=\"col\" class=\"n\">Frame</th><th scope=\"col\">Here"
         "</th><th scope=\"col\">There</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n";
}

}  // namespace

std::string opinion_part(const Findings& findings) {
  const std::string sentence = opinion_sentence(findings);
  if (sentence.empty()) return "";
  std::string out =
      "<h4>Second opinion</h4><p class=\"note\">" + inert_html(sentence, 2000) + "</p>\n";
  if (!findings.analysis.opinions.empty()) out += kinds_table(findings.analysis.opinions);
  return out + differences_table(findings);
}

}  // namespace brewproof
