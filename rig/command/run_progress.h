// Shows a person how far a run is and what is heard of the machine: one line that rewrites itself
// on a terminal, a line a block where the output is a file. On a terminal a thread of its own
// rewrites the line when something new was heard; a terminal that takes nothing (Ctrl-S) is left
// alone then.
#pragma once

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>

#include "rig/command/heard.h"
#include "rig/model/message.h"
#include "rig/procedure/loop.h"

namespace brewproof {

class RunProgress {
 public:
  /// `keys`: a person can pause and stop by key, and is told which.
  explicit RunProgress(std::FILE* out, bool keys = false);
  RunProgress(const RunProgress&) = delete;
  RunProgress& operator=(const RunProgress&) = delete;
  ~RunProgress();
  void show(const Progress& progress);
  /// Ends the rewriting line so that other text can follow.
  void clear();

  // From any thread:

  /// Somebody listens to the machine from now on.
  void listens();
  void heard(const Message& message);
  void seen(std::uint64_t packets_of_the_machine);
  /// A line of its own, which stays.
  void note(const std::string& text);

 private:
  [[nodiscard]] std::string line() const;
  [[nodiscard]] std::size_t columns() const;
  void rewrite(const std::string& line);
  void look(const std::stop_token& end);

  std::FILE* out_;
  bool terminal_;
  bool keys_;
  std::mutex mutex_;  // of all below
  std::condition_variable_any ended_;
  Progress progress_;
  Heard heard_;
  std::string shown_;
  int block_ = 0;
  bool dirty_ = false;
  std::jthread looks_;  // last: it uses all of the above
};

/// "1:05" or "2 h 03 min": how a person reads a time that is left.
[[nodiscard]] std::string duration_text(std::int64_t ns);

}  // namespace brewproof
