// What explains the bytes that no event caused: kind by kind, how often its messages come and with
// what. Descriptions, with their counts beside them; no claim.
#pragma once

#include <cstddef>
#include <vector>

#include "rig/proof/traffic.h"

namespace brewproof {

/// `background`: indices into Traffic::messages, in order of time. One entry for each kind, the
/// heaviest first; their bytes add up to those of all these messages. The first that fits:
///   serves      all are look-ups, or ends of handshakes, that serve another message
///   once        there is one, or all came in one go
///   regular     nine of ten of the times between two (three at least) are within a tenth of the
///               median
///   on-connect  over TCP, three connections at least: nine of ten with the destination have one
///               within 1 s of their first message, and nine of ten of these messages lie there;
///               and half of these connections carry something else as well
///   few         less than four times
///   irregular
[[nodiscard]] std::vector<BackgroundBytes> explain_background(
    const Traffic& traffic, const std::vector<std::size_t>& background);

}  // namespace brewproof
