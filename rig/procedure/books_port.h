// How a run gets a reading of the machine's books: in the background, since it takes seconds and
// the outputs are guarded meanwhile. Implemented where files and devices are (rig/command).
#pragma once

#include <optional>
#include <string>

#include "rig/model/clock.h"
#include "rig/model/result.h"

namespace brewproof {

struct BooksReading {
  int number = 0;      // of the run, from 1
  std::string file;    // relative to the run folder: "books/0001.dts"
  std::string sha256;  // of the file
  std::string text;    // EVA-DTS, as the machine told it
  Instant begun, at;   // at: when all of it was read
};

class BooksPort {
 public:
  virtual ~BooksPort() = default;
  /// Begins a reading, or asks how far it is; nullopt: it goes on.
  virtual std::optional<Result<BooksReading>> poll() = 0;
};

}  // namespace brewproof
