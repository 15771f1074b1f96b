// How sensitive is this proof on this run? Synthetic emissions of known forms are added to a copy
// of the run's own messages, tied to the acts as they were made, and the same proof is asked with
// the same lots and settings whether it finds them. What is found too rarely may have been there,
// so "none seen" does not cover it. Pure; the run's own claims are made elsewhere and know nothing
// of it.
#pragma once

#include <functional>
#include <vector>

#include "rig/model/finding.h"
#include "rig/proof/attribute.h"

namespace brewproof {

inline constexpr int most_spike_repetitions = 1000;

struct SpikeQuestion {
  int repetitions = 0;  // copies for each event and form; 0: nothing is planted
  /// Told after each copy: it takes as long as a proof.
  std::function<void(int done, int of)> progress = {};
};

/// By event with acts, then form. One emission a copy; its times are drawn from a generator that
/// the run's seed, the event, the form and the copy's number name ("spike/EVENT/FORM/N" or
/// "spike/EVENT/FORM/like/N", see rig/proof/lots.h). Forms, from the last contact of each act:
///   immediate  within the declared window that ends first
///   delayed    each by its own delay, after that window and within all windows together
///   sampled    as immediate, of each act with a chance of 30 %
///   batched    records with their time, in milliseconds, in one message about once a block
/// Its content tells no parameter. It goes to a server that nothing else goes to; but for batches
/// it is planted a second time as one more of the commonest message that the event was not found to
/// send, a copy of the last that was met by then. What would come after the capture ended is not
/// planted. It is recovered where the event is found to send it, or by what it carries.
[[nodiscard]] std::vector<SpikeRecovery> measure_sensitivity(const ProofInput& input,
                                                             const SpikeQuestion& question);

/// What of each event's "none seen" the emissions that were planted for it leave open.
void limit_none_seen(std::vector<NoneSeen>& none, const std::vector<SpikeRecovery>& spikes);

}  // namespace brewproof
