#include <sys/statvfs.h>
#include <sys/timex.h>

#include "rig/command/doctor/check.h"
#include "rig/process/child.h"

namespace brewproof {
namespace {

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
  Check check = from_output("tshark", "tshark", {"--version"}, "sudo apt-get install tshark");
  if (check.state == Check::State::bad) check.state = Check::State::note;
  return check;
}

Check disk() {
  struct statvfs fs{};
  if (::statvfs(".", &fs) != 0) return {"disk", Check::State::note, "free space is not known", ""};
  const std::uint64_t mib = std::uint64_t{fs.f_bavail} * fs.f_frsize >> 20;
  const bool enough = mib >= 1024;
  return {"disk", enough ? Check::State::good : Check::State::note,
          fmt::format("{} MiB free here", mib),
          enough ? "" : "a night of capture may need more: make room, or give --out another disk"};
}

Check clock_discipline() {
  timex state{};
  const int status = ::adjtimex(&state);
  if (status >= 0 && status != TIME_ERROR)
    return {"clock", Check::State::good,
            fmt::format("disciplined, error at most {} ms", state.maxerror / 1000), ""};
  return {"clock", Check::State::note, "not disciplined by NTP or PTP",
          "sudo apt-get install chrony\nwithout it packet and machine times cannot be compared "
          "with others'"};
}

}  // namespace

Check private_network_check() {
  return from_output("private network for the demo", program_beside("brewproof-testbed"),
                     {"--no-machine", "--", "true"},
                     "the message names the setting to change; the demo needs mosquitto, "
                     "dnsmasq-base and iproute2");
}

Checks host_checks() { return {tshark(), disk(), clock_discipline()}; }

}  // namespace brewproof
