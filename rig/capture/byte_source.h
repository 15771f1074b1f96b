// Where the bytes of a capture come from: a file as it stands on the disk, or one unpacked on the
// way.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "rig/model/bytes.h"
#include "rig/model/result.h"
#include "rig/process/descriptor.h"

namespace brewproof {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills `room` from its beginning, in part or whole; returns how much, 0 at the end.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<std::uint8_t> room) = 0;
};

/// Error `bad_file` where the path is none that can be read; else `io`, with errno's text.
[[nodiscard]] Result<Descriptor> open_file(const std::string& path);

/// Reads what was opened from where it stands; `path` is for errors.
[[nodiscard]] std::unique_ptr<ByteSource> bytes_of(Descriptor file, const std::string& path);

/// Unpacks a gzip file (RFC 1952), any number of members one behind the other. `start` are the
/// bytes that were taken from `packed` already; `path` is for errors. What was unpacked before
/// damage or a cut is handed out before the error, which is `bad_file` with "path:offset" of the
/// packed file.
[[nodiscard]] std::unique_ptr<ByteSource> unpack_gzip(std::unique_ptr<ByteSource> packed,
                                                      ByteView start, const std::string& path);

}  // namespace brewproof
