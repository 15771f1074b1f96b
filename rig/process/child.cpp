#include "rig/process/child.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/stdio.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <utility>

#include "rig/process/descriptor.h"

namespace brewproof {
namespace {

namespace process = boost::process::v2;
using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kLongestLine = 16u << 20;
constexpr milliseconds kWritePatience{5000};

struct Pipe {
  Descriptor read_end, write_end;
};

/// Both ends stand above 2, so that no dup2 onto a standard stream can hit one of them.
Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return fail(ErrorCode::host, "making a pipe: {}", std::strerror(errno));
  Pipe pipe{Descriptor{ends[0]}, Descriptor{ends[1]}};
  for (Descriptor* end : {&pipe.read_end, &pipe.write_end}) {
    if (end->number() > STDERR_FILENO) continue;
    *end = Descriptor{::fcntl(end->number(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
    if (!*end) return fail(ErrorCode::host, "making a pipe: {}", std::strerror(errno));
  }
  return pipe;
}

/// What Boost.Process 1.81 leaves open: its own closing of descriptors skips the low ones, signal
/// state is inherited, and a failed exec would run this program's exit handlers in the child.
/// Everything below `on_exec_setup` runs between fork and exec: system calls only.
struct ChildSetup {
  const ChildSettings& settings;
  std::vector<const char*>& environment;
  pid_t parent = ::getpid();

  template <class Launcher>
  process::error_code on_setup(Launcher& launcher, const process::filesystem::path&,
                               const char* const* const&) {
    launcher.env = environment.data();
    return {};
  }

  template <class Launcher>
  process::error_code on_exec_setup(Launcher&, const process::filesystem::path&,
                                    const char* const* const&) {
    const auto failed = [] { return process::error_code(errno, boost::system::system_category()); };
    if (::close_range(STDERR_FILENO + 1, ~0u, CLOSE_RANGE_CLOEXEC) != 0) return failed();
    if (settings.inherited >= 0 && ::fcntl(settings.inherited, F_SETFD, 0) != 0) return failed();
    if (settings.own_group && ::setpgid(0, 0) != 0) return failed();
    for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGQUIT, SIGCHLD}) ::signal(number, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (settings.without_network && !leave_network()) return failed();
    if (settings.most_memory != 0) {
      const rlimit most{settings.most_memory, settings.most_memory};
      if (::setrlimit(RLIMIT_AS, &most) != 0) return failed();
    }
    if (!settings.working_folder.empty() && ::chdir(settings.working_folder.c_str()) != 0)
      return failed();
    if (settings.dies_with_parent) {
      if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return failed();
      // The parent may have died before the line above. 0 is a parent outside this PID namespace.
      const pid_t now = ::getppid();
      if (now != parent && now != 0) ::_exit(127);
    }
    return {};
  }

  /// Root keeps its user namespace, and with it the right to read everybody's files. In one of his
  /// own an ordinary user needs no identity: files are opened with the one he had outside.
  static bool leave_network() {
    return ::unshare(CLONE_NEWNET) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
  }

  /// Variadic: 1.81 looks for a five-argument form and calls a four-argument one.
  template <class... Arguments>
  void on_exec_error(Arguments&&...) {
    ::_exit(127);
  }
};

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> all;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!added.contains(std::string(text.substr(0, text.find('='))))) all.emplace_back(text);
  }
  for (const auto& [name, value] : added) all.push_back(fmt::format("{}={}", name, value));
  return all;
}

/// Ordinary users' PATH lacks the sbin folders, where ip, tc and dnsmasq stand.
std::string look_up(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    std::error_code ignored;  // on failure the name stays as it is and exec reports it
    const auto absolute = std::filesystem::absolute(name, ignored);
    return ignored ? name : absolute.string();
  }
  const char* path = std::getenv("PATH");
  std::string folders = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  folders += ":/usr/local/sbin:/usr/sbin:/sbin";
  for (std::size_t begin = 0; begin <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', begin), folders.size());
    const std::string candidate = folders.substr(begin, end - begin) + "/" + name;
    std::error_code ignored;  // an unreadable folder does not hold it
    if (end > begin && std::filesystem::is_regular_file(candidate, ignored) &&
        ::access(candidate.c_str(), X_OK) == 0)
      return candidate;
    begin = end + 1;
  }
  return {};
}

