#include "rig/command/keyboard.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <thread>

#include "rig/command/stays_awake.h"
#include "rig/command/stop_request.h"
#include "rig/process/signals_held.h"

namespace brewproof {
namespace {

constexpr char ctrl_z = '\x1a';
constexpr int fatal[] = {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGQUIT};

termios as_it_was;
std::atomic<bool> taken{false};

void put_back() {
  if (taken.exchange(false)) tcsetattr(STDIN_FILENO, TCSANOW, &as_it_was);
}

// tcsetattr may be called in a handler (POSIX); the default action follows.
void put_back_and_end(int number) {
  put_back();
  std::signal(number, SIG_DFL);
  raise(number);
}

bool in_the_foreground() { return tcgetpgrp(STDIN_FILENO) == getpgrp(); }

}  // namespace

struct Keyboard::State {
  std::atomic<bool> pause{false};
  std::atomic<KeyPress> pressed_last{};
  int end[2] = {-1, -1};  // closing [1] ends the thread
  std::thread reader;

  void read_keys() {
    while (true) {
      pollfd watched[] = {{STDIN_FILENO, POLLIN, 0}, {end[0], POLLIN, 0}};
      if (poll(watched, 2, -1) < 0 && errno != EINTR) return;
      if (watched[1].revents != 0) return;
      if (watched[0].revents == 0) continue;
      char key = 0;
      if (read(STDIN_FILENO, &key, 1) <= 0) return;  // the terminal is gone: SIGHUP tells
      pressed(key);
    }
  }
  void answered(int digit) { pressed_last = KeyPress{pressed_last.load().count + 1, digit}; }
  void pressed(char key) {
    switch (key) {
      case 'p':
        pause = true;
        break;
      case 'c':
        pause = false;
        break;
      case 's':
        request_stop(1);
        break;
      case 'q':
        request_stop(2);
        break;
      case ctrl_z:
        tell_of_staying_awake(true);
        break;
      case '!':
        request_emergency("key !");
        break;
      case '\n':
      case '\r':
        answered(0);
        break;
      default:
        if (key >= '1' && key <= '9') answered(key - '0');
        break;
    }
  }
};

Keyboard::Keyboard(std::unique_ptr<State> state) : state_(std::move(state)) {}

bool Keyboard::there() {
  return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 && in_the_foreground() && !taken;
}

std::unique_ptr<Keyboard> Keyboard::take() {
  if (!there()) return nullptr;
  auto state = std::make_unique<State>();
  if (tcgetattr(STDIN_FILENO, &as_it_was) != 0 || pipe2(state->end, O_CLOEXEC) != 0) return nullptr;
  termios keys = as_it_was;
  keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  keys.c_cc[VMIN] = 1;
  keys.c_cc[VTIME] = 0;
  keys.c_cc[VSUSP] = _POSIX_VDISABLE;
  taken = true;
  if (tcsetattr(STDIN_FILENO, TCSANOW, &keys) != 0) {
    taken = false;
    return nullptr;
  }
  for (const int number : fatal) {
    struct sigaction now{};
    // A sanitizer's own handler stays.
    if (sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_DFL)
      std::signal(number, put_back_and_end);
  }
  const SignalsHeld held;
  state->reader = std::thread([read = state.get()] { read->read_keys(); });
  return std::unique_ptr<Keyboard>(new Keyboard(std::move(state)));
}

Keyboard::~Keyboard() {
  close(state_->end[1]);
  state_->reader.join();
  close(state_->end[0]);
  put_back();
}

const std::atomic<bool>& Keyboard::pause() const { return state_->pause; }
KeyPress Keyboard::pressed() const { return state_->pressed_last; }

}  // namespace brewproof
