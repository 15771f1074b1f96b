// Ctrl-Z while outputs may be on. A stopped controller cannot open a contact: its guardian would
// take it for lost and cut every output, in the middle of a trial. So the signal (SIGTSTP) stops
// nothing here, and whoever sent it is told why.
#pragma once

#include <csignal>

namespace brewproof {

/// As long as it lives; one at a time. SIGSTOP cannot be refused, and is the guardian's case.
class StaysAwake {
 public:
  /// `keys`: a person may pause with a key (rig/command/keyboard.h), and is told which.
  explicit StaysAwake(bool keys);
  ~StaysAwake();
  StaysAwake(const StaysAwake&) = delete;
  StaysAwake& operator=(const StaysAwake&) = delete;

 private:
  struct sigaction before_{};
};

/// One line for people, on stderr. May be called in a signal handler.
void tell_of_staying_awake(bool keys);

}  // namespace brewproof
