#include "rig/capture/live/segments.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "rig/capture/segment_name.h"

namespace brewproof {
Result<void> Segments::open_first() {
  auto newest = newest_segment(folder_);
  if (!newest) return pass_on(std::move(newest));
  number_ = *newest;
  return open_next();
}

Result<void> Segments::open_next() {
  auto writer = PcapngWriter::create(folder_ + "/" + segment_name(++number_), interface_);
  if (!writer) return pass_on(std::move(writer));
  writer_ = std::move(*writer);
  // The name must survive a loss of power as the bytes do.
  const Descriptor folder{::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder || ::fsync(folder.number()) != 0)
    return fail(ErrorCode::io, "syncing the capture folder {}: {}", folder_, std::strerror(errno));
  return {};
}

Result<void> Segments::write(const Packet& packet) {
  ++packets_;
  return writer_->write(packet.time_ns, packet.data, packet.original_length);
}

Result<ClosedSegment> Segments::close(const CaptureCounters& total, std::int64_t real_ns) {
  const CaptureCounters own{total.received - closed_.received,
                            total.interface_dropped - closed_.interface_dropped,
                            total.kernel_dropped - closed_.kernel_dropped};
  auto digest = writer_->close(own, real_ns);
  if (!digest) return pass_on(std::move(digest));
  closed_ = total;
  ClosedSegment closed{segment_name(number_), *std::move(digest), writer_->packets()};
  writer_.reset();
  return closed;
}

Result<ClosedSegment> Segments::rotate(const CaptureCounters& total, std::int64_t real_ns) {
  auto closed = close(total, real_ns);
  if (!closed) return closed;
  if (auto opened = open_next(); !opened) return pass_on(std::move(opened));
  return closed;
}

}  // namespace brewproof
