// Locks a process in for the rest of its life: it computes, reads and writes what it has open
// already, and ends. No file is opened, no socket made, no process or thread started, no program
// executed. For a process that is about to read what a stranger wrote.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "rig/model/result.h"

namespace brewproof {

struct Confinement {
  std::uint64_t memory_bytes = 1u << 30;  // address space; not held to under AddressSanitizer
  std::chrono::seconds cpu{3600};
};

/// Call it while the process has one thread. Always: a filter of system calls (seccomp(2)), no new
/// privileges, resource limits. Where the kernel lets it: an empty network namespace, no file by
/// any path (Landlock). Error `host` where the filter cannot be set; then nothing may be read.
///
/// Opening and connecting fail with EACCES, since libraries look for configuration by themselves;
/// any other call that is not allowed ends the process with SIGSYS.
[[nodiscard]] Result<void> confine(const Confinement& limits);

}  // namespace brewproof
