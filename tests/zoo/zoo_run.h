// One machine of the zoo, run off-line and analysed: lots from the real planner, packets from the
// virtual wire, messages from the
// real decoder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fixtures/zoo/off_line_run.h"
#include "rig/procedure/procedure_file.h"
#include "rig/proof/attribute.h"

namespace brewproof {

struct ZooOptions {
  std::uint64_t seed = 1;  // of the lots, and of the machine
  int blocks = 0;          // 0: as the procedure says
};

/// fixtures/profiles/zoo/NAME.yaml, or the file itself.
[[nodiscard]] std::filesystem::path profile_of(const std::string& machine);
/// All machines of the zoo by name, sorted.
[[nodiscard]] std::vector<std::string> all_machines();
/// NAME.procedure.yaml beside the profile, for a machine that needs acts of its own; else
/// zoo.procedure.yaml.
[[nodiscard]] Result<ProcedureFile> zoo_procedure(const std::string& machine,
                                                  const ZooOptions& options);

struct ZooRun {
  std::string machine;
  Plan plan;
  sim::Profile profile;
  sim::OffLineRun run;
};
[[nodiscard]] Result<ZooRun> run_machine(const std::string& machine, const ZooOptions& options);

/// capture.pcap, trials.jsonl, truth.jsonl and plan.json, in `folder`, which is made.
[[nodiscard]] Result<void> write_run(const ZooRun& run, const std::filesystem::path& folder);

/// The frames through the decoder, with the trials: what `brewproof analyze` makes of the folder.
[[nodiscard]] ProofInput decoded(const ZooRun& run);

}  // namespace brewproof
