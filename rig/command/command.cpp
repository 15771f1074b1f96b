#include "rig/command/command.h"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "rig/command/stop_request.h"
#include "rig/model/canonical_json.h"

namespace brewproof {

bool Invocation::color() const {
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(fileno(people())) == 1 && (no_color == nullptr || *no_color == '\0');
}

int Invocation::width() const {
  winsize size{};
  const bool known = ioctl(fileno(people()), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 100;
}

void Invocation::say(const std::string& text) const {
  std::fwrite(text.data(), 1, text.size(), people());
  if (text.empty() || text.back() != '\n') std::fputc('\n', people());
  std::fflush(people());
}

void Invocation::answer(const nlohmann::json& object) const {
  if (!json) return;
  fmt::print("{}\n", canonical_json(object));
  std::fflush(stdout);
}

void Invocation::refuse(const Error& error) {
  fmt::print(stderr, "brewproof: {}\n", error.message);
  ExitCode code = exit_code(error.code);
  if (code == ExitCode::interrupted && asked_by_sigterm()) code = ExitCode::terminated;
  exit = graver(exit, code);
  errors_ += (errors_.empty() ? "" : "\n") + error.message;
}

void Invocation::close() const {
  if (!errors_.empty()) answer({{"error", errors_}, {"exit", static_cast<int>(exit)}});
}

}  // namespace brewproof
