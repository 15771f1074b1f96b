// One controller a bench: a flock on a file that the bench file's real path names. The lock belongs
// to the open descriptor, so a guardian that inherits it holds the bench until the outputs are
// safe, without a gap; and what a killed program leaves behind locks nothing.
#pragma once

#include <chrono>
#include <string>

#include "rig/model/result.h"
#include "rig/process/descriptor.h"

namespace brewproof {

class BenchLock {
 public:
  /// `doing` is what others are told: "run", "act espresso". Waits `for_guardian`
  /// where the controller was killed and its guardian makes the bench safe: that takes tens of
  /// milliseconds, and one that waits for the machine is worth the error. Error `host` says who has
  /// the bench, since when, and what to do; `io` where no lock can be had.
  [[nodiscard]] static Result<BenchLock> take(
      const std::string& bench_path, const std::string& doing,
      std::chrono::milliseconds for_guardian = std::chrono::seconds(5));
  /// The lock that was inherited as `descriptor`.
  [[nodiscard]] static BenchLock inherited(int descriptor) {
    return BenchLock(Descriptor(descriptor));
  }

  /// From now on others are told that this process, a guardian, has the bench until it is safe.
  void tell_making_safe() const;
  [[nodiscard]] int descriptor() const { return file_.number(); }

 private:
  void tell(const std::string& doing) const;
  explicit BenchLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace brewproof
