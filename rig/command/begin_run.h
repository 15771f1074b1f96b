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

namespace brewproof {

struct RunArguments {
  std::string procedure, bench, out, operator_name;
  std::string confirm;  // folder of an earlier run whose claims are asked again; "" = none
  std::vector<std::string> protos;
  bool resume = false, no_cross_check = false, no_contract = false;
  SeedChoice seed;
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
