// brewproof doctor: what a bench (or the demo) needs, checked for real, with the mend beside each
// failure.

#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "drivers/catalogue.h"
#include "rig/command/command.h"
#include "rig/command/doctor/check.h"
#include "rig/command/doctor/set_up.h"
#include "rig/command/verb.h"
#include "rig/network/held_network.h"

namespace brewproof {
namespace {

struct DoctorArguments {
  std::string bench;
  bool set_up = false, take_down = false, at_end_of_input = false;
};

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
  add(checks, reach_checks(bench));
  if (!bench.network.capture.empty()) add(checks, capture_checks(bench));
  add(checks, gateway_checks(bench));
  add(checks, paths_checks(bench));
  return checks;
}

void tell(const Checks& checks, const Invocation& invocation) {
  for (const Check& check : checks) {
    const bool mend = check.state != Check::State::good && !check.mend.empty();
    invocation.say(fmt::format("{:<6} {}{}{}", state_word(check.state), check.what,
                               check.detail.empty() ? "" : ": " + check.detail,
                               mend ? "\n       mend:" + indented(check.mend) : ""));
  }
}

nlohmann::json checks_json(const Checks& checks) {
  nlohmann::json lines = nlohmann::json::array();
  for (const Check& check : checks)
    lines.push_back({{"what", check.what},
                     {"state", state_word(check.state)},
                     {"detail", check.detail},
                     {"mend", check.mend}});
  return {{"checks", lines}};
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
  add(checks, holder_checks());
  add(checks, host_checks());
  tell(checks, invocation);
  invocation.answer(checks_json(checks));
  const bool bad = std::ranges::any_of(
      checks, [](const Check& check) { return check.state == Check::State::bad; });
  if (bad && invocation.exit == ExitCode::done) invocation.exit = ExitCode::bench;
}

Result<void> set_up(const std::string& path, Invocation& invocation) {
  auto bench = read_bench_file(path, driver_table());
  if (!bench) return pass_on(std::move(bench));
  bool stood = false;
  auto done = hold_network(*bench, [&](const Checks& checks) {
    tell(checks, invocation);
    invocation.say(fmt::format("The network stands (mode {}). Ctrl-C takes it down.",
                               text_of(bench->network.mode)));
    invocation.answer(checks_json(checks));
    stood = true;
  });
  if (done) invocation.say("The network is taken down.");
  if (done || !stood) return done;
  // The one JSON object is out already.
  fmt::print(stderr, "brewproof: {}\n", done.error().message);
  invocation.exit = exit_code(done.error().code);
  return {};
}

Result<void> take_down(const Invocation& invocation) {
  auto done = take_down_left();
  if (!done) return pass_on(std::move(done));
  invocation.say(*done ? "The network is taken down." : "No network is set up here.");
  invocation.answer({{"taken_down", *done}});
  return {};
}

}  // namespace

void add_doctor(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "doctor", "check what a bench or the demo needs, with the mend for each");
  auto asked = std::make_shared<DoctorArguments>();
  verb.text("--bench", asked->bench, "bench file (default: check what the demo needs)");
  verb.flag("--set-up", asked->set_up,
            "set up the machine's network as network.mode says, and hold it until Ctrl-C");
  verb.needs("--set-up", "--bench");
  verb.flag("--take-down", asked->take_down, "remove the network that a killed --set-up left");
  verb.excludes("--take-down", "--set-up");
  verb.flag("--at-end-of-input", asked->at_end_of_input, "");
  verb.hide("--at-end-of-input");  // the keeper's
  verb.action([asked, &invocation] {
    Result<void> done;
    if (asked->set_up)
      done = set_up(asked->bench, invocation);
    else if (asked->take_down)
      done = asked->at_end_of_input ? take_down_later() : take_down(invocation);
    else
      doctor(asked->bench, invocation);
    if (!done) invocation.refuse(done.error());
  });
}

}  // namespace brewproof
