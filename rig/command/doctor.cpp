// brewproof doctor: what a bench (or the demo) needs, checked for real, with the mend beside each
// failure.

#include <fmt/core.h>
#include <sys/statvfs.h>
#include <sys/timex.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "drivers/catalogue.h"
#include "rig/bench/bench.h"
#include "rig/command/command.h"
#include "rig/command/program.h"
#include "rig/process/child.h"

namespace brewproof {
namespace {

struct Check {
  enum class State { good, warning, bad };
  std::string what;
  State state = State::good;
  std::string detail;
  std::string mend;
};

// Runs a program that checks something: its first line is the detail.
Check from_output(const std::string& what, const std::string& program,
                  std::vector<std::string> arguments, const std::string& mend) {
  ChildSettings settings;
  settings.program = program;
  settings.arguments = std::move(arguments);
  settings.pipe_stdout = settings.pipe_stderr = true;
  auto child = Child::start(settings);
  if (!child) return {what, Check::State::bad, child.error().message, mend};
  auto output = child->finish(std::chrono::seconds(20));
  if (!output) return {what, Check::State::bad, output.error().message, mend};
  const std::string& said = output->exit.ok() ? output->out : output->err;
  const std::string first = said.substr(0, said.find('\n'));
  if (!output->exit.ok()) return {what, Check::State::bad, first, mend};
  return {what, Check::State::good, first, ""};
}

Check tshark() {
  Check check = from_output("tshark", "tshark", {"--version"}, "apt-get install tshark");
  if (check.state == Check::State::bad) check.state = Check::State::warning;
  return check;
}

Check private_network() {
  return from_output("private network for the demo", program_beside("brewproof-testbed"),
                     {"--no-machine", "--", "true"},
                     "the message names the setting to change; the demo needs mosquitto, "
                     "dnsmasq-base and iproute2");
}

Check disk() {
  struct statvfs fs{};
  if (statvfs(".", &fs) != 0) return {"disk", Check::State::warning, "free space is not known", ""};
  const std::uint64_t mib = fs.f_bavail * fs.f_frsize >> 20;
  return {"disk", mib < 1024 ? Check::State::warning : Check::State::good,
          fmt::format("{} MiB free here", mib),
          mib < 1024 ? "a night of capture may need more" : ""};
}

Check clock_discipline() {
  timex state{};
  const int status = adjtimex(&state);
  const bool disciplined = status >= 0 && status != TIME_ERROR;
  return {"clock", disciplined ? Check::State::good : Check::State::warning,
          disciplined ? fmt::format("disciplined, error at most {} ms", state.maxerror / 1000)
                      : "not disciplined by NTP or PTP",
          disciplined ? ""
                      : "apt-get install chrony; packet and machine times cannot be compared with "
                        "others' otherwise"};
}

// What brewproof-capture says of the interface, as a person reads it.
Check capture(const BenchFile& bench) {
  const std::string what = "capture on " + bench.capture_interface;
  ChildSettings settings;
  settings.program = program_beside("brewproof-capture");
  settings.arguments = {"--check", bench.capture_interface};
  settings.pipe_stdout = settings.pipe_stderr = true;
  auto child = Child::start(settings);
  if (!child) return {what, Check::State::bad, child.error().message, "build it"};
  auto output = child->finish(std::chrono::seconds(10));
  if (!output) return {what, Check::State::bad, output.error().message, ""};
  const auto said = nlohmann::json::parse(output->out, nullptr, false);
  if (!said.is_object()) return {what, Check::State::bad, output->err, ""};
  if (!said.value("ok", false)) return {what, Check::State::bad, said.value("text", ""), ""};

  std::string offloads;
  for (const auto& offload : said["offloads"]) offloads += " " + offload.get<std::string>();
  if (!offloads.empty())
    return {what, Check::State::warning, "offloads are on:" + offloads,
            "they glue packets together and show bad checksums: ethtool -K " +
                bench.capture_interface + " tso off gso off gro off tx off rx off"};
  const auto macs = said["macs"].get<std::vector<std::string>>();
  for (const std::string& mac : bench.dut_macs)
    if (std::ranges::find(macs, mac) == macs.end())
      return {what, Check::State::warning, "up; the machine's " + mac + " sent nothing just now",
              "switch the machine on, or look whether its cable ends at this interface"};
  return {what, Check::State::good, "up, and the machine is heard", ""};
}

void bench_checks(const std::string& path, std::vector<Check>& checks) {
  auto bench_file = read_bench_file(path, driver_table());
  if (!bench_file) {
    checks.push_back(
        {"bench file", Check::State::bad, bench_file.error().message, "mend the file"});
    return;
  }
  checks.push_back({"bench file", Check::State::good, bench_file->name, ""});
  if (!bench_file->capture_interface.empty()) checks.push_back(capture(*bench_file));
  SystemClock clock;
  for (const auto& [name, resource] : bench_file->resources) {
    for (const DriverEntry* driver : driver_table()) {
      if (driver->name != resource.driver) continue;
      auto device = driver->open(resource, {clock, {}});
      checks.push_back(
          device ? Check{"resource " + name, Check::State::good, (*device)->identity(), ""}
                 : Check{"resource " + name, Check::State::bad, device.error().message,
                         "look at " + resource.place});
    }
  }
}

std::string state_word(Check::State state) {
  return state == Check::State::good ? "ok" : state == Check::State::warning ? "note" : "FAILS";
}

void doctor(const std::string& bench, Invocation& invocation) {
  std::vector<Check> checks;
  if (bench.empty())
    checks.push_back(private_network());
  else
    bench_checks(bench, checks);
  checks.push_back(tshark());
  checks.push_back(disk());
  checks.push_back(clock_discipline());

  nlohmann::json lines = nlohmann::json::array();
  for (const Check& check : checks) {
    invocation.say(fmt::format("{:<6} {}{}{}", state_word(check.state), check.what,
                               check.detail.empty() ? "" : ": " + check.detail,
                               check.state == Check::State::good || check.mend.empty()
                                   ? ""
                                   : "\n       mend: " + check.mend));
    lines.push_back({{"what", check.what},
                     {"state", state_word(check.state)},
                     {"detail", check.detail},
                     {"mend", check.mend}});
    if (check.state == Check::State::bad) invocation.exit = ExitCode::bench;
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
