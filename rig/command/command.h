// The command line: one file a verb. Each adds itself to the program (rig/command/verb.h) and, when
// chosen, runs and leaves its exit code in the Invocation. Text for people goes to stdout, or to
// stderr when --json asks for one JSON object on stdout.
#pragma once

#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "rig/command/exit_code.h"

namespace CLI {
class App;
}

namespace brewproof {

struct Invocation {
  bool json = false;
  ExitCode exit = ExitCode::done;

  /// Where text for people goes.
  [[nodiscard]] std::FILE* people() const { return json ? stderr : stdout; }
  /// Colour on that stream: a terminal, and NO_COLOR not set (no-color.org).
  [[nodiscard]] bool color() const;
  [[nodiscard]] int width() const;  // columns of the terminal, 100 where there is none

  /// Prints text for people, or the one JSON object for scripts.
  void say(const std::string& text) const;
  void answer(const nlohmann::json& object) const;  // only with --json
  /// Prints the error and sets the exit code, unless a graver one is set. With --json close() tells
  /// it too: there is one object, whatever else goes wrong behind the first error.
  void refuse(const Error& error);
  /// Called once, when all is over: with --json the errors as {"error":...,"exit":...}.
  void close() const;

 private:
  std::string errors_;  // one a line
};

void add_demo(CLI::App& app, Invocation& invocation);
void add_devices(CLI::App& app, Invocation& invocation);
void add_doctor(CLI::App& app, Invocation& invocation);
void add_init(CLI::App& app, Invocation& invocation);
void add_lint(CLI::App& app, Invocation& invocation);
void add_plan(CLI::App& app, Invocation& invocation);
void add_run(CLI::App& app, Invocation& invocation);
void add_act(CLI::App& app, Invocation& invocation);
void add_safe(CLI::App& app, Invocation& invocation);
void add_commission(CLI::App& app, Invocation& invocation);
void add_analyze(CLI::App& app, Invocation& invocation);
void add_report(CLI::App& app, Invocation& invocation);
void add_explain(CLI::App& app, Invocation& invocation);
void add_diff(CLI::App& app, Invocation& invocation);
void add_verify(CLI::App& app, Invocation& invocation);
void add_check(CLI::App& app, Invocation& invocation);
void add_books(CLI::App& app, Invocation& invocation);

}  // namespace brewproof