/// Writes without a SIGPIPE for the whole program: the signal is held back in this thread and
/// taken away again where the write raised it.
ssize_t write_without_signal(int descriptor, std::string_view text) {
  sigset_t broken_pipe, before, waiting;
  ::sigemptyset(&broken_pipe);
  ::sigaddset(&broken_pipe, SIGPIPE);
  ::sigpending(&waiting);
  const bool was_waiting = ::sigismember(&waiting, SIGPIPE) == 1;
  ::pthread_sigmask(SIG_BLOCK, &broken_pipe, &before);
  const ssize_t written = ::write(descriptor, text.data(), text.size());
  const int error = errno;
  if (written < 0 && error == EPIPE && !was_waiting) {
    const timespec at_once{};
    while (::sigtimedwait(&broken_pipe, nullptr, &at_once) < 0 && errno == EINTR) continue;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return written;
}

milliseconds left_until(SteadyClock::time_point deadline) {
  return std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(deadline - SteadyClock::now()));
}

/// poll() that goes on after signals. Returns whether something is ready.
bool wait_ready(std::span<pollfd> descriptors, SteadyClock::time_point deadline) {
  while (true) {
    const auto left = std::min(left_until(deadline), milliseconds{1 << 30});
    const int ready =
        ::poll(descriptors.data(), descriptors.size(), static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready == 0 && left.count() == 0) return false;
    if (ready < 0 && errno != EINTR) return false;
  }
}

}  // namespace

struct Child::State {
  std::string program;
  pid_t pid = -1;
  Descriptor process;  // pidfd: readable once the child has ended
  bool own_group = false;
  std::optional<ChildExit> exit;
  Descriptor in, out, err;
  std::string out_text, err_text;
  std::size_t out_read = 0;  // bytes of out_text that were handed out as lines

  ~State() { kill_and_reap(); }

  void take_status(int status) {
    exit = WIFSIGNALED(status) ? ChildExit{0, WTERMSIG(status)} : ChildExit{WEXITSTATUS(status), 0};
  }

  bool reap(int options) {
    if (exit) return true;
    int status = 0;
    pid_t ended = 0;
    while ((ended = ::waitpid(pid, &status, options)) < 0 && errno == EINTR) continue;
    if (ended == pid) take_status(status);
    // Somebody ignores SIGCHLD or reaped it: it is gone, its status is unknown.
    if (ended < 0) exit = ChildExit{255, 0};
    return exit.has_value();
  }

  void kill_and_reap() {
    if (exit) return;
    if (own_group) ::kill(-pid, SIGKILL);
    ::kill(pid, SIGKILL);
    reap(0);
  }

  /// Reads what one pipe holds now; closes it at its end.
  void read_some(Descriptor& from, std::string& into) {
    char piece[65536];
    const ssize_t count = ::read(from.number(), piece, sizeof piece);
    if (count > 0)
      into.append(piece, static_cast<std::size_t>(count));
    else if (count == 0 || (errno != EINTR && errno != EAGAIN))
      from.close();
  }

  /// Waits for output on either pipe and takes it. stderr is read along with stdout: a child that
  /// fills an unread pipe would stand still. False at the deadline.
  bool read_more(SteadyClock::time_point deadline) {
    pollfd waiting[2];
    std::size_t count = 0;
    for (const Descriptor* pipe : {&out, &err})
      if (*pipe) waiting[count++] = {pipe->number(), POLLIN, 0};
    if (!wait_ready({waiting, count}, deadline)) return false;
    for (std::size_t i = 0; i < count; ++i) {
      if (waiting[i].revents == 0) continue;
      if (out && waiting[i].fd == out.number())
        read_some(out, out_text);
      else
        read_some(err, err_text);
    }
    return true;
  }
};

