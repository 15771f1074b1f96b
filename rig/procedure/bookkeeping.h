// Holds the machine's own books against what the run asked of it: a reading at the beginning and
// after each trial, each block, or at the end, as the bench file says. What was done between two
// readings is added up; who the machine says it is, is compared. Every reading is journalled
// (`books`).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rig/bench/bench_file.h"
#include "rig/books/audit.h"
#include "rig/books/booking.h"
#include "rig/evidence/damage.h"
#include "rig/evidence/journal.h"
#include "rig/model/books_held.h"
#include "rig/model/trial.h"
#include "rig/procedure/act.h"
#include "rig/procedure/books_port.h"

namespace brewproof {

/// What one act should move in the books. `done` is null where the act broke off and nobody knows.
[[nodiscard]] books::ExpectedSales expected_sales(const EventSpec& event,
                                                  const Parameters& parameters,
                                                  const BenchFile& bench, const Act* done);

class Bookkeeping {
 public:
  using BookingVerdict = books::BookingVerdict;

  /// All of it outlives this. Without a port, or a bench file that names none, nothing is done.
  /// `asks_for_updates`: other firmware is what the procedure is about.
  Bookkeeping(const BenchFile& bench, BooksPort* port, Journal& journal, Clock& clock,
              const Wait& wait, bool asks_for_updates)
      : bench_(bench),
        port_(port),
        journal_(journal),
        clock_(clock),
        wait_(wait),
        asks_for_updates_(asks_for_updates) {}

  [[nodiscard]] bool after_each(BooksConfig::Every what) const {
    return reads() && bench_.books->every == what;
  }

  /// The first reading. One that fails is an error: there would be nothing to compare with.
  Result<void> begin();

  /// An act on the machine, of a trial or for no score (`trial` 0).
  void acted(const EventSpec& event, const Parameters& parameters, const Act* done, int trial);

  /// What a reading means for the run.
  struct Held {
    std::vector<Damage> damage;
    std::vector<std::string> doubts;  // reason codes
    bool known = false;               // the books say what was sold
  };
  /// Reads them after one trial, which they may take out, or leave unconfirmed where they do not
  /// have it and no sensor saw it. `seen`: what a sensor said; absent: none was asked. In sham
  /// slots too: the same is done to the machine, and what it books then was not ours. Where a trial
  /// before it was not held yet, as the next.
  Result<Held> hold(Trial& trial, std::optional<bool> seen);
  /// Reads them after several, and those that were not held yet. More vends than acts are somebody
  /// else's, and the trials are lost; fewer are a doubt that no other block makes good, since
  /// nobody knows which act it was.
  Result<Held> hold(std::span<const Trial> trials);

  /// Acts that no reading has been held against.
  [[nodiscard]] bool owes() const { return !pending_.acts.empty() || unread_; }

 private:
  [[nodiscard]] bool reads() const { return port_ != nullptr && bench_.books.has_value(); }
  Result<BooksReading> reading();
  Result<void> write(BooksHeld& held, const BooksReading& reading, const books::Audit& audit);
  void remember(std::span<const Trial> trials);
  Result<BookingVerdict> read(std::optional<bool> seen, Held& held);

  const BenchFile& bench_;
  BooksPort* port_;
  Journal& journal_;
  Clock& clock_;
  const Wait& wait_;
  bool asks_for_updates_;
  std::optional<books::Audit> before_;
  int number_ = 0;  // of the reading that `before_` is
  /// Since then.
  struct Pending {
    books::ExpectedSales expected;
    std::vector<int> trials, acts;         // acts: of those that may have sold something
    std::optional<std::int64_t> since_ns;  // when the first of the trials began
  };
  Pending pending_;
  bool unread_ = false;  // the last reading failed
};

}  // namespace brewproof
