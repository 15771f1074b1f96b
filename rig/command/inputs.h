// What a verb that works with a bench reads first: bench and procedure files, checked against each
// other, and the seed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rig/bench/bench_file.h"
#include "rig/contract/contract_file.h"
#include "rig/model/nonce.h"
#include "rig/model/plan.h"
#include "rig/model/result.h"
#include "rig/procedure/procedure_file.h"

namespace brewproof {

struct Inputs {
  BenchFile bench;
  ProcedureFile procedure;
  Plan plan;
  std::optional<NonceSeed> nonce;  // what the seed was derived from
};

struct SeedChoice {
  std::optional<std::uint64_t> seed;
  std::string nonce;
  std::string bench_log;  // "" = beside the bench file; a nonce's counter comes from it
};

/// What the command line wants otherwise than the procedure's design.
struct PlanWish {
  /// In the place of design.blocks; then no rule ends the run early, and no block's TLS is let be.
  /// 0: as it is written.
  int blocks = 0;
  std::int64_t soak_ns = 0;  // a run without any act, so long; 0: as it is written
};

/// Reads both files, checks one against the other and deals the plan. Without a choice the seed is
/// drawn from the operating system (53 bits).
[[nodiscard]] Result<Inputs> read_inputs(const std::string& procedure, const std::string& bench,
                                         const SeedChoice& choice, const PlanWish& wish = {});

/// The contract that the procedure names, beside it; none where it names none. Error `bad_file` at
/// the key where there is no such file.
[[nodiscard]] Result<std::optional<ContractFile>> contract_of(const ProcedureFile& procedure);

/// All faults as one error, a line each.
[[nodiscard]] Error joined(const std::vector<Error>& faults);

}  // namespace brewproof
