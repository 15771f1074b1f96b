// How long a piece of work takes and how much memory, each time in a process of its own.
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <vector>

namespace brewproof::benchmarks {

struct Run {
  double seconds = 0;      // on the wall
  double cpu_seconds = 0;  // what a busy machine does not change much
  long peak_kib = 0;
  int status = -1;
};

/// Runs `work` in a child, whose exit code it returns, and takes its time and peak resident memory.
inline Run measure(const std::function<int()>& work) {
  std::fflush(nullptr);
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    const int code = work();
    std::fflush(nullptr);
    ::_exit(code);
  }
  Run run;
  rusage usage{};
  if (child < 0 || ::wait4(child, &run.status, 0, &usage) != child) return run;
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  run.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  run.peak_kib = usage.ru_maxrss;
  return run;
}

/// In a child: becomes the program that `arguments` begin with. What it prints goes to `output`,
/// its complaints nowhere. Returns 127 where it cannot.
inline int become(std::vector<const char*> arguments, const char* output = "/dev/null") {
  const int out = ::open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (out < 0 || null < 0) return 127;
  ::dup2(out, STDOUT_FILENO);
  ::dup2(null, STDERR_FILENO);
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), const_cast<char* const*>(arguments.data()));
  return 127;
}

/// Each by its own clock: the file is in the page cache for every tool.
inline Run best_of_three(const std::function<int()>& work) {
  Run best = measure(work);
  for (int again = 0; again < 2; ++again) {
    const Run run = measure(work);
    best.seconds = std::min(best.seconds, run.seconds);
    best.cpu_seconds = std::min(best.cpu_seconds, run.cpu_seconds);
    best.peak_kib = std::max(best.peak_kib, run.peak_kib);
    best.status = run.status != 0 ? run.status : best.status;
  }
  return best;
}

}  // namespace brewproof::benchmarks
