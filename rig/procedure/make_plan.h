// Procedure + seed -> Plan (pure), its canonical JSON and what it can and cannot prove.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rig/bench/bench_file.h"
#include "rig/model/plan.h"
#include "rig/model/result.h"
#include "rig/procedure/procedure_file.h"

namespace brewproof {

/// Deals blocks, shams, jitter and parameters from the named generator. Same seed, same plan, on
/// any compiler. Error `bad_file` where nothing could be proved (one level only, too few values
/// for unique draws, no sham anywhere): said before anything is brewed.
[[nodiscard]] Result<Plan> make_plan(const ProcedureFile& procedure, std::uint64_t seed,
                                     const std::string& nonce = "");

/// A plan of a run without any act: no slot, an idle time of `soak_ns`, no rule for an early end.
/// Its design is the procedure's, so that it can be said what that has to declare.
[[nodiscard]] Plan soak_plan(const ProcedureFile& procedure, std::uint64_t seed,
                             std::int64_t soak_ns);

/// Which of the committed blocks the gateway leaves passive: `percent` of them, rounded, at least
/// one and at most half, drawn by lot (stream `passive`). Those of the reserve never are. Error
/// `bad_file`: there is only one block.
[[nodiscard]] Result<std::set<int>> passive_blocks(const Plan& plan, int percent);

/// Why this procedure could prove nothing, whatever the machine does: no sham, one value only, too
/// few unique values, a design too small for its alpha. All reasons, each with its place; empty =
/// it can. make_plan refuses for the same reasons; `lint` needs no seed.
[[nodiscard]] std::vector<Error> what_cannot_be_proved(const ProcedureFile& procedure);

[[nodiscard]] std::string plan_json(const Plan& plan);  // canonical; what is hashed
[[nodiscard]] std::string plan_sha256(const Plan& plan);
[[nodiscard]] Result<Plan> read_plan_json(const std::string& text, const std::string& path);

/// What a person wants to know before anything moves.
struct Forecast {
  struct Event {
    std::string event;
    int trials = 0, sham_trials = 0;
    double smallest_p = 1;  // perfect separation under the law of this plan
    double none_seen_bound = 1;
    std::vector<std::string> confirm;  // "watts above 500 W within 5 s"
  };
  struct Parameter {
    std::string event, parameter;
    int values = 0;
    double smallest_p = 1;
    bool provable = false;  // smallest_p survives the content share of alpha over all parameters
  };
  struct Output {
    std::string control;
    std::string output;  // "panel/1"
    std::string mark;    // who opens its contact: board-timed, guarded, unguarded
  };
  struct Stop {
    int before_block = 0;
    std::int64_t at_ns = 0;  // of the run, without the machine's and the operator's own time
    bool reserve = false;    // only if that reserve block is needed
    bool attended = false;   // a person must be there
    std::string what;        // "refill beans and clean drawer, then espresso for no score"
  };
  std::vector<Event> events;
  std::vector<Parameter> parameters;
  std::vector<Output> outputs;
  std::vector<Stop> stops;
  int slots = 0, reserve_slots = 0;
  std::int64_t cups = 0, payments = 0;                  // of the committed blocks
  std::int64_t reserve_cups = 0, reserve_payments = 0;  // more, if all reserve blocks are needed
  std::map<std::string, std::int64_t> money_minor;      // by currency, upper bound
  std::map<std::string, std::int64_t> consumables;      // by name: units used
  std::map<std::string, Money> prices;                  // by name: of those units
  std::map<std::string, std::int64_t> services;         // by name: how often it is put right
  std::int64_t conditioning_cups = 0, reserve_conditioning_cups = 0;
  std::int64_t expected_ns = 0, longest_ns = 0;  // wall clock without and with reserve
  std::vector<std::string> warnings;             // what it cannot show, limits exceeded
};

/// `soonest_end`: after how many blocks the plan's rule for an early end can end the run at the
/// soonest; what it needs is the proof's to say (rig/proof/stop_outlook.h). 0: as early as it may
/// look.
[[nodiscard]] Forecast forecast(const Plan& plan, const ProcedureFile& procedure,
                                const BenchFile& bench, int soonest_end = 0);

}  // namespace brewproof
