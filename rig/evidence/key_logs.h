// Key logs of the TLS sessions of a run: RUN/keys/*.log, kept apart from the captures so that these
// can be handed on without them. The folder is its owner's alone (0700), so is each file (0600).
// They are no evidence: the journal does not name them, `verify` does not ask for them, and no
// result repeats a secret.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rig/evidence/run_folder.h"

namespace brewproof {

/// Makes keys/NAME.log for a program that appends to it (SSLKEYLOGFILE) and returns its path; one
/// that is there already is kept. `name`: lower case, digits, `-`, `_`. Permissions that are too
/// wide are narrowed. Error `io`: it cannot be made, or something else stands in its place.
[[nodiscard]] Result<std::string> make_key_log(const RunFolder& folder, std::string_view name);

/// keys/*.log in order, relative to the folder; none where there is no such folder.
[[nodiscard]] Result<std::vector<std::string>> key_logs(const RunFolder& folder);

}  // namespace brewproof
