#include "rig/crosscheck/pieces.h"

#include <algorithm>
#include <set>

namespace brewproof {

std::vector<Piece> pieces_of(const std::vector<std::uint64_t>& packets, std::uint64_t most,
                             const std::vector<KeptMessage>& messages) {
  std::vector<Piece> pieces;
  std::vector<std::size_t> first_piece;  // by file
  for (std::size_t file = 0; file < packets.size(); ++file) {
    first_piece.push_back(pieces.size());
    for (std::uint64_t before = 0; before == 0 || before < packets[file]; before += most)
      pieces.push_back({static_cast<std::uint32_t>(file), before, {}});
  }
  const auto piece_at = [&](const PacketPlace& place) {
    const std::uint64_t frame = std::max<std::uint64_t>(place.frame, 1) - 1;
    const std::uint64_t last = packets[place.file] == 0 ? 0 : (packets[place.file] - 1) / most;
    return first_piece[place.file] + static_cast<std::size_t>(std::min(frame / most, last));
  };

  std::vector<std::set<std::uint64_t>> torn(pieces.size());  // conversations cut at a beginning
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const KeptMessage& message = messages[i];
    if (message.first.file >= packets.size() || message.last.file >= packets.size()) continue;
    const std::size_t from = piece_at(message.first);
    const std::size_t to = std::max(from, piece_at(message.last));
    for (std::size_t p = from; p <= to; ++p) {
      const std::uint64_t first = p == from ? message.first.frame - pieces[p].before : 1;
      const std::uint64_t last = p == to ? message.last.frame - pieces[p].before : most;
      pieces[p].parts.push_back({i, first, std::max(first, last), from != to});
      if (p != from) torn[p].insert(message.flow);
    }
  }
  for (std::size_t p = 0; p < pieces.size(); ++p)
    for (Piece::Part& part : pieces[p].parts)
      part.cut = part.cut || torn[p].contains(messages[part.message].flow);
  return pieces;
}

}  // namespace brewproof
