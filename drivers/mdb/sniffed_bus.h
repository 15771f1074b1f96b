// What a sniffing adapter tells, line by line as it arrives, becomes blocks of the bus in the order
// of the adapter's own time stamps, on the host's clock (adapter_clock.h). Pure; used from one
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/mdb/adapter_clock.h"
#include "drivers/mdb/sniffed_line.h"
#include "rig/bench/capability.h"

namespace brewproof::mdb {

class SniffedBus {
 public:
  /// Sniffing was off and the command to begin was written at `sent`: what comes from now on was
  /// stamped later. The adapter's clock may have begun anew.
  void begin(const Instant& sent);
  /// A whole line that came at `arrived`, or earlier.
  void hear(std::string_view line, const Instant& arrived);
  /// A command was written at `sent` that makes the reader say `code` (7.4.4), which it does not
  /// say without: the next such block is not earlier.
  void expect(std::uint8_t code, const Instant& sent);

  /// What can be told in order: lines that a line 100 ms younger has followed, or that are 300 ms
  /// old at `now`. Each block and each fault is given once.
  [[nodiscard]] BusTap::Heard heard(const Instant& now);
  /// The same of all that has come.
  [[nodiscard]] BusTap::Heard all_heard();

 private:
  struct Waiting {
    SniffedLine line;
    std::int64_t ticks = 0;  // without the start again
    Instant arrived;
  };
  struct Expected {
    std::uint8_t code = 0;
    std::int64_t sent_raw_ns = 0;
  };

  [[nodiscard]] std::int64_t unwrapped(std::int64_t ticks) const;
  void anchor(const Waiting& waiting);
  void start_clock();
  void tell(const Waiting& waiting);
  void tell_waiting();

  AdapterClock clock_;
  std::int64_t begun_raw_ns_ = 0;
  std::optional<std::int64_t> newest_ticks_;  // heard since begin()
  std::optional<std::int64_t> told_ticks_;
  std::int64_t told_raw_ns_ = 0;
  bool contradicted_ = false;  // the clock's anchors have contradicted each other
  std::uint8_t address_ = 0;   // that the machine spoke to last; 0: no command was heard
  std::optional<Expected> expected_;
  std::vector<Waiting> waiting_;  // in order
  BusTap::Heard told_;            // given by the next heard()
};

}  // namespace brewproof::mdb
