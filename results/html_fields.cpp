#include <fmt/core.h>

#include "results/html_parts.h"
#include "results/inert_text.h"
#include "results/sentences.h"
#include "rig/model/finding_words.h"

namespace brewproof {
namespace {

std::string kind_chip(FieldKind kind) {
  const std::string_view word = kind_word(kind);
  return fmt::format("<span class=\"chip {0}\">{0}</span>", word);
}

// How the parameter's value stands in the field: its form, and the mapping of small sets.
std::string form_cell(const FieldFinding& field) {
  std::string out = inert_html(field.form, 60);
  if (!field.carries.empty()) out += (out.empty() ? "" : ", ") + inert_html(added_text(field), 60);
  for (const auto& [value, seen] : field.mapping)
    out += fmt::format("{}<code>{}</code> → <code>{}</code>", out.empty() ? "" : "<br>",
                       inert_html(value, 40), inert_html(seen, 40));
  return out;
}

std::string examples_cell(const FieldFinding& field) {
  std::string out;
  for (const std::string& example : field.examples) {
    if (!out.empty()) out += ", ";
    out += code(example, 60);
  }
  return out;
}

std::string figures_cell(const FieldFinding& field) {
  std::string out;
  if (field.of > 0) out = fmt::format("{} of {}", field.matched, field.of);
  if (field.cut > 0) out += fmt::format("<br>{} cut by the capture", field.cut);
  if (field.p) out += fmt::format("<br>p {}", probability_text(*field.p));
  if (field.p_adjusted) out += fmt::format("<br>adjusted {}", probability_text(*field.p_adjusted));
  return out;
}

// Beside each name the reason why it is given.
std::string meaning_cell(const Meaning& meaning) {
  std::string out;
  const auto add = [&](const std::string& name, const std::string& reason) {
    if (name.empty()) return;
    out += fmt::format("{}<span class=\"chip\">{}</span> <small>{}</small>",
                       out.empty() ? "" : "<br>", inert_html(name, 40), inert_html(reason, 200));
  };
  add(meaning.category, meaning.category_reason);
  add(meaning.identity, meaning.identity_reason);
  return out;
}

std::string field_row(const FieldFinding& field) {
  const std::string& word = field.kind == FieldKind::stimulus ? field.parameter : field.carries;
  const std::string carries =
      word.empty() ? std::string() : fmt::format("<b>{}</b> ", inert_html(word, 60));
  return fmt::format(
      "<tr><td>{}</td><td>{}{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
      code(field.path), carries, kind_chip(field.kind), form_cell(field), figures_cell(field),
      examples_cell(field), meaning_cell(field.meaning));
}

}  // namespace

std::string fields_table(const Finding& finding) {
  if (finding.fields.empty()) return "";
  std::string out =
      "<h4>What is in it</h4>\n<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>"
      "<th scope=\"col\">Field</th><th scope=\"col\">Carries</th><th scope=\"col\">How</th>"
      "<th scope=\"col\">Matched</th><th scope=\"col\">Seen</th>"
      "<th scope=\"col\">Data of</th></tr></thead><tbody>\n";
  // What was asked for stands first, the rest in the message's order.
  for (const bool stimulus : {true, false})
    for (const FieldFinding& field : finding.fields)
      if (!carried_word(field).empty() == stimulus) out += field_row(field);
  return out + "</tbody></table></div>\n";
}

}  // namespace brewproof
