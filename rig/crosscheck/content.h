// What a body or payload holds, written by both sides alike: JSON as pointer=value in the order of
// the document, read by another library than the decoder's; anything else as its text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/crosscheck/kind.h"
#include "rig/model/kept_message.h"

namespace brewproof {

/// The fields of the part "body" or "payload"; nullopt where it was opened into something that
/// tshark does not show.
[[nodiscard]] std::optional<std::vector<std::string>> content_of(const KeptMessage& message,
                                                                 std::string_view part);

namespace forms {
/// A text; one that is none (tshark has put U+FFFD for its bytes) gives nothing.
void content(const Cell& cell, std::vector<std::string>& values);
void content_hex(const Cell& cell, std::vector<std::string>& values);  // bytes in hex
}  // namespace forms

}  // namespace brewproof
