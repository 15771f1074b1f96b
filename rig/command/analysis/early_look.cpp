#include "rig/command/analysis/early_look.h"

#include <utility>

#include "rig/command/analysis/captures.h"
#include "rig/command/analysis/left_out.h"

namespace brewproof {

EarlyLook early_look_of(const AnalysisSource& source, ProofInput input) {
  std::vector<Stop> stops = source.run.stops;
  set_aside(input.messages, stops);
  leave_out_untouched(input.trials, source.plan.passive_blocks);
  return look_early(input);
}

Result<EarlyLook> early_look_at(const RunFolder& folder) {
  auto source = source_of_run(folder);
  if (!source) return pass_on(std::move(source));
  ProofInput input;
  input.design = source->plan.design;
  input.trials = source->trials;
  input.identities = source->identities;
  MessageKeeper keeper;
  auto read = decode_captures(
      *source, [&](Message&& message) { input.messages.push_back(keeper.keep(message)); });
  if (!read) return pass_on(std::move(read));
  // The file in hand ends in the middle of a packet that comes after the block: that is no damage.
  if (read->fault) return fail(ErrorCode::host, "{}", read->faults.back());
  return early_look_of(*source, std::move(input));
}

}  // namespace brewproof
