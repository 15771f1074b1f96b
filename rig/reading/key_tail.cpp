#include "rig/reading/key_tail.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace brewproof {
namespace {

constexpr std::size_t most_at_once = 1u << 20;

}  // namespace

KeyTail::KeyTail(std::string path) : path_(std::move(path)) {
  struct stat facts{};
  if (::stat(path_.c_str(), &facts) == 0) taken_ = static_cast<std::uint64_t>(facts.st_size);
}

std::string KeyTail::new_lines() {
  struct stat facts{};
  if (::stat(path_.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return "";
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  if (size < taken_) taken_ = 0;
  if (size == taken_) return "";
  const Descriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  std::string lines(std::min<std::uint64_t>(size - taken_, most_at_once), '\0');
  const ssize_t count =
      file ? ::pread(file.number(), lines.data(), lines.size(), static_cast<off_t>(taken_)) : 0;
  lines.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  // A line as long as that is none of a key log.
  if (lines.size() < most_at_once || lines.rfind('\n') != std::string::npos)
    lines.resize(lines.rfind('\n') + 1);
  taken_ += lines.size();
  return lines;
}

}  // namespace brewproof
