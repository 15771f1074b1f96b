// Reports to the controller: JSON objects, one a line, on stdout. Never blocks the capture: what a
// stopped controller does not read is kept, and clock pairs are thinned out once that is much.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "rig/capture/capture_process.h"

namespace brewproof {

class Reporter {
 public:
  explicit Reporter(int descriptor);

  void say(const nlohmann::json& report);
  void clock(const ClockPair& pair);
  void segment(const ClosedSegment& segment);
  void damage(const CaptureDamage& damage);
  void error(const std::string& text);

  [[nodiscard]] bool has_unsent() const { return !unsent_.empty(); }
  void send();
  /// At the end: waits up to a second for a reader that is behind.
  void finish();
  [[nodiscard]] bool broken() const { return broken_; }  // nobody reads any more

 private:
  int descriptor_;
  std::string unsent_;
  bool broken_ = false;
};

}  // namespace brewproof
