// The files of a capture read while they are written: their bytes one behind the other, from the
// file that is the newest when this begins, on to the next as soon as one is closed. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "rig/model/result.h"
#include "rig/process/descriptor.h"

namespace brewproof {

class SegmentTail {
 public:
  /// Error `io`: there is no file yet, or the folder cannot be read.
  [[nodiscard]] static Result<SegmentTail> open(const std::string& folder);

  /// Fills `room` from its beginning, in part or whole; 0: nothing more stands there yet.
  [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> room);

  /// Readable when something changed in the folder, for poll(2), until quiet() is called; -1: the
  /// system lends nobody to watch (inotify(7)), so that one has to look again and again.
  [[nodiscard]] int news() const { return changes_.number(); }
  void quiet();

 private:
  SegmentTail(std::string folder, int number, Descriptor file, Descriptor changes)
      : folder_(std::move(folder)),
        number_(number),
        file_(std::move(file)),
        changes_(std::move(changes)) {}
  Result<std::size_t> read_file(std::span<std::uint8_t> room);

  std::string folder_;
  int number_;
  Descriptor file_, next_;  // the next is open once it was seen: the file in hand is closed then
  Descriptor changes_;
};

}  // namespace brewproof
