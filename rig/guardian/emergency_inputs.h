// The inputs that `emergency` of the bench file names, watched by a thread of its own that has
// their devices for itself: a stop button or a leak is heard while the loop is in the middle of a
// payment. What can no longer be read counts as "stop", as a cut cable of a safety circuit does.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "rig/bench/bench_file.h"
#include "rig/model/clock.h"

namespace brewproof {

class EmergencyInputs {
 public:
  /// Told once, from the watching thread, and why.
  using Stop = std::function<void(const std::string& cause)>;

  /// Opens and reads them, then watches. Error `interlock`: one says stop already; nothing may be
  /// switched then. A bench without such inputs is watched by nobody, which is no error.
  [[nodiscard]] static Result<EmergencyInputs> watch(const BenchFile& bench, DriverTable drivers,
                                                     Clock& clock, Stop stop);
  ~EmergencyInputs();
  EmergencyInputs(EmergencyInputs&&) noexcept;
  EmergencyInputs& operator=(EmergencyInputs&&) = delete;

 private:
  struct Watch;
  explicit EmergencyInputs(std::unique_ptr<Watch> watch);
  std::unique_ptr<Watch> watch_;
};

}  // namespace brewproof
