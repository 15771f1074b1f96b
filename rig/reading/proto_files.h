// Reads .proto files, with all that they import, into the decoder's schema. By libprotobuf, which
// is slow to load: only brewproof-decode links this.
#pragma once

#include <span>

#include "rig/decode/payload/proto_schema.h"
#include "rig/model/result.h"
#include "rig/reading/proto_wish.h"

namespace brewproof {

/// A wish for all messages of a file also means the requests of its services where they go, unless
/// it says where. What a file imports is looked for beside it; google/protobuf/*.proto are known.
/// Error `bad_file`: with file:line:col and what is wrong, or the messages that the file has where
/// the named one is missing.
[[nodiscard]] Result<ProtoSchema> read_protos(std::span<const ProtoWish> wishes);

}  // namespace brewproof
