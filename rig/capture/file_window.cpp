#include "rig/capture/file_window.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

#include "rig/process/descriptor.h"

namespace brewproof {
namespace {

constexpr std::size_t kPiece = 256u << 10;

class FileSource final : public ByteSource {
 public:
  FileSource(std::string path, Descriptor file) : path_(std::move(path)), file_(std::move(file)) {}

  Result<std::size_t> read(std::span<std::uint8_t> room) override {
    for (;;) {
      const ssize_t count = ::read(file_.number(), room.data(), room.size());
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) return fail(ErrorCode::io, "reading {}: {}", path_, std::strerror(errno));
    }
  }

 private:
  std::string path_;
  Descriptor file_;
};

}  // namespace

Result<Descriptor> open_file(const std::string& path) {
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  // The person who named it can mend it: no fault of the station.
  const bool named_wrong = errno == ENOENT || errno == ENOTDIR || errno == EACCES;
  if (!file)
    return fail(named_wrong ? ErrorCode::bad_file : ErrorCode::io, "opening {}: {}", path,
                std::strerror(errno));
  return file;
}

std::unique_ptr<ByteSource> bytes_of(Descriptor file, const std::string& path) {
  return std::make_unique<FileSource>(path, std::move(file));
}

Result<FileWindow> FileWindow::over(std::unique_ptr<ByteSource> source, const std::string& path) {
  FileWindow plain(path, std::move(source));
  const auto start = plain.view(2);
  if (!start) return tl::unexpected(start.error());
  if (start->size() < 2 || (*start)[0] != 0x1f || (*start)[1] != 0x8b) return plain;
  const ByteView taken(plain.buffer_.data(), plain.end_);
  return FileWindow(path, unpack_gzip(std::move(plain.source_), taken, path));
}

Result<void> FileWindow::fill(std::size_t size) {
  if (end_ > begin_) std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  while (end_ < size && !at_end_) {
    if (buffer_.size() - end_ < kPiece) buffer_.resize(std::max(2 * end_, end_ + kPiece));
    auto count = source_->read(std::span(buffer_).subspan(end_));
    if (!count) return pass_on(std::move(count));
    end_ += *count;
    at_end_ = *count == 0;
  }
  return {};
}

Result<std::uint64_t> FileWindow::skip(std::uint64_t size) {
  std::uint64_t skipped = 0;
  while (skipped < size) {
    const auto piece = view(std::min<std::uint64_t>(size - skipped, kPiece));
    if (!piece) return tl::unexpected(piece.error());
    if (piece->empty()) break;
    skipped += piece->size();
    consume(piece->size());
  }
  return skipped;
}

}  // namespace brewproof
