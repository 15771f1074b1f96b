// The plan's rule for an early end at work in a run. At each border of blocks it reads the run
// folder as `analyze` would, in a thread of its own, since the thread that controls has outputs to
// guard; what it saw is journalled. A look that fails decides nothing: the run goes on. Cost: each
// look decodes all that was captured so far.
#pragma once

#include <functional>
#include <future>
#include <optional>
#include <string>

#include "rig/evidence/journal.h"
#include "rig/evidence/run_folder.h"
#include "rig/model/plan.h"
#include "rig/proof/early_stop.h"

namespace brewproof {

class StopJudge {
 public:
  /// `prepare` brings what is needed into the folder before a look; `note` tells the person at the
  /// bench. All of it outlives this.
  StopJudge(const StopRule& rule, const RunFolder& folder, Journal& journal,
            std::function<Result<void>()> prepare, std::function<void(const std::string&)> note)
      : rule_(rule),
        folder_(folder),
        journal_(journal),
        prepare_(std::move(prepare)),
        note_(std::move(note)) {}

  /// Begins a look, or asks how far it is. nullopt: it goes on; else whether the run may end.
  [[nodiscard]] std::optional<bool> decided();

 private:
  [[nodiscard]] bool judge(const Result<EarlyLook>& look);

  const StopRule& rule_;
  const RunFolder& folder_;
  Journal& journal_;
  std::function<Result<void>()> prepare_;
  std::function<void(const std::string&)> note_;
  std::future<Result<EarlyLook>> look_;  // its end is waited for
};

}  // namespace brewproof
