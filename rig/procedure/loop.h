// The one loop that moves hardware: plan in, trials out. For each slot it waits until the machine
// is ready, reads the slot's lot, writes the intent to disk, acts, reads back, confirms, writes the
// outcome, observes and drains. Between blocks it takes the plan's stops for service. A damaged
// block is replaced from the reserve; so is one in which somebody used the machine. The run may end
// early at the border of a block: by the plan's rule or a person's bounds. On every way
// out the outputs are safe and what happened is in the journal.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rig/bench/bench.h"
#include "rig/bench/network_block.h"
#include "rig/capture/capture_process.h"
#include "rig/evidence/journal.h"
#include "rig/model/early_end.h"
#include "rig/model/plan.h"
#include "rig/model/sample.h"
#include "rig/model/trial.h"
#include "rig/procedure/books_port.h"
#include "rig/procedure/payment_bus.h"
#include "rig/procedure/procedure_file.h"
#include "rig/procedure/quiet.h"
#include "rig/procedure/resume.h"
#include "rig/procedure/run_bounds.h"
#include "rig/procedure/service.h"

namespace brewproof {

/// How far the run is; shown to a person between trials.
struct Progress {
  enum class Phase { idle, trial, ask, pause, service, listen };
  Phase phase = Phase::idle;
  int done = 0, total = 0;  // trials
  int block = 0, blocks = 0;
  const Slot* slot = nullptr;  // phase trial
  std::int64_t cups = 0, payments = 0;
  std::int64_t left_ns = 0;  // estimated
  int stop = 0;              // what was asked for: Loop::stop and Loop::pause
  bool pause = false;
  std::string what;  // phases ask and service: what a person is asked to do; "" = nothing
};

/// What the loop works with. Everything is owned by the caller and outlives the call.
struct Loop {
  const Plan& plan;
  const ProcedureFile& procedure;
  const BenchFile& bench_file;
  Bench& bench;
  CaptureProcess* capture;  // nullptr: this bench captures nothing
  Journal& journal;
  Clock& clock;
  const std::atomic<int>& stop;  // rig/model/stop.h
  std::function<Result<void>(const Trial&)> trial_ended;
  std::function<void(const Progress&)> progress;
  /// Told in every wait that the loop gets on; error: nobody guards the outputs any more.
  std::function<Result<void>()> tend = {};
  /// A person wants a rest: taken between two trials, captured, and journalled as `pause` and
  /// `continue`. nullptr: nobody can ask.
  const std::atomic<bool>* pause = nullptr;
  /// An interrupted run goes on: what was done is not done again. nullptr: a new one.
  const Resumed* resumed = nullptr;
  /// Who is asked at the plan's stops. nullptr: nobody is there.
  const Attendant* attendant = nullptr;
  /// Called once before each block, before the first idle time for the first block that is not
  /// begun. True: the machine's connections were led another way, so it is left alone for the
  /// plan's idle time.
  std::function<Result<bool>(int block)> before_block = {};
  /// At each border of blocks but the last: has the plan's rule for an early end been met?
  /// nullopt: it is still looking, and is asked again while the loop waits.
  std::function<std::optional<bool>()> decided = {};
  RunBounds bounds = {};
  /// What blocks the machine's network; nullptr: no event of the procedure asks for it.
  NetworkBlock* network = nullptr;
  /// Told each reading of a meter that an event confirms by. With it they are read twice a second
  /// between the acts too, so that the whole run is on record.
  std::function<void(const Sample&)> sampled = {};
  /// The machine's own accounts, read as the bench file says. nullptr: nobody reads them.
  BooksPort* books = nullptr;
  /// When the machine was last heard on its network. Empty: nothing is captured.
  LastHeard last_heard = {};
  /// What the machine and a real terminal say to each other. nullptr: nobody hears them.
  PaymentBus* payments = nullptr;
};

struct LoopResult {
  std::string outcome;                     // completed, aborted, rig_fault
  std::vector<std::string> reasons;        // reason codes
  std::optional<Error> fault;              // what ended the run early
  std::vector<Trial> trials;               // with damage applied to whole blocks
  std::optional<EarlyEnd> early_end = {};  // completed, with fewer blocks than were planned
};

[[nodiscard]] LoopResult run_loop(const Loop& loop);

}  // namespace brewproof
