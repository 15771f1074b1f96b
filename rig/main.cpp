// The command line's entry: parses, runs one verb, returns its exit code. The only place that
// catches what is thrown: a bug, after which destructors have made the outputs safe.

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>

#include "rig/command/command.h"
#include "rig/command/program.h"

namespace {

// A descriptor 0 to 2 that is closed would be given to the next file or device opened, and text for
// people would end up there.
void open_standard_descriptors() {
  int descriptor = 0;
  while (descriptor >= 0 && descriptor <= 2) descriptor = open("/dev/null", O_RDWR);
  if (descriptor > 2) close(descriptor);
}

// A command line that cannot be read: what is wrong and what there is instead.
std::string usage_text(const CLI::App& app, const CLI::ParseError& error) {
  std::string verbs;
  for (const CLI::App* verb : app.get_subcommands({}))
    verbs += (verbs.empty() ? "" : ", ") + verb->get_name();
  const CLI::App* chosen = nullptr;
  for (const CLI::App* verb : app.get_subcommands()) chosen = verb;
  if (chosen != nullptr)
    return fmt::format("{}: {}: `brewproof {} --help` tells what there is", chosen->get_name(),
                       error.what(), chosen->get_name());
  const std::vector<std::string> words = app.remaining();
  if (words.empty()) return fmt::format("name a verb: {}", verbs);
  return fmt::format("there is no verb \"{}\"; there are: {}", words.front(), verbs);
}

int run(int argc, char** argv) {
  using namespace brewproof;
  CLI::App app{
      "Brewproof drives a coffee machine, captures what it sends, and proves which event emits "
      "which data.",
      "brewproof"};
  app.set_version_flag("--version", program_version());
  app.require_subcommand(1);
  app.fallthrough();
  Invocation invocation;
  app.add_flag("--json", invocation.json, "one JSON object on stdout; text for people on stderr");
  add_demo(app, invocation);
  add_devices(app, invocation);
  add_doctor(app, invocation);
  add_init(app, invocation);
  add_lint(app, invocation);
  add_plan(app, invocation);
  add_run(app, invocation);
  add_act(app, invocation);
  add_safe(app, invocation);
  add_commission(app, invocation);
  add_analyze(app, invocation);
  add_report(app, invocation);
  add_explain(app, invocation);
  add_diff(app, invocation);
  add_verify(app, invocation);
  add_check(app, invocation);
  add_books(app, invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Its text and code (106) are CLI11's own; ours are the table's, and --json has an answer too.
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    invocation.refuse(Error{ErrorCode::usage, usage_text(app, error)});
  }
  invocation.close();
  return static_cast<int>(invocation.exit);
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_descriptors();
  std::signal(SIGPIPE, SIG_IGN);  // a reader that went away is an error of the write, not our end
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "brewproof: internal fault: {}\n", error.what());
  } catch (...) {
    fmt::print(stderr, "brewproof: internal fault\n");
  }
  return static_cast<int>(brewproof::ExitCode::internal);
}
