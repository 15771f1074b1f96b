// Shows a person how far a run is: one line that rewrites itself on a terminal, a line a block
// where the output is a file.
#pragma once

#include <cstdio>
#include <string>

#include "rig/procedure/loop.h"

namespace brewproof {

class RunProgress {
 public:
  /// `keys`: a person can pause and stop by key, and is told which.
  explicit RunProgress(std::FILE* out, bool keys = false);
  ~RunProgress();
  void show(const Progress& progress);
  /// Ends the rewriting line so that other text can follow.
  void clear();

 private:
  std::FILE* out_;
  bool terminal_;
  bool keys_;
  int block_ = 0;
  bool dirty_ = false;
};

/// "1:05" or "2 h 03 min": how a person reads a time that is left.
[[nodiscard]] std::string duration_text(std::int64_t ns);

}  // namespace brewproof
