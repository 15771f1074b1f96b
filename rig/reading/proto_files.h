// Reads .proto files, with all that they import, into the decoder's schema. By libprotobuf, which
// is slow to load: only brewproof-decode links this.
#pragma once

#include <span>
#include <string>

#include "rig/decode/payload/proto_schema.h"
#include "rig/model/result.h"

namespace brewproof {

/// Each wish is `FILE`, for all messages that stand in the file by themselves, and for the requests
/// of its services where they go; `FILE:Package.Message` for one of them; with `@WHERE` behind it
/// for messages to there alone (ProtoSchema::Use). What a file imports is looked for beside it;
/// google/protobuf/*.proto are known. Error `bad_file`: with file:line:col and what is wrong, or
/// the messages that the file has where the named one is missing.
[[nodiscard]] Result<ProtoSchema> read_protos(std::span<const std::string> wishes);

}  // namespace brewproof
