// How a run begins or goes on: its folder with what was asked, its journal, its line in the bench's
// log. What speaks against it is said before anything is written or moved.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rig/command/command.h"
#include "rig/command/commissioning.h"
#include "rig/command/inputs.h"
#include "rig/command/recorder.h"
#include "rig/contract/contract_file.h"
#include "rig/evidence/bench_log.h"
#include "rig/evidence/run_folder.h"
#include "rig/model/clock.h"
#include "rig/model/result.h"
#include "rig/procedure/resume.h"
#include "rig/procedure/run_bounds.h"

namespace brewproof {

struct RunArguments {
  std::string procedure, bench, out, operator_name;
  std::string confirm;  // folder of an earlier run whose claims are asked again; "" = none
  std::vector<std::string> protos;
  std::int64_t max_cups = 0;  // 0: none
  std::string until;          // "22:30", local time; "" = none
  bool resume = false, no_cross_check = false, no_contract = false;
  SeedChoice seed;
  std::string regress;  // folder of an earlier run that the machine is held against; "" = none
  std::int64_t regress_blocks = 2;               // of such a run: 8 cups an event
  std::optional<std::vector<std::string>> only;  // of its claims these alone; absent: all
  std::string soak;  // "30 min": listen so long and do nothing; "" = act
};

/// The operator, by the arguments or by the login.
[[nodiscard]] std::string who(const RunArguments& arguments);

/// A run whose folder, journal and plan are there.
struct Begun {
  Inputs inputs;
  RunFolder folder;
  Recorder recorder;
  std::string id;
  std::optional<Resumed> resumed;
  CommissioningState commissioning;
  std::optional<ContractFile> contract;  // that the findings are held against
  RunBounds bounds;
  bool confirms = false;  // it asks again what an earlier run claims
};

/// A new run, in a folder that is not there yet.
[[nodiscard]] Result<Begun> begin_new(const RunArguments& arguments, const Invocation& invocation,
                                      Clock& clock);
/// The interrupted run in `arguments.out` goes on.
[[nodiscard]] Result<Begun> begin_again(const RunArguments& arguments, const Invocation& invocation,
                                        Clock& clock);

/// The bench's log knows of the run before anything moves, and the run folder holds what that log
/// said of the others, so that the report does not change when the log grows.
[[nodiscard]] Result<BenchLog> begin_in_bench_log(const std::string& run,
                                                  const RunArguments& arguments,
                                                  const Inputs& inputs, Journal& journal,
                                                  Clock& clock);

}  // namespace brewproof
