// Protocol Buffers whose types are known from .proto files, as `protobuf:/order/cents`: fields and
// enumeration's values by their names, a field that comes again as `/items[2]`.
#pragma once

#include <string>
#include <string_view>

#include "rig/decode/payload/opener.h"
#include "rig/decode/payload/proto_schema.h"

namespace brewproof::decode::protobuf {

/// Is a type bound to where messages with this label go?
[[nodiscard]] bool is_bound(const ProtoSchema& schema, std::string_view label);

/// The type that `bytes` are of: the one bound to the label, else the first that fits them, which
/// means that every field is known, of its type and whole. nullptr: none; `why` says what stands
/// against it, and at which byte.
[[nodiscard]] const ProtoMessage* type_of(const ProtoSchema& schema, std::string_view label,
                                          ByteView bytes, unsigned max_depth, std::string& why);

/// Adds the fields at opener.path(). Precondition: `type` is of type_of(). False: a path is too
/// long.
[[nodiscard]] bool add_named(Opener& opener, const ProtoSchema& schema, const ProtoMessage& type,
                             ByteView bytes);

}  // namespace brewproof::decode::protobuf
