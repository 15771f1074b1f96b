// The .proto files that an analysis reads Protocol Buffers by (wishes: rig/reading/proto_files.h).
// A run keeps its own, so that whoever looks again reads by the same.
#pragma once

#include <string>
#include <vector>

#include "rig/evidence/run_folder.h"
#include "rig/model/result.h"

namespace brewproof {

/// Error: as brewproof-decode refuses them, with file:line:col.
[[nodiscard]] Result<void> check_protos(const std::vector<std::string>& wishes);

/// Copies each file and what it imports into the folder's `protos/`, in place of what was there.
[[nodiscard]] Result<void> keep_protos(const RunFolder& folder,
                                       const std::vector<std::string>& wishes);

/// The wishes that the folder keeps, with the paths of its copies; none where it has no `protos/`.
[[nodiscard]] Result<std::vector<std::string>> protos_of(const RunFolder& folder);

}  // namespace brewproof
