// How long a person or a script waits for the program itself: `brewproof --version` from fork to
// exit, beside /bin/true in the same run (the floor of starting anything here).

#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/benchmarks/times.h"

extern char** environ;

namespace {

double milliseconds_of(const std::string& program, const char* argument) {
  const std::string name = std::filesystem::path(program).filename();
  char* const arguments[] = {const_cast<char*>(name.c_str()), const_cast<char*>(argument), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", 1 /* O_WRONLY */, 0);
  const auto start = std::chrono::steady_clock::now();
  pid_t pid = 0;
  int status = -1;
  const bool started =
      posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments, environ) == 0 &&
      waitpid(pid, &status, 0) == pid && status == 0;
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  posix_spawn_file_actions_destroy(&actions);
  return started ? took.count() : -1;
}

}  // namespace

int main() {
  constexpr int rounds = 200;
  const std::string ours =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "brewproof";
  std::vector<double> our_times;
  std::vector<double> floor_times;
  for (int i = 0; i < rounds; ++i) {
    our_times.push_back(milliseconds_of(ours, "--version"));
    floor_times.push_back(milliseconds_of("/bin/true", nullptr));
  }
  if (std::ranges::min(our_times) < 0 || std::ranges::min(floor_times) < 0) {
    fmt::print(stderr, "start: {} --version or /bin/true could not be run\n", ours);
    return 1;
  }
  brewproof::print_beside("start to exit", "ms", {"brewproof --version", our_times},
                          {"/bin/true", floor_times});
}
