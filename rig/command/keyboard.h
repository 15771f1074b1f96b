// The keys of a run on a terminal: p pause, c continue, s stop after this trial, q stop now, !
// the emergency stop, Enter for "it is done", 1 to 9 for a choice. One
// thread of its own reads them and only sets what the loop looks at between its naps. Ctrl-C stays
// what it is; Ctrl-Z is a key meanwhile, which tells why nothing is stopped (stays_awake.h).
// The terminal is put back as it was in the destructor and before a fatal signal ends the program.
#pragma once

#include <atomic>
#include <memory>

#include "rig/procedure/service.h"

namespace brewproof {

class Keyboard {
 public:
  /// Takes the terminal on stdin. nullptr where there is none, where this process is not in its
  /// foreground (asking would stop it), or where nobody could see what a key did. One at a time.
  [[nodiscard]] static std::unique_ptr<Keyboard> take();
  /// Whether take() would.
  [[nodiscard]] static bool there();
  ~Keyboard();
  Keyboard(const Keyboard&) = delete;
  Keyboard& operator=(const Keyboard&) = delete;

  /// True while a person wants the run to rest between two trials.
  [[nodiscard]] const std::atomic<bool>& pause() const;
  /// How often Enter or a digit was pressed, and which it was last.
  [[nodiscard]] KeyPress pressed() const;

 private:
  struct State;
  explicit Keyboard(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace brewproof
