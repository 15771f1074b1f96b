// The parts of report.html, each a pure function of what it shows. All text goes through
// inert_html; figures come from results/sentences.h.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "results/report.h"

namespace brewproof {

/// How wide a picture over time is, and what stands left and right of its axis; in its own units.
namespace picture {
inline constexpr double width = 1080, gutter = 118, right = 26;
}

/// The colour class of each finding, by id, in the order of the report.
using FindingColors = std::map<std::string, std::string>;
[[nodiscard]] FindingColors finding_colors(const Findings& findings);

/// `<h2 id=...>` and a sentence under it.
[[nodiscard]] std::string section_head(std::string_view anchor, std::string_view title,
                                       const std::string& lead);
/// A table cell's or list's `name: value` pairs as a definition list. Values are HTML.
[[nodiscard]] std::string facts(const std::vector<std::pair<std::string, std::string>>& rows);
[[nodiscard]] std::string code(std::string_view text, std::size_t most = 120);
/// A capture file by its number; the number where there is none.
[[nodiscard]] std::string capture_code(const Findings& findings, std::uint32_t file);

/// All trials as bars by arm, a strip a block, with the packets as ticks. "" without trials.
[[nodiscard]] std::string timeline_section(const ReportInput& input, const FindingColors& colors);

/// Every trial of a finding's event and of its sham as a row, with what was sent after the act.
[[nodiscard]] std::string raster(const ReportInput& input, const Finding& finding);

/// Its messages by lag around acts and shams; "" where it has no peri-event histogram.
[[nodiscard]] std::string peri_event_picture(const Finding& finding);

/// The provenance matrix: every field against every source; "" where no field has one.
[[nodiscard]] std::string provenance_section(const Findings& findings);

/// The findings at a glance, then each with its numbers, fields and bytes.
[[nodiscard]] std::string overview_section(const Findings& findings, const FindingColors& colors);
[[nodiscard]] std::string finding_sections(const ReportInput& input, const FindingColors& colors);

/// The fields of a finding as a table.
[[nodiscard]] std::string fields_table(const Finding& finding);
/// Bytes as hex and ASCII, 16 a row, inert.
[[nodiscard]] std::string hex_dump(ByteView packet);

/// What a run without any act measured, none seen, sensitivity, candidates, background, bytes, TLS
/// sessions, exclusions: each "" where there is nothing to show.
[[nodiscard]] std::string none_section(const Findings& findings);
[[nodiscard]] std::string soak_section(const Findings& findings);
[[nodiscard]] std::string sensitivity_section(const Findings& findings);
[[nodiscard]] std::string candidates_section(const Findings& findings);
[[nodiscard]] std::string background_section(const Findings& findings);
[[nodiscard]] std::string bytes_section(const Findings& findings);
[[nodiscard]] std::string tls_section(const Findings& findings);
[[nodiscard]] std::string exclusions_section(const Findings& findings);

/// What is known of each act, five answers apart, and what the machine's books say.
[[nodiscard]] std::string acts_section(const ReportInput& input);
/// How the lots were drawn: plan, arms, parameters, the dealt order.
[[nodiscard]] std::string design_section(const ReportInput& input);
/// Files, hashes, programs, and what a stranger does to check them.
[[nodiscard]] std::string check_section(const Findings& findings);
/// What a second decoder shows of the same packets; "" where nothing is told of one.
[[nodiscard]] std::string opinion_part(const Findings& findings);

}  // namespace brewproof
