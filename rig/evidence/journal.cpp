#include "rig/evidence/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>

#include "rig/evidence/journal_line.h"
#include "rig/evidence/run_folder.h"
#include "rig/model/sha256.h"

namespace brewproof {
namespace {

constexpr off_t reserve_bytes = 64 << 10;

bool disk_is_full(int error) { return error == ENOSPC || error == EDQUOT; }

// Once the journal has failed, lines that begin something are refused, and those of which there
// are many: the reserve is for what tells how it ended.
bool refused_after_failure(const std::string& type) {
  return type == "plan" || type == "begin" || type == "resume" || type == "intent" ||
         type == "clock" || type == "payment";
}

std::string reserve_path(const std::string& journal) {
  return std::filesystem::path(journal).replace_extension(".reserve").string();
}

// Real blocks, not a hole. 0 or errno.
int make_reserve(const std::string& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return errno;
  const int error = posix_fallocate(fd, 0, reserve_bytes);
  close(fd);
  if (error != 0) unlink(path.c_str());
  return error;
}

// Makes the file's name durable: the file's own fdatasync does not.
int sync_folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int fd = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno;
  const int error = fsync(fd) == 0 ? 0 : errno;
  close(fd);
  return error;
}

tl::unexpected<Error> failed(const std::string& path, const std::string& doing, int error) {
  return fail(ErrorCode::io, "{}: {}: {}{}", path, doing, std::strerror(error),
              disk_is_full(error) ? ": make room on this disk and start a new run"
                                  : ": look at the disk before the next run");
}

// One writer: two would both follow the same line. Held until the descriptor is closed, also by a
// kill.
Result<void> take_for_writing(int fd, const std::string& path) {
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return failed(path, "locking the journal", errno);
  return fail(ErrorCode::host, "{}: another brewproof is writing it: wait until that one has ended",
              path);
}

}  // namespace

struct Journal::State {
  std::string path;
  Clock* clock = nullptr;
  int fd = -1;
  std::uint64_t seq = 0;
  std::string head = journal_origin();
  off_t length = 0;            // of whole lines
  bool reserve = false;        // the reserve file is there
  bool torn = false;           // a piece of a line could not be cut off: nothing may follow it
  std::optional<Error> fault;  // the first one

  ~State() {
    if (fd < 0) return;
    release_reserve();
    // Gives back what release_reserve took for a journal on a full disk.
    if (!torn) static_cast<void>(!ftruncate(fd, length));
    close(fd);
  }

  Error keep(Error error) {
    if (!fault) fault = error;
    return error;
  }

  bool release_reserve() {
    if (!reserve) return false;
    reserve = false;
    return unlink(reserve_path(path).c_str()) == 0;
  }
  // Takes the reserve's room for the journal at once, before another writer on this disk does.
  // Where the file system cannot do that, the room is simply free.
  void take_room() const {
    static_cast<void>(!fallocate(fd, FALLOC_FL_KEEP_SIZE, length, reserve_bytes));
  }

  // 0 or errno; then no piece of the line is left, or `torn` says so.
  int write_whole(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = write(fd, bytes.data(), bytes.size());
      if (count > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
        continue;
      }
      if (count < 0 && errno == EINTR) continue;
      const int error = count < 0 ? errno : EIO;
      torn = ftruncate(fd, length) != 0;
      return error;
    }
    return 0;
  }

  int sync() const {
    while (fdatasync(fd) != 0)
      if (errno != EINTR) return errno;
    return 0;
  }
};

Journal::Journal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;
Journal::~Journal() = default;

