// The keys that programs append to a log while their TLS sessions are captured: read as they come,
// whole lines only. What stood there before belongs to earlier sessions. One thread.
#pragma once

#include <cstdint>
#include <string>

#include "rig/process/descriptor.h"

namespace brewproof {

class KeyTail {
 public:
  explicit KeyTail(std::string path);

  /// The lines that came since the last call, each with its line end. A log that is not there, or
  /// cannot be read, has none; one that became shorter is read from its beginning.
  [[nodiscard]] std::string new_lines();

 private:
  std::string path_;
  std::uint64_t taken_ = 0;  // bytes
};

}  // namespace brewproof