Result<Child> Child::start(const ChildSettings& settings) {
  const std::string path = look_up(settings.program);
  if (path.empty())
    return fail(ErrorCode::host,
                "starting {}: no such program on PATH; install it or give its full path",
                settings.program);

  auto state = std::make_unique<State>();
  state->program = settings.program;
  state->own_group = settings.own_group;
  Descriptor child_in, child_out, child_err;
  const auto connect = [](bool wanted, Descriptor& ours, Descriptor& theirs,
                          bool we_read) -> Result<void> {
    if (!wanted) return {};
    auto pipe = make_pipe();
    if (!pipe) return pass_on(std::move(pipe));
    ours = std::move(we_read ? pipe->read_end : pipe->write_end);
    theirs = std::move(we_read ? pipe->write_end : pipe->read_end);
    ::fcntl(ours.number(), F_SETFL, O_NONBLOCK);
    return {};
  };
  for (Result<void> made : {connect(settings.pipe_stdin, state->in, child_in, false),
                            connect(settings.pipe_stdout, state->out, child_out, true),
                            connect(settings.pipe_stderr, state->err, child_err, true)})
    if (!made) return pass_on(std::move(made));
  if (!settings.pipe_stdin && settings.own_group) {
    child_in = Descriptor{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    if (!child_in) return fail(ErrorCode::host, "opening /dev/null: {}", std::strerror(errno));
  }

  const std::vector<std::string> environment = merged_environment(settings.environment);
  std::vector<const char*> environment_pointers;
  environment_pointers.reserve(environment.size() + 1);
  for (const std::string& entry : environment) environment_pointers.push_back(entry.c_str());
  environment_pointers.push_back(nullptr);

  const auto stream = [](const Descriptor& pipe, int inherited) {
    return pipe ? pipe.number() : inherited;
  };
  boost::asio::io_context unused;  // Boost.Process wants an executor; nothing runs on it
  process::posix::default_launcher launcher;
  process::error_code error;
  try {
    // An initializer is asked for in order: descriptors are closed after the streams stand.
    process::process started = launcher(
        unused.get_executor(), error, process::filesystem::path(path), settings.arguments,
        process::process_stdio{stream(child_in, STDIN_FILENO), stream(child_out, STDOUT_FILENO),
                               stream(child_err, STDERR_FILENO)},
        ChildSetup{settings, environment_pointers});
    started.detach();  // from here on this class waits and kills: exit statuses keep their signals
  } catch (const boost::system::system_error& thrown) {
    error = thrown.code();
  }
  state->pid = launcher.pid;
  if (error) {
    if (launcher.pid > 0) {
      ::kill(launcher.pid, SIGKILL);
      state->reap(0);  // a failed exec leaves a zombie
    } else {
      state->exit = ChildExit{127, 0};
    }
    return fail(ErrorCode::host, "starting {}: {}; install it, or see that it may be executed{}",
                path, error.message(),
                settings.working_folder.empty()
                    ? std::string{}
                    : fmt::format(" and that {} can be entered", settings.working_folder));
  }
  state->process = Descriptor{static_cast<int>(::syscall(SYS_pidfd_open, launcher.pid, 0))};
  if (!state->process)
    return fail(ErrorCode::host, "watching {}: pidfd_open: {}; Linux 5.3 or later is needed", path,
                std::strerror(errno));
  return Child(std::move(state));
}

Child::Child(std::unique_ptr<State> state) : state_(std::move(state)) {}
Child::Child(Child&&) noexcept = default;
Child& Child::operator=(Child&&) noexcept = default;
Child::~Child() = default;

int Child::pid() const { return state_->pid; }

bool Child::running() { return !state_->reap(WNOHANG); }

Result<void> Child::write(const std::string& text) {
  for (std::string_view left = text; !left.empty();) {
    auto count = write_some(left);
    if (!count) return pass_on(std::move(count));
    left.remove_prefix(*count);
    pollfd waiting{state_->in.number(), POLLOUT, 0};
    if (*count == 0 && !wait_ready({&waiting, 1}, SteadyClock::now() + kWritePatience))
      return fail(ErrorCode::timeout, "writing to {}: it does not read its stdin", state_->program);
  }
  return {};
}

Result<std::size_t> Child::write_some(std::string_view text) {
  if (!state_->in)
    return fail(ErrorCode::io, "writing to {}: its stdin is closed", state_->program);
  while (true) {
    const ssize_t count = write_without_signal(state_->in.number(), text);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN) return 0;
    if (errno != EINTR)
      return fail(ErrorCode::io, "writing to {}: {}", state_->program, std::strerror(errno));
  }
}

int Child::stdin_end() const { return state_->in.number(); }
int Child::stdout_end() const { return state_->out.number(); }

std::size_t Child::unread() const {
  int count = 0;  // pipe(7): FIONREAD at either end
  if (!state_->in || ::ioctl(state_->in.number(), FIONREAD, &count) != 0) return 0;
  return static_cast<std::size_t>(count);
}

void Child::close_stdin() { state_->in.close(); }

