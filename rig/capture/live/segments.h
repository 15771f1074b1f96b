// The files of one capture: 0001.pcapng, 0002.pcapng ... in one folder, each closed, synced and
// hashed when it reached its size. Numbers go on after files that stand there already.
#pragma once

#include <optional>
#include <string>

#include "rig/capture/capture_process.h"
#include "rig/capture/pcapng_writer.h"
#include "rig/model/packet.h"

namespace brewproof {

class Segments {
 public:
  Segments(std::string folder, std::string interface, std::uint64_t size)
      : folder_(std::move(folder)), interface_(std::move(interface)), size_(size) {}

  /// Error `io` as the other functions: the folder or its disk cannot be written.
  [[nodiscard]] Result<void> open_first();
  [[nodiscard]] Result<void> write(const Packet& packet);
  [[nodiscard]] bool is_full() const { return writer_ && writer_->bytes() >= size_; }
  [[nodiscard]] Result<void> flush() { return writer_->flush(); }
  [[nodiscard]] Result<void> sync() { return writer_->sync(); }
  /// `total` counts from the start of the capture; each file states its own share.
  [[nodiscard]] Result<ClosedSegment> close(const CaptureCounters& total, std::int64_t real_ns);
  [[nodiscard]] Result<ClosedSegment> rotate(const CaptureCounters& total, std::int64_t real_ns);

  [[nodiscard]] std::uint64_t packets() const { return packets_; }  // in all files

 private:
  Result<void> open_next();

  std::string folder_, interface_;
  std::uint64_t size_;
  int number_ = 0;
  std::optional<PcapngWriter> writer_;
  CaptureCounters closed_;  // the total when the open file was begun
  std::uint64_t packets_ = 0;
};

}  // namespace brewproof
