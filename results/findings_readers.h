// The parts of findings.json that have a reader each. All throw MalformedJson, which
// read_findings_json catches.
#pragma once

#include <cstdint>
#include <vector>

#include "results/json_node.h"
#include "rig/model/finding.h"

namespace brewproof {

[[nodiscard]] Window read_window(const JsonNode& node);
[[nodiscard]] Destination read_destination(const JsonNode& node);
[[nodiscard]] Timing read_timing(const JsonNode& node);
[[nodiscard]] Meaning read_meaning(const JsonNode& node);
/// The place in `captures` of the file that a node names.
[[nodiscard]] std::uint32_t read_capture_index(const JsonNode& node,
                                               const std::vector<CaptureFile>& captures);
[[nodiscard]] Finding read_finding(const JsonNode& node, const std::vector<CaptureFile>& captures);
[[nodiscard]] FindingsRun read_run(const JsonNode& node);
[[nodiscard]] AnalysisSettings read_analysis(const JsonNode& node,
                                             const std::vector<CaptureFile>& captures);

}  // namespace brewproof
