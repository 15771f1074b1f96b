#include "rig/capture/segment_tail.h"

#include <fcntl.h>
#include <sys/inotify.h>

#include <cerrno>
#include <cstring>

#include "rig/capture/segment_name.h"

namespace brewproof {
namespace {

Descriptor open_segment(const std::string& folder, int number) {
  return Descriptor{::open((folder + "/" + segment_name(number)).c_str(), O_RDONLY | O_CLOEXEC)};
}

Descriptor watch(const std::string& folder) {
  Descriptor changes{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
  if (changes &&
      ::inotify_add_watch(changes.number(), folder.c_str(), IN_CREATE | IN_MODIFY | IN_ONLYDIR) < 0)
    changes.close();
  return changes;
}

}  // namespace

Result<SegmentTail> SegmentTail::open(const std::string& folder) {
  Descriptor changes = watch(folder);  // first: what comes from now on is not missed
  const auto newest = newest_segment(folder);
  if (!newest) return tl::unexpected(newest.error());
  Descriptor file = open_segment(folder, *newest);
  if (!file)
    return fail(ErrorCode::io, "opening the newest capture in {}: {}", folder,
                std::strerror(errno));
  return SegmentTail(folder, *newest, std::move(file), std::move(changes));
}

Result<std::size_t> SegmentTail::read(std::span<std::uint8_t> room) {
  while (true) {
    auto count = read_file(room);
    if (!count || *count > 0) return count;
    if (next_) {
      file_ = std::move(next_);
      ++number_;
      continue;
    }
    next_ = open_segment(folder_, number_ + 1);
    if (!next_ && errno == ENOENT) return 0;
    if (!next_)
      return fail(ErrorCode::io, "opening {}/{}: {}", folder_, segment_name(number_ + 1),
                  std::strerror(errno));
    // The end of the old one may have been written since it was looked at.
  }
}

Result<std::size_t> SegmentTail::read_file(std::span<std::uint8_t> room) {
  while (true) {
    const ssize_t count = ::read(file_.number(), room.data(), room.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR)
      return fail(ErrorCode::io, "reading {}/{}: {}", folder_, segment_name(number_),
                  std::strerror(errno));
  }
}

void SegmentTail::quiet() {
  char events[4096];
  while (changes_ && ::read(changes_.number(), events, sizeof events) > 0) continue;
}

}  // namespace brewproof
