// run --resume: what an interrupted run goes on from. Nothing is rewritten but the trials log,
// which the journal can make again: a journal that was cut off is closed as partial, then goes on.
#pragma once

#include <string>

#include "rig/command/inputs.h"
#include "rig/command/recorder.h"
#include "rig/evidence/run_folder.h"
#include "rig/procedure/resume.h"

namespace brewproof {

struct Interrupted {
  Inputs inputs;
  RunFolder folder;
  std::string id;
  std::vector<Record> journal;
  bool closed = false;  // its journal has an end
  Resumed standing;
};

/// Reads what is there and writes nothing. Error `usage` where the run is complete, was never
/// begun, or where a file is not, byte for byte, the one that the folder holds.
[[nodiscard]] Result<Interrupted> read_interrupted(const std::string& procedure,
                                                   const std::string& bench,
                                                   const std::string& folder);

/// The recorder that goes on in that folder; the journal says how it stood.
[[nodiscard]] Result<Recorder> go_on(const Interrupted& interrupted,
                                     const std::string& operator_name, Clock& clock);

}  // namespace brewproof
