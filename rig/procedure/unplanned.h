// Sees when the machine is used outside the acts that the lots assigned: somebody buys a coffee,
// and the meter that confirms acts shows it, or puts a cup where the bench file says that none may
// be, or shows a card. Between an act and the machine's next rest whatever happens is the act's.
// What the machine does by itself is told apart by `by_itself` of the bench file.
//
// A meter is watched that has both a `confirm` with `above` and a `ready` with `below`: without the
// latter nobody knows when an act's own brew is over. An input is watched that has a `ready`, and
// every card reader: a session that the rig did not begin is somebody else's. Pure but for the
// readings it asks for.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rig/bench/condition.h"
#include "rig/evidence/damage.h"
#include "rig/evidence/journal.h"
#include "rig/procedure/procedure_file.h"

namespace brewproof {

/// Where no act was assigned a meter rose above the confirm threshold, an input left the state of
/// the machine's rest, or a session was open that the rig did not begin.
struct UnplannedAct {
  std::string control;
  double peak = 0;                      // of a meter; an input's or a reader's value
  std::string unit;                     // "" of an input and a reader
  std::int64_t from_ns = 0, to_ns = 0;  // CLOCK_REALTIME: first and last reading of it
  std::int64_t within_ns = 0;           // how late the meter may be: the act may have begun before
  bool by_itself = false;               // a rinse: nobody used the machine
};

class UnplannedWatch {
 public:
  UnplannedWatch(const ProcedureFile& procedure, const BenchFile& bench);

  /// Reads the sensors, unless they were read a moment ago; also where nothing is judged, so that
  /// the station does the same in every slot. A sensor that fails is looked at again later: whoever
  /// needs its value is told.
  void look(const Measure& measure, std::int64_t now_raw_ns);
  /// An act is assigned, a person serves the machine: what follows is not judged until it rests.
  void act_begins();
  /// The machine was seen at rest.
  void at_rest();
  /// That reader had a session that the rig did not begin, as who closes it found out.
  void stray_session(const std::string& reader, Instant at);
  /// A rise that has not ended yet.
  [[nodiscard]] bool open() const;
  /// Whether every meter that confirms this event is watched.
  [[nodiscard]] bool can_see(const EventSpec& event) const;
  /// Rises that have ended since the last call.
  [[nodiscard]] std::vector<UnplannedAct> take() { return std::exchange(ended_, {}); }

 private:
  struct Watched {
    std::string control, unit;
    bool upside_down = false;  // it rests when it is on
    double above = 0, rest = 0;
    std::int64_t within_ns = 0;
    std::vector<Condition> by_itself;
    std::optional<UnplannedAct> rise;
  };
  void judge(Watched& watched, const Meter::Reading& reading);
  void end(Watched& watched);

  std::vector<Watched> watched_;
  std::vector<UnplannedAct> ended_;
  std::int64_t interval_ns_;
  bool judging_ = false;  // not before the machine was first seen at rest
  std::optional<std::int64_t> looked_raw_ns_;
};

/// Journals each, and damage for those that are not the machine's own, which is added to `damage`.
/// True: `block`, of which a trial was begun, is lost; before its first trial nothing is.
[[nodiscard]] Result<bool> record_unplanned(const std::vector<UnplannedAct>& acts, int block,
                                            const std::vector<Trial>& trials, Journal& journal,
                                            std::vector<Damage>& damage);

}  // namespace brewproof
