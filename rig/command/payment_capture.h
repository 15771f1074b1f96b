// What is said on the machine's payment bus during a run, written as it is heard: one file in the
// run folder's payment/ for each adapter that taps it, its hash in the journal like a capture
// segment's; and what it means (drivers/mdb/conversation.h) as lines of the journal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "drivers/mdb/conversation.h"
#include "rig/bench/bench.h"
#include "rig/capture/bus_capture.h"
#include "rig/evidence/journal.h"
#include "rig/evidence/run_folder.h"
#include "rig/procedure/payment_bus.h"

namespace brewproof {

class PaymentCapture final : public PaymentBus {
 public:
  /// `bench` and `journal` outlive it. Without a tap nothing is made.
  [[nodiscard]] static Result<PaymentCapture> begin(const Bench& bench, const BenchFile& file,
                                                    const RunFolder& folder, Journal& journal);

  /// Writes what was heard since the last time; never waits. What fails is told by end(): a run is
  /// not stopped for it in the middle of an act.
  void listen();
  /// On any of the taps, of any reader.
  std::vector<PaymentWord> heard() override;
  /// Closes and journals every file. The first error since begin().
  [[nodiscard]] Result<void> end();

 private:
  struct Line {
    std::string resource;
    BusTap* tap;
    BusCapture file;
    mdb::Conversation conversation{};
    std::uint64_t unread = 0;  // lines and blocks that could not be read
    std::string first_unread{};
  };
  explicit PaymentCapture(Journal& journal) : journal_(&journal) {}
  void take(Line& line, const Result<BusTap::Heard>& heard);
  void follow(Line& line, const BusBlock& block);
  void keep(Result<void> done);

  Journal* journal_;
  std::vector<Line> lines_;
  std::optional<Error> first_error_;
  std::vector<PaymentWord> words_;  // given by the next heard()
};

}  // namespace brewproof
