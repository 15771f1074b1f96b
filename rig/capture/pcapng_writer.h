// Writes one pcapng file: one section, one interface, nanosecond stamps, one Interface Statistics
// Block at its end (draft-ietf-opsawg-pcapng). Writes go through a buffer; after a
// failed write the file is cut back to its last whole block.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rig/model/bytes.h"
#include "rig/model/result.h"
#include "rig/model/sha256.h"
#include "rig/process/descriptor.h"

namespace brewproof {

/// Counters of one file, from its first packet on.
struct CaptureCounters {
  std::uint64_t received = 0;           // seen by the kernel's tap
  std::uint64_t interface_dropped = 0;  // lost below the tap
  std::uint64_t kernel_dropped = 0;     // lost between the tap and this program
};

class PcapngWriter {
 public:
  static constexpr std::uint16_t kEthernet = 1;  // LINKTYPE_ETHERNET
  /// The largest packet libpcap hands out.
  static constexpr std::uint32_t kSnapLength = 262144;

  /// Error `io` where the file exists already or cannot be written.
  [[nodiscard]] static Result<PcapngWriter> create(const std::string& path,
                                                   const std::string& interface,
                                                   std::uint16_t link_type = kEthernet);

  /// Buffered. `comment` stands with the packet where it is not empty. Error `io`: nothing more can
  /// be written.
  [[nodiscard]] Result<void> write(std::int64_t time_ns, ByteView data,
                                   std::uint32_t original_length, std::string_view comment = {});
  /// Hands all packets to the kernel: they survive the end of this process.
  [[nodiscard]] Result<void> flush();
  /// Hands all packets to the disk: they survive the loss of power.
  [[nodiscard]] Result<void> sync();
  /// Statistics, sync, close. Returns the SHA-256 of the file's bytes.
  [[nodiscard]] Result<std::string> close(const CaptureCounters& counters, std::int64_t time_ns);

  [[nodiscard]] std::uint64_t packets() const { return packets_; }
  [[nodiscard]] std::uint64_t bytes() const { return flushed_ + buffer_.size(); }
  [[nodiscard]] bool has_unflushed() const { return !buffer_.empty(); }

 private:
  PcapngWriter(std::string path, Descriptor file)
      : path_(std::move(path)), file_(std::move(file)) {}
  void put16(std::uint16_t value);
  void put32(std::uint32_t value);
  void put64(std::uint64_t value);
  void put_padded(ByteView bytes);
  void put_option(std::uint16_t code, ByteView value);
  void put_time(std::int64_t time_ns);
  std::size_t begin_block(std::uint32_t type);
  void end_block(std::size_t start);
  Error failed(const char* what) const;

  std::string path_;
  Descriptor file_;
  Bytes buffer_;               // whole blocks only, except while one is being put
  std::uint64_t flushed_ = 0;  // bytes in the file
  std::uint64_t packets_ = 0;
  Sha256 digest_;
};

}  // namespace brewproof