Result<std::optional<std::string>> Child::read_line(milliseconds within) {
  const auto deadline = SteadyClock::now() + within;
  std::size_t searched = state_->out_read;
  while (true) {
    std::string& text = state_->out_text;
    const std::size_t end = text.find('\n', searched);
    if (end != std::string::npos) {
      std::string line = text.substr(state_->out_read, end - state_->out_read);
      state_->out_read = end + 1;
      return line;
    }
    text.erase(0, state_->out_read);
    state_->out_read = 0;
    searched = text.size();
    if (text.size() > kLongestLine)
      return fail(ErrorCode::protocol, "reading from {}: a line passes 16 MiB", state_->program);
    if (!state_->out) {
      if (text.empty()) return std::nullopt;
      return std::exchange(text, {});
    }
    if (!state_->read_more(deadline))
      return fail(ErrorCode::timeout, "reading from {}: no line within {} ms", state_->program,
                  within.count());
  }
}

Result<std::size_t> Child::read(std::span<std::uint8_t> room, milliseconds within) {
  const auto deadline = SteadyClock::now() + within;
  State& child = *state_;
  // What came while something else was waited for.
  if (const std::size_t kept = child.out_text.size() - child.out_read; kept > 0) {
    const std::size_t count = std::min(kept, room.size());
    std::memcpy(room.data(), child.out_text.data() + child.out_read, count);
    child.out_read += count;
    return count;
  }
  while (child.out) {
    // A busy child mostly has something: it is asked for before it is waited for.
    const ssize_t count = ::read(child.out.number(), room.data(), room.size());
    if (count > 0) return static_cast<std::size_t>(count);
    if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
      child.out.close();
      break;
    }
    pollfd waiting[2] = {{child.out.number(), POLLIN, 0}, {child.err.number(), POLLIN, 0}};
    if (!wait_ready({waiting, child.err ? 2u : 1u}, deadline))
      return fail(ErrorCode::timeout, "reading from {}: nothing within {} ms", child.program,
                  within.count());
    if (child.err && waiting[1].revents != 0) child.read_some(child.err, child.err_text);
  }
  return 0;
}

Result<Child::Output> Child::finish(milliseconds within, std::size_t most) {
  const auto deadline = SteadyClock::now() + within;
  close_stdin();
  while (state_->out || state_->err) {
    if (!state_->read_more(deadline)) {
      state_->kill_and_reap();
      return fail(ErrorCode::timeout, "running {}: not finished within {} ms; it was killed",
                  state_->program, within.count());
    }
    if (state_->out_text.size() > most || state_->err_text.size() > most) {
      state_->kill_and_reap();
      return fail(ErrorCode::protocol, "running {}: its output passes {} KiB; it was killed",
                  state_->program, most / 1024);
    }
  }
  auto exit = wait(left_until(deadline));
  if (!exit) {
    state_->kill_and_reap();
    return pass_on(std::move(exit));
  }
  state_->out_text.erase(0, std::exchange(state_->out_read, 0));
  return Output{std::exchange(state_->out_text, {}), std::exchange(state_->err_text, {}), *exit};
}

std::string Child::heard() const {
  return state_->out_text.substr(state_->out_read) + state_->err_text;
}

Result<ChildExit> Child::wait(milliseconds within) {
  if (!state_->exit) {
    pollfd waiting{state_->process.number(), POLLIN, 0};
    if (!wait_ready({&waiting, 1}, SteadyClock::now() + within))
      return fail(ErrorCode::timeout, "waiting for {}: still running after {} ms", state_->program,
                  within.count());
    state_->reap(0);
  }
  return *state_->exit;
}

void Child::signal(int number) {
  // Not reaped yet, so the number still belongs to this child.
  if (!state_->exit) ::kill(state_->pid, number);
}

Result<std::string> find_program(const std::string& name) {
  std::string path = look_up(name);
  std::error_code ignored;  // what cannot be looked at is none
  if (!path.empty() && std::filesystem::is_regular_file(path, ignored) &&
      ::access(path.c_str(), X_OK) == 0)
    return path;
  return fail(ErrorCode::host, "there is no program {} that may be executed", name);
}

std::string program_beside(const std::string& name) {
  std::error_code unreadable;  // /proc may be masked: then the name is looked up on PATH
  const auto self = std::filesystem::read_symlink("/proc/self/exe", unreadable);
  return unreadable ? name : (self.parent_path() / name).string();
}

}  // namespace brewproof
