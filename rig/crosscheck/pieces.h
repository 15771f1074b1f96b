// Capture files in pieces that tshark can hold, and which of our messages lie in which. What runs
// over a piece's end tshark sees only a part of, and it may have lost the conversation behind it.
#pragma once

#include <cstdint>
#include <vector>

#include "rig/model/kept_message.h"

namespace brewproof {

struct Piece {
  std::uint32_t file = 0;
  std::uint64_t before = 0;  // frames of the file before it
  struct Part {
    std::size_t message;
    std::uint64_t first, last;  // frames of the piece
    bool cut;                   // runs over an end, or follows in its conversation what does
  };
  std::vector<Part> parts;
};

/// All pieces of files with so many packets each, in order; those without messages too.
[[nodiscard]] std::vector<Piece> pieces_of(const std::vector<std::uint64_t>& packets,
                                           std::uint64_t most,
                                           const std::vector<KeptMessage>& messages);

}  // namespace brewproof
