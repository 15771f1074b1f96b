// The gateway of one run (rig/network/gateway.h), led as each block needs it. Its keys go into the
// run folder as they come, and what it heard into the journal, again and again, so that a run that
// is killed has both.
#pragma once

#include <optional>
#include <vector>

#include "rig/command/inputs.h"
#include "rig/evidence/journal.h"
#include "rig/evidence/run_folder.h"
#include "rig/model/result.h"
#include "rig/network/gateway.h"

namespace brewproof {

class LedGateway {
 public:
  /// `inputs` and `journal` outlive it. Nothing of the machine's is touched yet. nullopt: this
  /// bench has none, or one that touches nothing.
  [[nodiscard]] static Result<std::optional<LedGateway>> start(const Inputs& inputs,
                                                               const RunFolder& folder,
                                                               Journal& journal);

  /// Often: a proxy that nobody listens to stands still one day.
  [[nodiscard]] Result<void> listen() { return gateway_.listen(); }
  /// Into the run folder, those that came until now.
  [[nodiscard]] Result<void> collect_keys() { return gateway_.collect_keys(); }
  /// True: the connections were led another way before, and the machine makes them anew.
  [[nodiscard]] Result<bool> lead(int block);
  /// What was heard is told once more. What is wrong with it, and each key log that could not be
  /// read.
  [[nodiscard]] std::vector<Error> end();

 private:
  LedGateway(Gateway gateway, const Plan& plan, Journal& journal)
      : gateway_(std::move(gateway)), plan_(&plan), journal_(&journal) {}
  Result<void> tell(const char* now);

  Gateway gateway_;
  const Plan* plan_;
  Journal* journal_;
};

}  // namespace brewproof
