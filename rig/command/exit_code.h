// The exit codes of design: what a script may rely on.
#pragma once

#include "rig/model/result.h"

namespace brewproof {

enum class ExitCode {
  done = 0,
  expectation_failed = 1,
  usage = 2,  // usage or bad file
  bench = 3,  // bench or host fault
  inconclusive = 4,
  interlock = 5,  // interlock or emergency stop
  internal = 70,
  interrupted = 130,
  terminated = 143,  // interrupted by SIGTERM
};

[[nodiscard]] constexpr ExitCode exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
    case ErrorCode::bad_file:
      return ExitCode::usage;
    case ErrorCode::io:
    case ErrorCode::timeout:
    case ErrorCode::protocol:
    case ErrorCode::host:
      return ExitCode::bench;
    case ErrorCode::interlock:
      return ExitCode::interlock;
    case ErrorCode::interrupted:
      return ExitCode::interrupted;
    case ErrorCode::unconfirmed:
      return ExitCode::inconclusive;
  }
  return ExitCode::internal;
}

/// The one to end with where both hold: design's order 5, 3, 130 and 143, 2, 70, 1, 4, 0.
[[nodiscard]] constexpr ExitCode graver(ExitCode a, ExitCode b) {
  constexpr ExitCode order[] = {
      ExitCode::interlock,          ExitCode::bench,        ExitCode::interrupted,
      ExitCode::terminated,         ExitCode::usage,        ExitCode::internal,
      ExitCode::expectation_failed, ExitCode::inconclusive, ExitCode::done};
  for (const ExitCode each : order)
    if (a == each || b == each) return each;
  return ExitCode::internal;
}

}  // namespace brewproof
