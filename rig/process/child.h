// A child program with pipes, started through Boost.Process v2. Owns the process: the destructor
// kills and reaps it. All other descriptors are closed in the child; it dies with the thread that
// started it (unless it is a set-capability program, which must end on stdin end-of-file instead).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rig/model/result.h"

namespace brewproof {

struct ChildSettings {
  std::string program;  // path, or a name looked up on PATH and the sbin folders
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;  // added to the parent's
  bool pipe_stdin = false;
  bool pipe_stdout = false;
  bool pipe_stderr = false;  // false: shared with the parent
  std::string working_folder;

  /// A group of its own keeps a terminal's Ctrl-C from ending the child before its parent decides;
  /// such a child's stdin is /dev/null where it is not piped. false: it stays in the parent's group
  /// and shares the parent's stdin.
  bool own_group = true;
  /// SIGKILL when the starting thread ends. Off for a child that must close its files by itself
  /// once its stdin ends.
  bool dies_with_parent = true;
  /// A descriptor above 2 that the child has open too, under the same number; -1: none.
  int inherited = -1;
  /// In a network namespace of its own, which holds nothing but a loopback interface that is down;
  /// an ordinary user's child is in a user namespace too. Where that is forbidden, start() fails.
  bool without_network = false;
  /// Bytes of address space (RLIMIT_AS); 0: as much as the parent may have.
  std::uint64_t most_memory = 0;
};

struct ChildExit {
  int code = 0;    // exit status; 0 where a signal ended it
  int signal = 0;  // 0 = it exited by itself
  [[nodiscard]] bool ok() const { return code == 0 && signal == 0; }
};

class Child {
 public:
  /// Error `host`: the program is missing or may not be executed.
  [[nodiscard]] static Result<Child> start(const ChildSettings& settings);
  Child(Child&&) noexcept;
  Child& operator=(Child&&) noexcept;
  ~Child();

  [[nodiscard]] int pid() const;
  [[nodiscard]] bool running();
  /// Error `io`: the child closed its end; `timeout`: it does not read (5 s without progress).
  [[nodiscard]] Result<void> write(const std::string& text);
  /// Writes as many bytes as the pipe has room for, maybe none, and never waits. Error `io`: the
  /// child closed its end.
  [[nodiscard]] Result<std::size_t> write_some(std::string_view text);
  /// Our ends of the pipes, for poll(2); -1: there is none, or no more.
  [[nodiscard]] int stdin_end() const;
  [[nodiscard]] int stdout_end() const;
  /// Bytes written that the child has not read yet.
  [[nodiscard]] std::size_t unread() const;
  void close_stdin();
  /// The next line of stdout without its LF; nullopt at end-of-file; error `timeout`; `protocol`
  /// where a line passes 16 MiB. 0 ms looks once and never blocks.
  [[nodiscard]] Result<std::optional<std::string>> read_line(std::chrono::milliseconds within);
  /// Some bytes of stdout, as many as there are and `room` takes; 0 at end-of-file; error
  /// `timeout`.
  [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> room,
                                         std::chrono::milliseconds within);
  /// Closes stdin, reads all of stdout and stderr until both close, then waits for the exit. Error
  /// `timeout` kills it and its group; `protocol`, likewise, where an output passes `most` bytes.
  struct Output {
    std::string out, err;
    ChildExit exit;
  };
  [[nodiscard]] Result<Output> finish(std::chrono::milliseconds within,
                                      std::size_t most = std::size_t{1} << 30);
  /// What a finish() that failed had read until then, stdout before stderr.
  [[nodiscard]] std::string heard() const;
  [[nodiscard]] Result<ChildExit> wait(std::chrono::milliseconds within);
  void signal(int number);  // nothing where it has ended already

 private:
  struct State;
  explicit Child(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The path of the program that start() would run. Error `host`: there is none, or it may not be
/// executed.
[[nodiscard]] Result<std::string> find_program(const std::string& name);

/// Where a program of ours stands: beside the running executable. "brewproof-capture" -> path.
[[nodiscard]] std::string program_beside(const std::string& name);

}  // namespace brewproof
