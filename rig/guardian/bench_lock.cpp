#include "rig/guardian/bench_lock.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "rig/model/canonical_json.h"
#include "rig/model/sha256.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;

constexpr const char* making_safe = "the guardian, which is making it safe";

// For every user of the station the same folder, whatever his environment says.
std::string lock_path(const std::string& bench_path) {
  std::error_code unresolved;  // a path that cannot be resolved still names one bench
  fs::path real = fs::canonical(bench_path, unresolved);
  if (unresolved) real = fs::absolute(bench_path, unresolved);
  // A private /run, as the simulated bench has it, is a bench of its own.
  std::string folder = "/tmp";
  for (const char* better : {"/run", "/run/lock"})
    if (::access(better, W_OK) == 0) folder = better;
  return fmt::format("{}/brewproof-{}.lock", folder, sha256(real.string()).substr(0, 16));
}

// A file in a folder that everybody writes to: made by whoever comes first, opened (not made: the
// kernel refuses O_CREAT on another user's file there) by those after him.
int open_lock(const std::string& path) {
  constexpr int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
  for (int again = 0; again < 3; ++again) {
    int file = ::open(path.c_str(), flags);
    if (file >= 0 || errno != ENOENT) return file;
    file = ::open(path.c_str(), flags | O_CREAT | O_EXCL, 0666);
    if (file >= 0) ::fchmod(file, 0666);  // whatever the umask
    if (file >= 0 || errno != EEXIST) return file;
  }
  return -1;
}

std::string user_name() {
  const passwd* user = getpwuid(getuid());
  return user == nullptr ? std::to_string(getuid()) : user->pw_name;
}

std::string time_text() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &utc);
  return text;
}

// Anybody may write to the file: only plain text of it is shown.
std::string plain(const nlohmann::json& holder, const char* key) {
  std::string text = holder.contains(key) && holder[key].is_string() ? holder[key] : "?";
  text.resize(std::min<std::size_t>(text.size(), 60));
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';
  return text;
}

// Null where it cannot be read.
nlohmann::json holder_of(int file) {
  char text[512];
  const ssize_t count = ::pread(file, text, sizeof text, 0);
  auto holder = nlohmann::json::parse(text, text + std::max<ssize_t>(count, 0), nullptr, false);
  if (holder.is_object() && holder.contains("pid") && holder["pid"].is_number_integer())
    return holder;
  return nullptr;
}

// A guardian has it that makes the bench safe after its controller: it does not keep it.
bool is_let_go_soon(const nlohmann::json& holder) {
  if (holder.is_null()) return false;
  if (plain(holder, "doing") == making_safe) return true;
  const auto controller = static_cast<pid_t>(holder["pid"].get<std::int64_t>());
  return controller > 0 && ::kill(controller, 0) != 0 && errno == ESRCH;
}

tl::unexpected<Error> in_use(const nlohmann::json& holder, const std::string& bench_path) {
  if (holder.is_null())
    return fail(ErrorCode::host, "{}: another program has this bench; end it first", bench_path);
  const auto pid = holder["pid"].get<std::int64_t>();
  return fail(ErrorCode::host,
              "{}: this bench is in use since {}: {} (process {}, user {}). Wait for it or end it "
              "(kill {}); kill -USR1 {} is the emergency stop",
              bench_path, plain(holder, "since"), plain(holder, "doing"), pid,
              plain(holder, "user"), pid, pid);
}

}  // namespace

Result<BenchLock> BenchLock::take(const std::string& bench_path, const std::string& doing,
                                  std::chrono::milliseconds for_guardian) {
  const std::string path = lock_path(bench_path);
  Descriptor file(open_lock(path));
  if (!file)
    return fail(ErrorCode::io, "{}: locking the bench: {}: {}; is that file somebody else's?",
                bench_path, path, std::strerror(errno));
  const auto deadline = std::chrono::steady_clock::now() + for_guardian;
  while (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) {
      const nlohmann::json holder = holder_of(file.number());
      if (!is_let_go_soon(holder) || std::chrono::steady_clock::now() >= deadline)
        return in_use(holder, bench_path);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      continue;
    }
    return fail(ErrorCode::io, "{}: locking the bench: {}: {}", bench_path, path,
                std::strerror(errno));
  }
  BenchLock lock(std::move(file));
  lock.tell(doing);
  return lock;
}

void BenchLock::tell_making_safe() const { tell(making_safe); }

void BenchLock::tell(const std::string& doing) const {
  const std::string text = canonical_json(
      {{"pid", ::getpid()}, {"user", user_name()}, {"since", time_text()}, {"doing", doing}});
  // Only what others read of it; the lock stands without.
  if (::ftruncate(file_.number(), 0) == 0)
    (void)!::pwrite(file_.number(), text.data(), text.size(), 0);
}

}  // namespace brewproof
