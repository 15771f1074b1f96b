// Our lines against theirs, kind by kind, in one piece of one capture file: a difference of
// multisets. Equal lines are paired by their frames first, so that of a message that comes a
// hundred times the right one is missed.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "rig/crosscheck/kind.h"
#include "rig/crosscheck/places.h"
#include "rig/model/kept_message.h"

namespace brewproof {

/// A message of one side without its equal on the other. Frames are those of the piece.
struct Odd {
  static constexpr std::size_t nobody = static_cast<std::size_t>(-1);
  std::size_t kind = 0;          // index into kinds()
  std::size_t message = nobody;  // of ours that is read otherwise, or missing on their side
  std::uint64_t frame = 0;
  std::string ours, theirs;
  std::string peer;  // both ends' addresses of a message that only they have
  std::uint16_t port = 0;
};

struct KindTally {
  std::uint64_t ours = 0, theirs = 0, aside = 0, alone = 0;
};

class Comparison {
 public:
  enum class Standing : std::uint8_t { compared, aside, opaque };

  explicit Comparison(const std::vector<KeptMessage>& messages);

  /// A message of this piece. `aside`: it cannot be compared, whatever it is. `opaque`: no room
  /// claimed it.
  void add_ours(std::size_t index, std::uint64_t first, std::uint64_t last, Standing standing);
  /// Before the first of their packets.
  void sort();
  void add_theirs(const Dissection& packet);
  /// After the last: equal lines of whatever frames, as repeats and segments that were sent again.
  void pair_the_rest();
  /// Is a message of ours still without its equal?
  [[nodiscard]] bool lacks_theirs() const;
  /// Packets as tshark shows them in another setting: only what is still lacking is taken.
  void add_lacking(const Dissection& packet);

  /// Frames of what they show and we do not, in order: these packets are to be placed.
  [[nodiscard]] std::vector<std::uint64_t> unplaced() const;
  /// Whose packet that is. `counts`: the decoder would have looked at it too.
  void place(const Dissection& packet, bool counts);

  /// What is left on either side, in the order of frames. Once, at the end.
  [[nodiscard]] std::vector<Odd> finish();
  [[nodiscard]] const std::vector<KindTally>& tallies() const { return tallies_; }
  [[nodiscard]] const Places& places() const { return places_; }

 private:
  struct Ours {
    std::size_t message;
    std::uint64_t first, last;
    std::uint64_t copies;  // not paired yet: one more than its repeats
  };
  struct Theirs {
    std::size_t hash;
    std::uint64_t frame;
    std::string line;
  };
  struct Placed {
    bool counts = true;
    std::vector<std::size_t> beside;  // messages of ours at that place
    std::string peer;
    std::uint16_t port = 0;
  };
  struct Equals {
    std::vector<Ours> all;  // in the order of frames
    std::size_t next = 0;   // before it all are paired
  };
  using Lines = std::unordered_map<std::size_t, Equals>;  // by the line's hash

  static bool pair_at(Equals& equals, std::uint64_t frame);
  static bool pair_anywhere(Equals& equals);
  [[nodiscard]] bool stands(Standing standing, std::size_t kind, const Placed& placed) const;
  void settle(std::size_t kind, std::vector<Odd>& odd);

  const std::vector<KeptMessage>& messages_;
  Places places_;
  // By kind:
  std::vector<Lines> lines_;
  std::vector<std::vector<Theirs>> unpaired_;
  std::vector<std::unordered_set<std::size_t>> aside_;
  std::vector<KindTally> tallies_;
  std::unordered_map<std::uint64_t, Placed> placed_;    // by frame
  std::unordered_map<std::size_t, Standing> standing_;  // of those that are not simply compared
};

}  // namespace brewproof
