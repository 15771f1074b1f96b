// `run --regress BASE`: has the machine changed since the run in BASE? A pass asks its claims,
// holds the contract and looks for what BASE never had; what is red is asked again at once, with
// new lots, before it counts.
#pragma once

#include "rig/command/begin_run.h"
#include "rig/command/command.h"

namespace brewproof {

/// Runs one pass into `arguments.out`, and where it has a red line a second one into `OUT-again`,
/// which asks the claims that did not come back and looks for the rest anew. Sets the exit code: 1
/// where a red line came twice, 4 where one came once or a pass is in doubt, else 0.
[[nodiscard]] Result<void> regress(const RunArguments& arguments, Invocation& invocation);

/// The seed of the second pass: nobody chose it. SHA-256 of "brewproof.regress/1", a line feed and
/// the first pass's seed in decimal; its first 8 bytes, big-endian, modulo 2^53.
[[nodiscard]] std::uint64_t second_seed(std::uint64_t first);

}  // namespace brewproof
