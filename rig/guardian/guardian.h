// The controller's side of brewproof-guardian (ring 3 of four): a process that makes every output
// safe when this one is killed, stopped or hangs. Started before the first device is opened; it
// holds none while all is well.
//
// A thread of its own beats every 100 ms, but only while the controlling thread keeps its word: it
// got on within 30 s (`tend`, from its waits), and a closed contact was read back as open within
// its `max_on` (`on_for`). So a slow device is no alarm, a deadlock is one, and a contact is never
// left closed longer for either. `on_for` and `tend` belong to the controlling thread.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "rig/bench/bench.h"
#include "rig/guardian/bench_lock.h"
#include "rig/model/result.h"

namespace brewproof {

struct GuardianSettings {
  std::string program;  // path of brewproof-guardian; "" = beside this program
  std::string log;      // path of guardian.log
};

class Guardian {
 public:
  /// Returns once it has read and checked the same bench file and said that it is ready; it
  /// inherits `lock`. `stop` is watched for stop_in_emergency: where an output is still on 250 ms
  /// later, the guardian cuts. With `guardian: off` in the bench file nothing
  /// is started, and nothing below does anything. Error `host`.
  [[nodiscard]] static Result<Guardian> start(const BenchFile& bench, const BenchLock& lock,
                                              const std::atomic<int>& stop,
                                              const GuardianSettings& settings);
  Guardian(Guardian&&) noexcept;
  Guardian& operator=(Guardian&&) = delete;
  /// Where it was not dismissed it is handed over to: see there.
  ~Guardian();

  /// For Bench::open.
  [[nodiscard]] OnFor on_for();
  /// The controlling thread gets on. Error `host`: the guardian is gone, nothing may move.
  [[nodiscard]] Result<void> tend();

  /// All outputs are safe: it leaves without touching anything.
  void dismiss();
  /// The outputs are not known to be safe, and this process has closed its devices: the guardian
  /// opens them and does what it can. Error: what it could not make safe.
  [[nodiscard]] Result<void> hand_over();

 private:
  struct State;
  explicit Guardian(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace brewproof
