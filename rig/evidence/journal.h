// journal.jsonl: append-only, each line holds the SHA-256 of the line before. An intent is on disk
// before an output moves; an outcome follows its read-back. A cut leaves a valid prefix.
//
// A line is canonical JSON: `seq` (from 1), `prev` (SHA-256 of the bytes of the line before without
// its LF; first 64 zeros), `type`, `raw_ns`, `real_ns`, the type's own keys, and `sum`: the first
// 16 hex digits of the SHA-256 of the same JSON without `sum`. `prev` guards every line but the
// last; `sum` guards that one too.
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

  /// Creates the file; fails where it exists. A reserve file beside it (journal.reserve, 64 KiB)
  /// keeps room for the end to be logged when the disk is full; it is removed on close. `clock`
  /// outlives the journal.
  [[nodiscard]] static Result<Journal> create(const std::string& path, Clock& clock);
  /// Goes on behind the last line of an old one. Nothing is rewritten: a piece of a line that a cut
  /// left at the end, and which nobody acknowledged, is cut off. Error `bad_file` where the chain
  /// does not hold; `host` where another process has the journal open.
  [[nodiscard]] static Result<Journal> reopen(const std::string& path, Clock& clock);
  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;
  ~Journal();

  /// Appends one line; `body` is an object with the type's own keys. After the first failure (disk
  /// full, EIO) `plan`, `intent`, `clock` and `payment` lines are refused with that first cause:
  /// nothing more is begun. Lines that tell what happened (outcome, segment, damage, stop, end) are
  /// still written, from the reserve where the disk is full. A line that failed leaves no piece of
  /// it.
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
  std::string fault;    // "" = whole; else what is wrong, on which line and at which byte
  bool torn = false;    // the fault is a piece of a line at the end, as a cut leaves it
  bool closed = false;  // the last record is `end`
};

/// Error `io` only where the file cannot be read; damage is told in JournalCheck::fault.
[[nodiscard]] Result<JournalCheck> read_journal(const std::string& path);

}  // namespace brewproof
