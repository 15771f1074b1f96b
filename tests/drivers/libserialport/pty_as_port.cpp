// Lets the unmodified libserialport open a pseudo-terminal, in this test program only: modem lines
// and termios2, which a pseudo-terminal refuses or libserialport asks of /sys, are answered here.

#include <asm/ioctls.h>
#include <dlfcn.h>

#include <cerrno>
#include <cstdarg>

#include "tests/drivers/libserialport/pty_as_port.h"

namespace brewproof::testing {
ModemLines modem_lines;

namespace {

int answer_about_lines(unsigned long request, int* argument) {
  if (modem_lines.error != 0) {
    errno = modem_lines.error;
    return -1;
  }
  if (request == TIOCMGET) *argument = modem_lines.on;
  if (request == TIOCMGET || modem_lines.is_stuck) return 0;
  if (request == TIOCMSET) modem_lines.on = *argument;
  if (request == TIOCMBIS) modem_lines.on |= *argument;
  if (request == TIOCMBIC) modem_lines.on &= ~*argument;
  modem_lines.ever_on |= modem_lines.on;
  return 0;
}

}  // namespace
}  // namespace brewproof::testing

extern "C" {
struct termios;

// Interposes libc's.
int ioctl(int descriptor, unsigned long request, ...) noexcept {
  va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  switch (request) {
    case TIOCMGET:
    case TIOCMBIS:
    case TIOCMBIC:
    case TIOCMSET:
      return brewproof::testing::answer_about_lines(request, static_cast<int*>(argument));
    default:
      break;
  }
  using Ioctl = int (*)(int, unsigned long, ...);
  static const auto real = reinterpret_cast<Ioctl>(dlsym(RTLD_NEXT, "ioctl"));
  return real(descriptor, request, argument);
}
}