Result<Journal> Journal::create(const std::string& path, Clock& clock) {
  auto state = std::make_unique<State>();
  state->path = path;
  state->clock = &clock;
  state->fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
  if (state->fd < 0) {
    if (errno == EEXIST)
      return fail(ErrorCode::usage, "{}: there is a journal already: name a new run folder", path);
    return failed(path, "creating the journal", errno);
  }
  if (auto taken = take_for_writing(state->fd, path); !taken) return pass_on(std::move(taken));
  int error = make_reserve(reserve_path(path));
  state->reserve = error == 0;
  if (error == 0) error = sync_folder_of(path);
  if (error != 0) {
    unlink(path.c_str());
    return failed(path, "creating the journal and its reserve", error);
  }
  return Journal(std::move(state));
}

Result<Journal> Journal::reopen(const std::string& path, Clock& clock) {
  auto state = std::make_unique<State>();
  state->path = path;
  state->clock = &clock;
  state->torn = true;  // until its length is known nothing of it may be cut, also on the way out
  state->fd = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (state->fd < 0) return failed(path, "opening the journal", errno);
  if (auto taken = take_for_writing(state->fd, path); !taken) return pass_on(std::move(taken));
  auto check = read_journal(path);
  if (!check) return pass_on(std::move(check));
  if (!check->fault.empty() && !check->torn)
    return fail(ErrorCode::bad_file,
                "{}: {}: nothing can be written behind a damaged line; keep the file and look at "
                "it with brewproof verify",
                path, check->fault);
  state->seq = check->records.size();
  state->head = check->head;
  state->length = static_cast<off_t>(check->valid_bytes);
  if (check->torn && ftruncate(state->fd, state->length) != 0)
    return failed(path, "cutting off the torn last line", errno);
  state->torn = false;
  const int error = make_reserve(reserve_path(path));
  state->reserve = error == 0;
  if (error != 0) return failed(path, "making the reserve", error);
  return Journal(std::move(state));
}

Result<void> Journal::append(const std::string& type, nlohmann::json body, Sync sync) {
  State& s = *state_;
  const bool refused = refused_after_failure(type);
  if (s.fault && (refused || s.torn)) return tl::unexpected(*s.fault);
  std::string line = journal_line(type, std::move(body), s.seq + 1, s.head, s.clock->now());
  std::string head = sha256(line);
  line += '\n';

  const auto doing = [&] { return fmt::format("appending line {} ({})", s.seq + 1, type); };
  int error = s.write_whole(line);
  if (error != 0) {
    const Error cause = s.keep(failed(s.path, doing(), error).value());
    if (refused || s.torn || !disk_is_full(error) || !s.release_reserve())
      return tl::unexpected(cause);
    s.take_room();
    error = s.write_whole(line);
    if (error != 0) return failed(s.path, doing() + " from the reserve", error);
  }
  // From here the line is in the file and the next one follows it, whatever the disk says.
  ++s.seq;
  s.length += static_cast<off_t>(line.size());
  s.head = std::move(head);
  if (sync == Sync::no) return {};
  error = s.sync();
  if (error != 0)
    return tl::unexpected(
        s.keep(failed(s.path, fmt::format("syncing line {} ({})", s.seq, type), error).value()));
  return {};
}

std::string Journal::head() const { return state_->head; }

Result<JournalCheck> read_journal(const std::string& path) {
  auto text = read_file_whole(path);
  if (!text) return pass_on(std::move(text));
  JournalCheck check;
  check.head = journal_origin();
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::uint64_t number = check.records.size() + 1;
    const auto fault = [&](const std::string& what) {
      check.fault = fmt::format("line {} (byte {}) {}", number, check.valid_bytes, what);
    };
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      fault(fmt::format("is torn: the file ends after {} bytes of it", rest.size()));
      check.torn = true;
      break;
    }
    Record record;
    const std::string wrong = read_journal_line(rest.substr(0, end), number, check.head, record);
    if (!wrong.empty()) {
      fault(wrong);
      break;
    }
    check.head = sha256(rest.substr(0, end));
    check.closed = record.type == "end";
    check.records.push_back(std::move(record));
    check.valid_bytes += end + 1;
    rest.remove_prefix(end + 1);
  }
  if (!check.fault.empty()) check.closed = false;
  return check;
}

}  // namespace brewproof
