// A whole run of a coffee kiosk as the analysis would hand it over: 64 trials in 4 blocks, two
// proven emissions of `pay`, one of `brew`, nothing of `clean`, and the background. The same bytes
// each time.
#pragma once

#include <string>

#include "results/report.h"

namespace brewproof {

[[nodiscard]] ReportInput sample_report();

/// The same run on a machine that says nothing of what it does.
[[nodiscard]] ReportInput mute_report();

/// Every text that could come from a machine is `text`.
[[nodiscard]] ReportInput report_of_hostile_text(const std::string& text);

}  // namespace brewproof
