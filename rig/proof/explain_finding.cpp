// What a finding says beside its arithmetic: where the values of its fields come from, and when its
// messages come around acts and shams.

#include <fmt/core.h>

#include <algorithm>

#include "rig/proof/explain.h"
#include "rig/proof/explain_parts.h"
#include "rig/proof/mask.h"

namespace brewproof {
namespace {

using namespace explaining;

void write_source(const FieldFinding& field, Lines out) {
  const Provenance& from = field.provenance;
  fmt::format_to(out, "  {}: {}{}; {}\n", printable(field.path), from.source,
                 field.parameter.empty() ? "" : " " + printable(field.parameter),
                 printable(masked(from.reason)));
}

}  // namespace

std::string sources_in_words(const Finding& finding) {
  std::string text;
  const Lines out(text);
  for (const FieldFinding& field : finding.fields) {
    if (field.provenance.source.empty()) continue;
    if (text.empty())
      fmt::format_to(out,
                     "\nWhere the values of its fields come from (parameter, acts: proven by lots; "
                     "others: what the values fit)\n");
    write_source(field, out);
  }
  return text;
}

std::string sources_of_field(const std::vector<Finding>& findings, const std::string& path) {
  std::string text;
  const Lines out(text);
  for (const Finding& finding : findings)
    for (const FieldFinding& field : finding.fields)
      if (field.path == path && !field.provenance.source.empty()) {
        fmt::format_to(out, "{}, where its values come from\n", finding.id);
        write_source(field, out);
      }
  return text;
}

std::string histogram_in_words(const Finding& finding) {
  std::string text;
  if (!finding.peri_event) return text;
  const PeriEvent& around = *finding.peri_event;
  const Lines out(text);
  fmt::format_to(out,
                 "\nIts messages by lag, around {} acts and {} shams (a message counts around each "
                 "trial that it lies near)\n  ms from the contact              acts   shams\n",
                 around.act_count, around.sham_count);
  for (std::size_t i = 0; i < around.acts.size(); ++i) {
    if (around.acts[i] == 0 && around.shams[i] == 0) continue;
    const std::int64_t from = around.from_ns + static_cast<std::int64_t>(i) * around.bin_ns;
    fmt::format_to(out, "  {:<28}  {:>6}  {:>6}\n",
                   fmt::format("{}..{}", milliseconds(from), milliseconds(from + around.bin_ns)),
                   around.acts[i], around.shams[i]);
  }
  return text;
}

}  // namespace brewproof
