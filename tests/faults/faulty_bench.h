// A bench of one simulated relay board, controllers on it that are killed, and what the board's
// contacts did meanwhile, each change with the time at which it was heard of.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "rig/model/clock.h"
#include "rig/process/child.h"
#include "tests/rig/evidence/temporary_folder.h"

namespace brewproof::faults {

/// One change of a contact.
struct Change {
  int channel = 0;
  bool closed = false;
  std::int64_t raw_ns = 0;
};

class SimulatedBoard {
 public:
  /// `faults` as in fixtures/machine/fault.h. A later board on the same port takes its place.
  explicit SimulatedBoard(const std::string& port, const std::vector<std::string>& faults = {});
  ~SimulatedBoard();
  SimulatedBoard(const SimulatedBoard&) = delete;
  SimulatedBoard& operator=(const SimulatedBoard&) = delete;

  /// Waits until a contact closes. False: none did.
  bool wait_closed(std::chrono::milliseconds within);
  bool wait_all_open(std::chrono::milliseconds within);
  [[nodiscard]] std::vector<Change> changes();
  void forget();

 private:
  bool wait_until(bool any_closed, std::chrono::milliseconds within);
  void listen();

  SystemClock clock_;
  Child child_;
  std::mutex guard_;
  std::condition_variable changed_;
  std::vector<Change> changes_;
  std::map<int, bool> closed_;
  std::atomic<bool> ending_{false};
  std::thread listener_;
};

/// Two buttons (`press` and `max_on` as given), a procedure that presses them, and programs on it.
class FaultyBench : public ::testing::Test {
 protected:
  FaultyBench();

  void write_bench(const std::string& press, const std::string& max_on,
                   const std::string& more = "");
  /// Starts `brewproof ARGUMENTS...`; its output is kept.
  Child controller(std::vector<std::string> arguments) const;
  Child act(const std::string& control, const std::string& out) const;
  Child run(const std::string& out) const;
  /// The guardian that this controller started; -1: it has none.
  static int guardian_of(int controller, std::chrono::milliseconds within);
  static int child_named(const std::string& name, int parent, std::chrono::milliseconds within);
  /// Waits until nobody has the bench: a guardian that acts has it until it is done.
  bool wait_free(std::chrono::milliseconds within) const;
  [[nodiscard]] std::string path(const std::string& name) const { return folder.file(name); }
  [[nodiscard]] std::int64_t now() const { return clock.now().raw_ns; }
  /// What a run that was cut off left: every press that the board saw was announced, every trial
  /// that was told of has its outcome, and the chain holds up to a torn last line.
  void expect_nothing_lost(const std::string& run, const std::vector<Change>& changes) const;
  /// The log's line of that event; null where it has none.
  [[nodiscard]] nlohmann::json log_line(const std::string& run, const std::string& event) const;

  TemporaryFolder folder;
  SystemClock clock;
  SimulatedBoard board{folder.file("panel")};
};

/// How often: `otherwise`, or what BREWPROOF_FAULTS says.
[[nodiscard]] int how_often(int otherwise);

/// What the moments of the faults are drawn from: `otherwise`, or what BREWPROOF_SEED says, so that
/// soaks that run side by side do not all try the same moments.
[[nodiscard]] std::mt19937 fault_dice(std::uint32_t otherwise);

/// A procedure that presses one of two buttons in each trial.
[[nodiscard]] std::string presses_procedure(
    const std::string& observe = "220 ms",
    const std::string& design =
        "blocks: 6, per_block: 4, background: 100 ms, idle: 10 ms, drain: "
        "10 ms, jitter: 20 ms, windows: [0..200 ms], alpha: 0.05");

/// "n 200, p50 2.2 ms, p99 16.0 ms, max 18.1 ms"
[[nodiscard]] std::string figures(std::vector<double> milliseconds);

}  // namespace brewproof::faults
