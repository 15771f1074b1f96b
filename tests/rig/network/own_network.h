// Runs what changes the kernel's network settings in network namespaces of its own.
#pragma once

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

namespace brewproof {

// The exit status of what runs there, in a process of its own. 77: they are forbidden here.
template <class Script>
int in_a_network_of_its_own(Script script) {
  const pid_t child = ::fork();
  if (child == 0) {
    const int flags = ::geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWNET | CLONE_NEWUSER;
    ::_exit(::unshare(flags) == 0 ? script() : 77);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

}  // namespace brewproof
