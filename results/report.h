// Renders findings for people: a terminal summary and one self-contained HTML file without script.
// Everything that came from the DUT is hostile text: escaped here, on every way out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rig/model/finding.h"
#include "rig/model/plan.h"
#include "rig/model/sample.h"
#include "rig/model/trial.h"

namespace brewproof {

/// One packet or message as a mark on the timeline picture.
struct TimelineMark {
  std::int64_t time_ns = 0;  // CLOCK_REALTIME
  std::string finding;       // id of the finding it belongs to; "" = background
  std::string label;
  std::uint64_t size = 0;
};

/// The packet bytes behind a piece of evidence.
struct PacketExcerpt {
  std::string finding;
  Evidence where;
  std::int64_t time_ns = 0;
  Bytes bytes;  // as captured, may be cut
  std::uint32_t original_length = 0;
};

struct ReportInput {
  Findings findings;
  Plan plan;  // empty `slots` for captures made elsewhere
  std::vector<Trial> trials;
  std::vector<Sample> samples;  // in order of time
  std::vector<Actuation> actuations;
  std::vector<TimelineMark> marks;
  std::vector<PacketExcerpt> excerpts;
};

[[nodiscard]] std::string html_report(const ReportInput& input);

struct TextStyle {
  bool color = false;
  int width = 100;
};
/// What `run`, `demo` and `analyze` print at the end.
[[nodiscard]] std::string text_summary(const Findings& findings, const TextStyle& style);

/// The sentence an auditor can repeat: "In 12 of 12 payments ... in 0 of 12 shams ...".
[[nodiscard]] std::string sentence(const Finding& finding);

}  // namespace brewproof
