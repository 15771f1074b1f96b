// A file read forward through a bounded buffer. Views stay valid until the next call of `view` or
// `skip`. Works on pipes too: it never seeks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "rig/capture/byte_source.h"
#include "rig/model/bytes.h"
#include "rig/model/result.h"

namespace brewproof {

class FileWindow {
 public:
  /// A gzip file is unpacked on the way: then sizes and offsets are those of the unpacked bytes.
  /// `path` is for errors.
  [[nodiscard]] static Result<FileWindow> over(std::unique_ptr<ByteSource> source,
                                               const std::string& path);

  /// The next `size` bytes without consuming them; fewer only at the end of the file. The buffer
  /// grows with what the file holds, never with what it merely promises.
  [[nodiscard]] Result<ByteView> view(std::size_t size) {
    if (end_ - begin_ < size) {
      if (auto filled = fill(size); !filled) return pass_on(std::move(filled));
    }
    return ByteView(buffer_.data() + begin_, std::min(size, end_ - begin_));
  }
  /// `size` must have been viewed.
  void consume(std::size_t size) {
    begin_ += size;
    offset_ += size;
  }
  /// Passes over bytes of any count; returns how many there were before the end of the file.
  [[nodiscard]] Result<std::uint64_t> skip(std::uint64_t size);

  [[nodiscard]] std::uint64_t offset() const { return offset_; }  // of the next byte in the file
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  FileWindow(std::string path, std::unique_ptr<ByteSource> source)
      : path_(std::move(path)), source_(std::move(source)) {}
  Result<void> fill(std::size_t size);

  std::string path_;
  std::unique_ptr<ByteSource> source_;
  Bytes buffer_;
  std::size_t begin_ = 0, end_ = 0;  // of the unread bytes in buffer_
  std::uint64_t offset_ = 0;
  bool at_end_ = false;
};

}  // namespace brewproof
