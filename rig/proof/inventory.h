// What was sent at all: each signature with the paths of all its fields, whoever caused it. A
// declaration is held against this too, so that nothing escapes it for want of trials.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rig/proof/traffic.h"

namespace brewproof {

/// "body|json:/records/*/amount" of "body|json:/records/3/amount": in what a JSON, CBOR or
/// MessagePack step reads, every step of digits is taken for an element of an array.
[[nodiscard]] std::string any_element(std::string_view path);

/// So many different paths of one signature, as they stand, are looked at.
inline constexpr std::size_t most_paths_read = 1 << 16;

/// So many kinds of remarks are kept of one signature.
inline constexpr std::size_t most_remarks = 8;

/// In the order of `traffic.signatures`; at most `most_columns` paths each.
[[nodiscard]] std::vector<SentSignature> inventory(const Traffic& traffic);

}  // namespace brewproof
