// journal.jsonl: append-only, each line holds the SHA-256 of the line before. An intent is on disk
// before an output moves; an outcome follows its read-back. A cut leaves a valid prefix.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rig/model/clock.h"
#include "rig/model/record.h"
#include "rig/model/result.h"

namespace brewproof {

/// Thread-compatible: used from the loop's thread only.
class Journal {
 public:
  enum class Sync { no, yes };  // yes: one fdatasync before returning

  /// Creates the file; fails where it exists. A reserve file beside it keeps room for the end to
  /// be logged when the disk is full.
  [[nodiscard]] static Result<Journal> create(const std::string& path, Clock& clock);
  /// Opens the journal of an interrupted run to close it: a torn last line stays untouched in the
  /// file only if it is complete; a partial line is reported and cut off by a note, never
  /// rewritten.
  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;
  ~Journal();

  [[nodiscard]] Result<void> append(const std::string& type, nlohmann::json body, Sync sync);
  /// SHA-256 of the last line (64 zeros before the first).
  [[nodiscard]] std::string head() const;

 private:
  struct State;
  explicit Journal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// What a journal file holds, as far as its chain is valid.
struct JournalCheck {
  std::vector<Record> records;  // the valid prefix
  std::string head;             // SHA-256 of its last line
  std::uint64_t valid_bytes = 0;
  std::string fault;    // "" = whole; else what is wrong and on which line
  bool closed = false;  // the last record is `end`
};

[[nodiscard]] Result<JournalCheck> read_journal(const std::string& path);

}  // namespace brewproof
