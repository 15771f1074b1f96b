#include "rig/evidence/run_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

namespace brewproof {
namespace {

namespace fs = std::filesystem;

// Closes what it opened; write-side errors are asked for before.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

// A file that a person named and that is not there, or is a folder, is theirs to mend; anything
// else is this station's fault.
ErrorCode reading_code(int error) {
  const bool named_wrong =
      error == ENOENT || error == ENOTDIR || error == EISDIR || error == EACCES;
  return named_wrong ? ErrorCode::bad_file : ErrorCode::io;
}

tl::unexpected<Error> failed(const std::string& path, const char* doing, int error,
                             ErrorCode code = ErrorCode::io) {
  return fail(code, "{}: {}: {}{}", path, doing, std::strerror(error),
              error == ENOSPC || error == EDQUOT ? ": make room on this disk" : "");
}

int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return count < 0 ? errno : EIO;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return fsync(fd) == 0 ? 0 : errno;
}

int write_new(const std::string& path, const std::string& text) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  return file.get() < 0 ? errno : write_all(file.get(), text);
}

}  // namespace

Result<void> RunFolder::vacant(const std::string& path) {
  std::error_code error;
  const fs::file_status found = fs::status(path, error);
  if (!fs::exists(found)) return {};
  if (!fs::is_directory(found))
    return fail(ErrorCode::usage, "{}: is a file: name a folder for this run", path);
  const bool empty = fs::is_empty(path, error);
  if (error) return fail(ErrorCode::io, "{}: reading the folder: {}", path, error.message());
  if (empty) return {};
  return fail(ErrorCode::usage,
              "{}: the folder is not empty: name a new one for this run (nothing is ever "
              "overwritten)",
              path);
}

Result<RunFolder> RunFolder::create(const std::string& path) {
  if (auto free = vacant(path); !free) return pass_on(std::move(free));
  std::error_code error;
  fs::create_directories(fs::path(path) / "capture", error);
  if (error) return fail(ErrorCode::io, "{}: making the run folder: {}", path, error.message());
  return RunFolder(path);
}

Result<RunFolder> RunFolder::open(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error))
    return fail(ErrorCode::bad_file, "{}: there is no such run folder", path);
  RunFolder folder(path);
  if (!fs::exists(folder.file("journal.jsonl"), error) &&
      !fs::exists(folder.file("plan.json"), error))
    return fail(ErrorCode::bad_file,
                "{}: is no run folder: it holds neither journal.jsonl nor plan.json", path);
  return folder;
}

Result<std::vector<std::string>> RunFolder::captures() const { return pcapng_in("capture"); }

Result<std::vector<std::string>> RunFolder::payment_captures() const {
  return pcapng_in("payment");
}

Result<std::vector<std::string>> RunFolder::pcapng_in(const std::string& folder) const {
  std::vector<std::string> found;
  const std::string path = file(folder);
  std::error_code error;
  if (!fs::exists(path, error)) return found;  // this bench captured nothing
  fs::directory_iterator entry(path, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error))
    if (entry->path().extension() == ".pcapng")
      found.push_back(folder + "/" + entry->path().filename().string());
  if (error) return fail(ErrorCode::io, "{}: reading the folder: {}", path, error.message());
  std::ranges::sort(found);
  return found;
}

Result<void> write_file_whole(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".new";
  if (const int error = write_new(temporary, text); error != 0) {
    unlink(temporary.c_str());
    return failed(path, "writing the file", error);
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    unlink(temporary.c_str());
    return failed(path, "putting the new file in its place", error);
  }
  const std::string parent = fs::path(path).parent_path().string();
  const Descriptor folder(
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || fsync(folder.get()) != 0)
    return failed(path, "syncing its folder", errno);
  return {};
}

Result<std::string> read_file_whole(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return failed(path, "opening the file", errno, reading_code(errno));
  std::string text;
  struct stat status{};
  if (fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode))
    text.reserve(static_cast<std::size_t>(status.st_size));
  char part[64 << 10];
  while (true) {
    const ssize_t count = read(file.get(), part, sizeof part);
    if (count == 0) return text;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(path, "reading the file", errno, reading_code(errno));
    text.append(part, static_cast<std::size_t>(count));
  }
}

}  // namespace brewproof
