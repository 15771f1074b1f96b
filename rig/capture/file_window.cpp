#include "rig/capture/file_window.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

namespace brewproof {
namespace {
constexpr std::size_t kPiece = 256u << 10;
}

Result<FileWindow> FileWindow::open(const std::string& path) {
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  // The person who named it can mend it: no fault of the station.
  const bool named_wrong = errno == ENOENT || errno == ENOTDIR || errno == EACCES;
  if (!file)
    return fail(named_wrong ? ErrorCode::bad_file : ErrorCode::io, "opening {}: {}", path,
                std::strerror(errno));
  return FileWindow(path, std::move(file));
}

Result<void> FileWindow::fill(std::size_t size) {
  if (end_ > begin_) std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  while (end_ < size && !at_end_) {
    if (buffer_.size() - end_ < kPiece) buffer_.resize(std::max(2 * end_, end_ + kPiece));
    const ssize_t count = ::read(file_.number(), buffer_.data() + end_, buffer_.size() - end_);
    if (count > 0) {
      end_ += static_cast<std::size_t>(count);
    } else if (count == 0) {
      at_end_ = true;
    } else if (errno != EINTR) {
      return fail(ErrorCode::io, "reading {}: {}", path_, std::strerror(errno));
    }
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
