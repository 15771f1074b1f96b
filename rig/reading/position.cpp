#include "rig/reading/position.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace brewproof {

Result<Position> Position::make() {
  Descriptor page{::memfd_create("brewproof-position", MFD_CLOEXEC)};
  // A standard stream's number, where one is closed, could not be handed to a child.
  if (page && page.number() <= STDERR_FILENO)
    page = Descriptor{::fcntl(page.number(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
  if (!page || ::ftruncate(page.number(), sizeof(Cells)) != 0)
    return fail(ErrorCode::host, "making shared memory: {}", std::strerror(errno));
  return of(std::move(page));
}

Result<Position> Position::of(Descriptor page) {
  struct stat facts{};
  if (::fstat(page.number(), &facts) != 0 ||
      facts.st_size < static_cast<off_t>(sizeof(Cells)))  // beyond the end it would be a SIGBUS
    return fail(ErrorCode::host, "sharing memory: descriptor {} is no page of ours", page.number());
  void* const cells =
      ::mmap(nullptr, sizeof(Cells), PROT_READ | PROT_WRITE, MAP_SHARED, page.number(), 0);
  if (cells == MAP_FAILED) return fail(ErrorCode::host, "sharing memory: {}", std::strerror(errno));
  return Position(std::move(page), static_cast<Cells*>(cells));
}

Position::Position(Position&& other) noexcept
    : page_(std::move(other.page_)), cells_(std::exchange(other.cells_, nullptr)) {}

Position::~Position() {
  if (cells_ != nullptr) ::munmap(cells_, sizeof(Cells));
}

}  // namespace brewproof
