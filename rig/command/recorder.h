// Writes a run as it happens: the journal, exchanges.jsonl, samples.jsonl and trials.jsonl of one
// run folder. Raw records are on disk before anything is interpreted.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "rig/bench/driver.h"
#include "rig/evidence/journal.h"
#include "rig/evidence/run_folder.h"
#include "rig/model/sample.h"
#include "rig/model/trial.h"

namespace brewproof {

/// A line of exchanges.jsonl, with its end.
[[nodiscard]] std::string exchange_line(const Exchange& exchange);

class Recorder {
 public:
  [[nodiscard]] static Result<Recorder> create(const RunFolder& folder, Clock& clock);

  /// Goes on in the folder of an interrupted run; its trials log becomes `trials`.
  [[nodiscard]] static Result<Recorder> resume(const RunFolder& folder,
                                               const std::vector<Trial>& trials, Clock& clock);

  Journal& journal() { return journal_; }
  /// A sink that may outlive moves of the Recorder, not the Recorder's end.
  ExchangeSink exchanges();
  void sample(const Sample& sample);
  /// Of samples.jsonl as far as it was written; nothing is kept back.
  [[nodiscard]] Result<std::string> samples_sha256();
  [[nodiscard]] Result<void> trial(const Trial& trial);
  /// The log once more as a whole, with the damage that became known after a trial was written.
  [[nodiscard]] Result<void> rewrite_trials(const std::vector<Trial>& trials) const;

 private:
  static Result<Recorder> beside(Journal journal, const RunFolder& folder);

  using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
  Recorder(Journal journal, File exchanges, File samples, File trials, const RunFolder& folder)
      : journal_(std::move(journal)),
        exchanges_(std::move(exchanges)),
        samples_(std::move(samples)),
        trials_(std::move(trials)),
        samples_path_(folder.file("samples.jsonl")),
        trials_path_(folder.file("trials.jsonl")) {}

  Journal journal_;
  File exchanges_;
  File samples_;
  File trials_;
  std::string samples_path_, trials_path_;
};

}  // namespace brewproof
