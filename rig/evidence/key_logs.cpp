#include "rig/evidence/key_logs.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace brewproof {
namespace {

namespace fs = std::filesystem;

constexpr mode_t owner_folder = 0700, owner_file = 0600;

std::string keys_folder(const RunFolder& folder) { return folder.file("keys"); }

tl::unexpected<Error> failed(const std::string& path, const char* doing, int error) {
  return fail(ErrorCode::io, "{}: {}: {}", path, doing, std::strerror(error));
}

/// Opens without following a link, and takes everybody else's permissions away.
Result<void> keep_private(const std::string& path, int flags, mode_t mode) {
  const int opened = ::open(path.c_str(), flags | O_NOFOLLOW | O_CLOEXEC, mode);
  if (opened < 0) return failed(path, "making it", errno);
  struct stat found{};
  int error = ::fstat(opened, &found) == 0 ? 0 : errno;
  if (error == 0 && !S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode)) error = ENOTSUP;
  if (error == 0 && (found.st_mode & 07777) != mode)
    error = ::fchmod(opened, mode) == 0 ? 0 : errno;
  ::close(opened);
  if (error != 0) return failed(path, "making it its owner's alone", error);
  return {};
}

bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

}  // namespace

Result<std::string> make_key_log(const RunFolder& folder, std::string_view name) {
  if (!is_name(name))
    return fail(ErrorCode::usage, "{}: a key log's name is lower case letters, digits, - and _",
                name);
  const std::string keys = keys_folder(folder);
  if (::mkdir(keys.c_str(), owner_folder) != 0 && errno != EEXIST)
    return failed(keys, "making the folder", errno);
  if (auto kept = keep_private(keys, O_RDONLY | O_DIRECTORY, owner_folder); !kept)
    return pass_on(std::move(kept));
  std::string path = fmt::format("{}/{}.log", keys, name);
  if (auto kept = keep_private(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK, owner_file); !kept)
    return pass_on(std::move(kept));
  return path;
}

Result<std::vector<std::string>> key_logs(const RunFolder& folder) {
  std::vector<std::string> found;
  std::error_code error;
  const std::string keys = keys_folder(folder);
  if (!fs::exists(keys, error)) return found;
  fs::directory_iterator entry(keys, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error))
    if (entry->path().extension() == ".log")
      found.push_back("keys/" + entry->path().filename().string());
  if (error) return fail(ErrorCode::io, "{}: reading the folder: {}", keys, error.message());
  std::ranges::sort(found);
  return found;
}

}  // namespace brewproof
