// The .proto files that an analysis reads Protocol Buffers by (rig/reading/proto_wish.h).
// A run keeps its own, so that whoever looks again reads by the same.
#pragma once

#include <vector>

#include "rig/evidence/run_folder.h"
#include "rig/model/result.h"
#include "rig/reading/proto_wish.h"

namespace brewproof {

/// Error: as brewproof-decode refuses them, with file:line:col.
[[nodiscard]] Result<void> check_protos(const std::vector<ProtoWish>& wishes);

/// Copies each file and what it imports into the folder's `protos/`, in place of what was there;
/// a file may be one of those. Error: one could not be copied, and what was there is there still.
[[nodiscard]] Result<void> keep_protos(const RunFolder& folder,
                                       const std::vector<ProtoWish>& wishes);

/// The wishes that the folder keeps, with the paths of its copies; none where it has no `protos/`.
[[nodiscard]] Result<std::vector<ProtoWish>> protos_of(const RunFolder& folder);

}  // namespace brewproof
