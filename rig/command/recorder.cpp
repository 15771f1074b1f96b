#include "rig/command/recorder.h"

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "rig/evidence/samples_log.h"
#include "rig/evidence/trials_log.h"
#include "rig/model/canonical_json.h"
#include "rig/model/sha256.h"

namespace brewproof {

std::string exchange_line(const Exchange& exchange) {
  const auto reply = exchange.sent.first_reply;
  const nlohmann::json line = {
      {"resource", exchange.resource},
      {"before_write_raw_ns", exchange.sent.before_write.raw_ns},
      {"after_drain_raw_ns", exchange.sent.after_drain.raw_ns},
      {"first_reply_raw_ns", reply ? nlohmann::json(reply->raw_ns) : nlohmann::json(nullptr)},
      {"real_ns", exchange.sent.before_write.real_ns},
      {"written", to_hex(exchange.written)},
      {"received", to_hex(exchange.received)}};
  return canonical_json(line) + "\n";
}

Result<Recorder> Recorder::create(const RunFolder& folder, Clock& clock) {
  auto journal = Journal::create(folder.file("journal.jsonl"), clock);
  if (!journal) return pass_on(std::move(journal));
  return beside(std::move(*journal), folder);
}

Result<Recorder> Recorder::resume(const RunFolder& folder, const std::vector<Trial>& trials,
                                  Clock& clock) {
  auto journal = Journal::reopen(folder.file("journal.jsonl"), clock);
  if (!journal) return pass_on(std::move(journal));
  auto recorder = beside(std::move(*journal), folder);
  if (!recorder) return recorder;
  if (auto kept = recorder->rewrite_trials(trials); !kept) return pass_on(std::move(kept));
  // The file that was opened is not the one that has its name now.
  recorder->trials_ = File(std::fopen(recorder->trials_path_.c_str(), "ae"), std::fclose);
  if (!recorder->trials_)
    return fail(ErrorCode::io, "{}: cannot be written to: {}", recorder->trials_path_,
                std::strerror(errno));
  return recorder;
}

Result<Recorder> Recorder::beside(Journal journal, const RunFolder& folder) {
  const auto open = [](const std::string& path) {
    return File(std::fopen(path.c_str(), "ae"), std::fclose);
  };
  File exchanges = open(folder.file("exchanges.jsonl"));
  File samples = open(folder.file("samples.jsonl"));
  File trials = open(folder.file("trials.jsonl"));
  if (!exchanges || !samples || !trials)
    return fail(ErrorCode::io, "{}: cannot be written to: {}", folder.path(), std::strerror(errno));
  return Recorder(std::move(journal), std::move(exchanges), std::move(samples), std::move(trials),
                  folder);
}

ExchangeSink Recorder::exchanges() {
  // A line that is lost on a full disk costs no evidence: the journal has the outcome.
  return [file = exchanges_.get()](const Exchange& exchange) {
    const std::string line = exchange_line(exchange);
    std::fwrite(line.data(), 1, line.size(), file);
  };
}

// Likewise: what confirmed an act stands in the journal.
void Recorder::sample(const Sample& sample) {
  const std::string line = sample_json(sample) + "\n";
  std::fwrite(line.data(), 1, line.size(), samples_.get());
}

Result<std::string> Recorder::samples_sha256() {
  std::fflush(samples_.get());
  return sha256_file(samples_path_);
}

Result<void> Recorder::trial(const Trial& trial) {
  const std::string line = trial_json(trial) + "\n";
  if (std::fwrite(line.data(), 1, line.size(), trials_.get()) != line.size() ||
      std::fflush(trials_.get()) != 0)
    return fail(ErrorCode::io, "{}: trial {} cannot be written: {}", trials_path_, trial.trial,
                std::strerror(errno));
  return {};
}

Result<void> Recorder::rewrite_trials(const std::vector<Trial>& trials) const {
  std::string text;
  for (const Trial& trial : trials) text += trial_json(trial) + "\n";
  return write_file_whole(trials_path_, text);
}

}  // namespace brewproof
