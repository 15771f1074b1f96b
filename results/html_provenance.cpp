// The provenance matrix: every field of every finding, and where its values come from.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

#include "results/html_parts.h"
#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {
namespace {

constexpr std::size_t most_rows = 400;  // findings.json has all

struct Source {
  std::string_view word, head;
};
// In the order of the columns, behind the parameters.
constexpr std::array<Source, 8> sources = {{{"acts", "number of acts"},
                                            {"server", "server"},
                                            {"clock", "clock"},
                                            {"counter", "counter"},
                                            {"identity", "the machine itself"},
                                            {"constant", "constant"},
                                            {"random", "random"},
                                            {"unexplained", "unexplained"}}};

struct Row {
  const Finding* finding = nullptr;
  const FieldFinding* field = nullptr;
};

std::vector<Row> rows_of(const Findings& findings) {
  std::vector<Row> rows;
  for (const Finding& finding : findings.findings)
    for (const FieldFinding& field : finding.fields)
      if (!field.provenance.source.empty()) rows.push_back({&finding, &field});
  return rows;
}

bool is_parameter(const FieldFinding& field) {
  return !field.parameter.empty() &&
         std::ranges::find(sources, field.provenance.source, &Source::word) == sources.end();
}

std::string cell(bool comes_from) {
  return comes_from ? "<td class=\"hit\" aria-label=\"yes\">●</td>" : "<td></td>";
}

}  // namespace

std::string provenance_section(const Findings& findings) {
  const std::vector<Row> rows = rows_of(findings);
  if (rows.empty()) return "";
  std::set<std::string> parameters, met;
  for (const Row& row : rows) {
    if (is_parameter(*row.field)) parameters.insert(row.field->parameter);
    met.insert(row.field->provenance.source);
    if (row.field->provenance.came_in_first > 0) met.insert("server");
  }
  std::string out = section_head(
      "provenance", "Where each value comes from",
      "Every field of every finding. What the acts were made with, and how many there were, is "
      "proven by lots; the other columns are what the values fit, and no error rate stands behind "
      "them.");
  out +=
      "<div class=\"card\"><div class=\"scroll\" tabindex=\"0\"><table class=\"matrix\"><thead>"
      "<tr><th scope=\"col\">Finding</th><th scope=\"col\">Field</th>";
  for (const std::string& parameter : parameters)
    out += fmt::format("<th scope=\"col\">{}</th>", inert_html(parameter, 60));
  for (const Source& source : sources)
    if (met.contains(std::string(source.word)))
      out += fmt::format("<th scope=\"col\">{}</th>", source.head);
  out += "<th scope=\"col\">Why</th></tr></thead><tbody>\n";
  const std::size_t shown = std::min(rows.size(), most_rows);
  for (std::size_t i = 0; i < shown; ++i) {
    const FieldFinding& field = *rows[i].field;
    out += fmt::format("<tr><td>{} {}</td><td>{}</td>", inert_html(rows[i].finding->id, 16),
                       inert_html(rows[i].finding->event, 30), code(field.path, 100));
    for (const std::string& parameter : parameters)
      out += cell(is_parameter(field) && field.parameter == parameter);
    for (const Source& source : sources)
      if (met.contains(std::string(source.word)))
        out += cell(field.provenance.source == source.word ||
                    (source.word == "server" && field.provenance.came_in_first > 0));
    out +=
        fmt::format("<td><small>{}</small></td></tr>\n", inert_html(field.provenance.reason, 300));
  }
  out += "</tbody></table></div>";
  if (shown < rows.size())
    out += fmt::format("<p class=\"note\">and {} more, in findings.json</p>", rows.size() - shown);
  return out + "</div>\n";
}

}  // namespace brewproof
