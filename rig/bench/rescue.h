// Makes a bench safe that nobody drives any more. Unlike Bench it opens each device by itself, so
// that one that is missing, busy or broken keeps no other one on; what fails is tried again until
// `patience` ends. It only ever switches off. Used from one thread.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/bench/bench.h"
#include "rig/bench/bench_file.h"
#include "rig/bench/driver.h"

namespace brewproof {

/// What became of one board or payment reader.
struct RescuedDevice {
  std::string resource;
  bool safe = false;                 // commanded off, and no read-back says otherwise
  int rounds = 0;                    // how often it was commanded
  std::int64_t off_raw_ns = 0;       // when the last command had left; 0: none did
  std::vector<OutputState> outputs;  // as read back last
  std::optional<Error> fault;        // why it is not known to be safe
};

class Rescue {
 public:
  /// `hurry` other than 0: whatever waits for the machine stops waiting. All outlive the Rescue.
  Rescue(const BenchFile& file, DriverTable drivers, Clock& clock,
         std::chrono::milliseconds patience, const std::atomic<int>& hurry);
  ~Rescue();
  Rescue(const Rescue&) = delete;
  Rescue& operator=(const Rescue&) = delete;

  /// The emergency: everything off at once, in the order of `safe`; payment sessions closed.
  std::vector<RescuedDevice> cut();

  /// The stop: buttons, heaters and payment outputs off at once, payment sessions closed. A pump or
  /// the mains that is on goes off when the machine is `ready` again, at the latest after
  /// `stop.finish`: cut under pressure it would leave hot water and half a drink.
  std::vector<RescuedDevice> stop();

 private:
  struct Work;
  Work& work_on(const std::string& resource);
  void make_safe(bool wait_for_brew);
  void attempt(Work& work, bool wait_for_brew);
  Result<void> command_off(Work& work, bool wait_for_brew);
  Result<void> read_back(Work& work, bool wait_for_brew);
  bool waits(const ControlConfig& control, bool wait_for_brew) const;
  bool something_runs();
  void let_it_finish();
  Result<Device*> opened(const std::string& resource, bool off_first);
  std::vector<RescuedDevice> result() const;

  const BenchFile& file_;
  DriverTable drivers_;
  Clock& clock_;
  std::chrono::milliseconds patience_;
  const std::atomic<int>& hurry_;
  std::vector<std::unique_ptr<Work>> works_;  // in the order of `safe`, then the payment readers
  OpenBuses buses_;
  std::map<std::string, std::unique_ptr<Device>> devices_;
};

}  // namespace brewproof
