#include "rig/command/stays_awake.h"

#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace brewproof {
namespace {

constexpr std::string_view with_keys =
    "\nnot stopped: a stopped controller is a lost one, and its guardian would cut every output; p "
    "pauses, Ctrl-C stops safely\n";
constexpr std::string_view without_keys =
    "\nnot stopped: a stopped controller is a lost one, and its guardian would cut every output; "
    "Ctrl-C stops safely\n";

void answer_with_keys(int) { tell_of_staying_awake(true); }
void answer_without_keys(int) { tell_of_staying_awake(false); }

}  // namespace

StaysAwake::StaysAwake(bool keys) {
  struct sigaction answer{};
  answer.sa_handler = keys ? answer_with_keys : answer_without_keys;
  answer.sa_flags = SA_RESTART;  // nothing is to be looked at
  sigaction(SIGTSTP, &answer, &before_);
}

StaysAwake::~StaysAwake() { sigaction(SIGTSTP, &before_, nullptr); }

void tell_of_staying_awake(bool keys) {
  const std::string_view text = keys ? with_keys : without_keys;
  const int error = errno;
  [[maybe_unused]] const ssize_t shown = write(STDERR_FILENO, text.data(), text.size());
  errno = error;
}

}  // namespace brewproof
