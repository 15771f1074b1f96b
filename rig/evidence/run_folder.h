// One run = one folder that holds all that anyone needs to check the result:
// plan.json bench.yaml procedure.yaml journal.jsonl trials.jsonl exchanges.jsonl samples.jsonl
// guardian.log capture/0001.pcapng... payment/0001.pcapng... books/0001.dts...
// results.sqlite findings.json report.html; of a regression run also base.findings.json, what it is
// held against
#pragma once

#include <string>
#include <vector>

#include "rig/model/result.h"

namespace brewproof {

class RunFolder {
 public:
  /// Error `usage` where something is there already: nothing is ever overwritten.
  [[nodiscard]] static Result<void> vacant(const std::string& path);
  /// Makes a new folder; error `usage` where it exists and is not empty (nothing is overwritten).
  [[nodiscard]] static Result<RunFolder> create(const std::string& path);
  /// Opens an existing one; error `bad_file` where it holds neither a journal nor a plan.
  [[nodiscard]] static Result<RunFolder> open(const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] std::string capture_folder() const { return file("capture"); }
  /// capture/*.pcapng in order, relative to the folder.
  [[nodiscard]] Result<std::vector<std::string>> captures() const;
  /// What was said on the payment bus; made by whoever has something to write.
  [[nodiscard]] std::string payment_folder() const { return file("payment"); }
  /// payment/*.pcapng in order, relative to the folder.
  [[nodiscard]] Result<std::vector<std::string>> payment_captures() const;

 private:
  explicit RunFolder(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] Result<std::vector<std::string>> pcapng_in(const std::string& folder) const;
  std::string path_;
};

/// Writes through a temporary file and rename, synced: a reader sees the old or the new file whole.
[[nodiscard]] Result<void> write_file_whole(const std::string& path, const std::string& text);
[[nodiscard]] Result<std::string> read_file_whole(const std::string& path);

/// What `verify` says: journal chain, plan hash, capture hashes, each with its own line.
struct Verification {
  struct Line {
    std::string what;
    bool holds = false;
    std::string detail;
    /// False: there is nothing to hold it against (a capture that was open when the run was cut
    /// off, results that were not made yet); `holds` is false then too, and damages nothing.
    bool checked = true;
  };
  std::vector<Line> lines;
  bool closed = false;  // false: the run was cut off (partial); what is there may still be whole
  [[nodiscard]] bool holds() const;  // every line that could be checked
};

/// What cannot be read is told in its line; an error is returned only for a bug of the station.
[[nodiscard]] Result<Verification> verify_run(const RunFolder& folder);

}  // namespace brewproof
