// A device that must be attended to all the time, whoever asks or not: a thread of this class alone
// holds the talk with it. What was said meanwhile is handed to the record by whoever calls next, on
// the thread of the engine.
//
// The thread begins with `start` and ends with this object, or when the device is gone. What the
// work and the engine's thread share is the driver's, under a lock of its own.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "drivers/transport/dialogue.h"

namespace brewproof {

class AttendedPort {
 public:
  /// What is done over and over, without waiting for longer than a tenth of a second or two. An
  /// error ends it for good.
  using Work = std::function<Result<void>(Dialogue& dialogue)>;
  /// Whether an exchange is worth keeping; called on the thread.
  using Keep = std::function<bool(const Exchange& exchange)>;

  AttendedPort(std::unique_ptr<SerialPort> port, const ResourceConfig& resource,
               const DriverContext& context, Keep keep = {});
  ~AttendedPort();
  AttendedPort(const AttendedPort&) = delete;
  AttendedPort& operator=(const AttendedPort&) = delete;

  /// The talk, before `start`; its exchanges are recorded by the next `attend`.
  [[nodiscard]] Dialogue& dialogue() { return dialogue_; }
  void start(Work work);

  /// Records what was said meanwhile. The error that ended the thread, again and again.
  Result<void> attend();

 private:
  void run(const std::stop_token& stop, const Work& work);
  void record();

  DriverContext context_;
  Keep keep_;
  std::mutex mutex_;
  std::vector<Exchange> said_;
  std::optional<Error> ended_;
  Dialogue dialogue_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace brewproof
