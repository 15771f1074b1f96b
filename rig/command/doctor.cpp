// brewproof doctor: what a bench (or the demo) needs, checked for real, with the mend beside each
// failure.

#include <fmt/core.h>

#include <memory>

#include "drivers/catalogue.h"
#include "rig/command/command.h"
#include "rig/command/doctor/check.h"

namespace brewproof {
namespace {

std::string state_word(Check::State state) {
  return state == Check::State::good ? "ok" : state == Check::State::note ? "note" : "FAILS";
}

// Each line of the mend on a line of its own, so that a command may be copied.
std::string indented(const std::string& text) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    out += "\n         " + text.substr(begin, end - begin);
    begin = end + 1;
  }
  return out;
}

void add(Checks& all, const Checks& more) { all.insert(all.end(), more.begin(), more.end()); }

Checks bench_checks(const BenchFile& bench) {
  Checks checks{{"bench file", Check::State::good, bench.name, ""}};
  add(checks, permission_checks(bench, driver_table()));
  add(checks, device_checks(bench, driver_table()));
  if (!bench.capture_interface.empty()) add(checks, capture_checks(bench));
  checks.push_back(paths_check(bench));
  return checks;
}

void doctor(const std::string& path, Invocation& invocation) {
  Checks checks;
  if (path.empty()) {
    checks.push_back(private_network_check());
  } else if (auto bench = read_bench_file(path, driver_table())) {
    add(checks, bench_checks(*bench));
  } else {
    checks.push_back({"bench file", Check::State::bad, bench.error().message, "mend the file"});
    invocation.exit = ExitCode::usage;
  }
  const bool unreadable = invocation.exit == ExitCode::usage;
  add(checks, host_checks());

  nlohmann::json lines = nlohmann::json::array();
  for (std::size_t i = 0; i < checks.size(); ++i) {
    const Check& check = checks[i];
    const bool mend = check.state != Check::State::good && !check.mend.empty();
    invocation.say(fmt::format("{:<6} {}{}{}", state_word(check.state), check.what,
                               check.detail.empty() ? "" : ": " + check.detail,
                               mend ? "\n       mend:" + indented(check.mend) : ""));
    lines.push_back({{"what", check.what},
                     {"state", state_word(check.state)},
                     {"detail", check.detail},
                     {"mend", check.mend}});
    if (check.state == Check::State::bad && !(unreadable && i == 0))
      invocation.exit = ExitCode::bench;
  }
  invocation.answer({{"checks", lines}});
}

}  // namespace

void add_doctor(CLI::App& app, Invocation& invocation) {
  CLI::App* verb =
      app.add_subcommand("doctor", "check what a bench or the demo needs, with the mend for each");
  auto bench = std::make_shared<std::string>();
  verb->add_option("--bench", *bench, "bench file (default: check what the demo needs)");
  verb->callback([bench, &invocation] { doctor(*bench, invocation); });
}

}  // namespace brewproof
