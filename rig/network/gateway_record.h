// What became of the servers that the machine called: counted as the proxy tells it, written into
// the journal (`gateway` records), and read back from there.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "rig/model/record.h"
#include "rig/model/tls_gateway.h"

namespace brewproof {

/// Adds the connections of `heard` to those of the same destination and treatment; a reason that is
/// given stands in place of the one before. `destinations` is in order of both, and stays so.
void count(const TlsDestination& heard, std::vector<TlsDestination>& destinations);

/// The keys of a `gateway` record. `now`: open, passive, ended. `destinations`: all that was heard
/// since the run began or went on.
[[nodiscard]] nlohmann::json gateway_record(const char* now,
                                            const std::vector<TlsDestination>& destinations);

/// What the run's gateway heard in all, before each `resume` and after.
[[nodiscard]] std::vector<TlsDestination> destinations_of(const std::vector<Record>& journal);

}  // namespace brewproof
