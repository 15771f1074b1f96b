// Errors are values: a device that fails is data about a trial. Bugs throw and are caught once in
// main, so that destructors make the outputs safe.
//
// A message says what was being done, to what, what came back, and what to do about it.
#pragma once

#include <fmt/core.h>

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace brewproof {

enum class ErrorCode {
  usage,        // the command line asks for something that cannot be
  bad_file,     // an input file is malformed; the message starts with file:line:col or file:offset
  io,           // a device or file failed: unplugged, EIO, disk full
  timeout,      // a device did not answer in time
  protocol,     // a device answered something that its protocol does not allow
  host,         // the station lacks something: privilege, program, namespace, interface
  interlock,    // an interlock or limit forbids the act, or an output is not in its commanded state
  interrupted,  // a person asked to stop
  unconfirmed,  // acts were commanded and reported, and no sensor saw them: the run shows nothing
};

struct Error {
  ErrorCode code;
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

template <class... Args>
[[nodiscard]] tl::unexpected<Error> fail(ErrorCode code, fmt::format_string<Args...> format,
                                         Args&&... args) {
  return tl::unexpected<Error>(Error{code, fmt::format(format, std::forward<Args>(args)...)});
}

/// Hands an error on to the caller's own Result type.
template <class T>
[[nodiscard]] tl::unexpected<Error> pass_on(Result<T>&& failed) {
  return tl::unexpected<Error>(std::move(failed).error());
}

}  // namespace brewproof
