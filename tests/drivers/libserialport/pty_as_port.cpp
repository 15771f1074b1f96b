// Lets the unmodified libserialport open a pseudo-terminal, in this test program only: modem lines
// and termios2, which a pseudo-terminal refuses or libserialport asks of /sys, are answered here.

#include <asm/ioctls.h>
#include <dlfcn.h>

#include <cstdarg>

extern "C" {
struct termios;

// Interposes libc's. Requests about modem lines succeed and change nothing.
int ioctl(int descriptor, unsigned long request, ...) noexcept {
  va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  switch (request) {
    case TIOCMGET:
      *static_cast<int*>(argument) = 0;
      return 0;
    case TIOCMBIS:
    case TIOCMBIC:
    case TIOCMSET:
      return 0;
    default:
      break;
  }
  using Ioctl = int (*)(int, unsigned long, ...);
  static const auto real = reinterpret_cast<Ioctl>(dlsym(RTLD_NEXT, "ioctl"));
  return real(descriptor, request, argument);
}
}
