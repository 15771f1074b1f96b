// A contract held against a run, in words for people.
#pragma once

#include <string>

#include "results/report.h"
#include "rig/command/exit_code.h"
#include "rig/contract/contract_check.h"

namespace brewproof {

/// 1 where a line fails, 4 where one is in doubt.
[[nodiscard]] ExitCode exit_code(Declared verdict);
/// The verdict and the contract's name, then its lines. `all`: also those that pass.
[[nodiscard]] std::string contract_text(const ContractFile& contract, const ContractCheck& check,
                                        bool all, const TextStyle& style);

}  // namespace brewproof
