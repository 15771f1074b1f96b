// A reading of the machine's own books in a run, held against what was asked of it since the one
// before, as journal (`books` line) and findings.json (`run.books`) hold it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "rig/model/count_bounds.h"

namespace brewproof {

/// What acts should have moved, and what moved; absent: the books do not count it.
struct BookedCount {
  CountBounds asked;
  std::optional<std::int64_t> moved;
  friend bool operator==(const BookedCount&, const BookedCount&) = default;
};

struct BooksHeld {
  int reading = 0;   // of the run, from 1; 0: it failed
  int since = 0;     // the reading that it is held against; 0: it is the first
  std::string file;  // relative to the run folder: "books/0002.dts"
  std::int64_t begin_raw_ns = 0, end_raw_ns = 0;
  std::vector<int> trials, acts;  // since then; acts: those that should have sold something
  BookedCount vends, charges,
      charged;  // drinks; payments without cash, and their sum (minor units)
  std::optional<BookedCount> cash = std::nullopt;  // coins and bills, their sum; absent: not held
  std::string verdict;  // first, agrees, not-booked, not-brewed, charged-twice, other-amount,
                        // unaccounted-vend, doubtful, unread
  std::string why;      // in words; "" where it agrees
  friend bool operator==(const BooksHeld&, const BooksHeld&) = default;
};

/// The machine and its books say something else than the acts.
[[nodiscard]] bool disagrees(const BooksHeld& held);

[[nodiscard]] nlohmann::json books_held_json(const BooksHeld& held);
/// nullopt where it is not in that form.
[[nodiscard]] std::optional<BooksHeld> read_books_held(const nlohmann::json& json);

}  // namespace brewproof
