// Whether it is one machine all along, by its own word on a line that the bench has to it: a
// service port is asked who the machine is before the first block, after each, and at the end.
// Every answer is journalled (`identity`).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rig/bench/bench.h"
#include "rig/evidence/damage.h"
#include "rig/evidence/journal.h"

namespace brewproof {

class IdentityWatch {
 public:
  /// All of it outlives this. `asks_for_updates`: a change is what the procedure is about.
  IdentityWatch(Bench& bench, Journal& journal, Clock& clock, bool asks_for_updates);

  enum class When { start, block, end };
  /// What an answer means for the run.
  struct Held {
    std::vector<Damage> damage;       // from the last answer of the machine as it was
    std::vector<std::string> doubts;  // "firmware-changed"; "identity-unread" at the end
  };
  /// Asks each line. One that does not answer costs nothing, as long as it does at the end. Error:
  /// of the journal. `block`: that was just done, 0 otherwise.
  Result<Held> ask(When when, int block);

 private:
  struct Line {
    std::string resource;
    std::string said;              // "" = it has never answered
    std::int64_t answered_ns = 0;  // when it last did
  };

  Bench& bench_;
  Journal& journal_;
  Clock& clock_;
  bool asks_for_updates_;
  std::vector<Line> lines_;
};

}  // namespace brewproof
