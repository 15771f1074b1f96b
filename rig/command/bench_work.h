// What the verbs that move a bench write into its log (rig/evidence/bench_log.h): where the log is,
// which machine it was, who did it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "rig/bench/bench_file.h"
#include "rig/model/clock.h"

namespace brewproof {

[[nodiscard]] std::string login_name();
/// `chosen`, or the place beside the bench file.
[[nodiscard]] std::string bench_log_of(const BenchFile& bench, const std::string& chosen);
/// Maker, model and serial number (where there is none, its first MAC): what the machine is called.
[[nodiscard]] std::string machine_of(const BenchFile& bench);
/// "kiosk-1-20261128T080230Z": of a run, an act or a commissioning.
[[nodiscard]] std::string work_id(const BenchFile& bench, const std::string& kind, Clock& clock);
/// The keys that every `begin` line has.
[[nodiscard]] nlohmann::json work_keys(const BenchFile& bench, const std::string& operator_name,
                                       const std::string& folder);

}  // namespace brewproof
