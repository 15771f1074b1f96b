#include "rig/guardian/guard.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <nlohmann/json.hpp>

#include "rig/bench/bench_file.h"
#include "rig/bench/output_json.h"
#include "rig/bench/rescue.h"
#include "rig/evidence/guardian_log.h"
#include "rig/guardian/bench_lock.h"
#include "rig/guardian/watch.h"
#include "rig/model/sha256.h"
#include "rig/model/stop.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds patience{10'000};        // for a board that is busy or comes back
constexpr milliseconds patience_let_go{1'000};  // the controller has tried already
constexpr milliseconds controller_ends{5'000};

std::atomic<int> signals{0};

void on_term(int) { signals.fetch_add(1, std::memory_order_relaxed); }
void on_emergency(int) { signals.fetch_add(stop_in_emergency, std::memory_order_relaxed); }

// It outlives a terminal's Ctrl-C, Ctrl-Z and hang-up: those are for the controller.
void take_signals() {
  for (const int number : {SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE})
    std::signal(number, SIG_IGN);
  struct sigaction action{};
  action.sa_handler = on_term;
  sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = on_emergency;
  sigaction(SIGUSR1, &action, nullptr);
}

// The parent's own, however often its number is used again: none where it is dead already, which
// the end of the pipe tells.
Descriptor watch_controller(pid_t controller) {
  if (::getppid() != controller) return {};
  Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, controller, 0)));
  return ::getppid() == controller ? std::move(process) : Descriptor();
}

bool wait_for_end(const Descriptor& process) {
  pollfd waiting{process.number(), POLLIN, 0};
  const auto deadline = std::chrono::steady_clock::now() + controller_ends;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::max<long>(left.count(), 0)));
    if (ready > 0) return true;
    if (left.count() <= 0) return false;
  }
}

// Two readers on one port would split the boards' answers, and a stopped controller keeps its USB
// claims: it must be gone before a board is opened.
std::string end_controller(const Alarm& alarm, const Descriptor& controller) {
  if (alarm.let_go) return "let go of the devices";
  if (!controller) return "was gone";
  if (alarm.controller_lives)
    ::syscall(SYS_pidfd_send_signal, controller.number(), SIGKILL, nullptr, 0);
  if (!wait_for_end(controller)) return "does not end, killed or not";
  return alarm.controller_lives ? "was killed" : "ended by itself";
}

std::vector<RescuedDevice> rescue(const Alarm& alarm, const BenchFile& bench, DriverTable drivers,
                                  Clock& clock) {
  signals = 0;  // the next one means: do not wait for the machine
  std::string bug;
  for (int again = 0; again < 3; ++again) {
    try {
      Rescue work(bench, drivers, clock, alarm.let_go ? patience_let_go : patience, signals);
      return alarm.emergency ? work.cut() : work.stop();
    } catch (const std::exception& thrown) {
      bug = thrown.what();  // once more, with devices opened anew
    }
  }
  RescuedDevice unknown;
  unknown.resource = "bench";
  unknown.fault = Error{ErrorCode::host, "internal fault of the guardian: " + bug};
  return {unknown};
}

nlohmann::json device_json(const RescuedDevice& device) {
  nlohmann::json outputs = nlohmann::json::array();
  for (const OutputState& state : device.outputs) outputs.push_back(output_json(state));
  return {{"resource", device.resource},   {"safe", device.safe},
          {"rounds", device.rounds},       {"off_raw_ns", device.off_raw_ns},
          {"outputs", std::move(outputs)}, {"fault", device.fault ? device.fault->message : ""}};
}

int act(const Alarm& alarm, const BenchFile& bench, DriverTable drivers,
        const Descriptor& controller, const BenchLock& lock, GuardianLog& log, Clock& clock) {
  log.note("fired", {{"why", alarm.why}, {"end", alarm.emergency ? "emergency" : "stop"}});
  log.note("controller", {{"what", end_controller(alarm, controller)}});
  lock.tell_making_safe();
  const auto devices = rescue(alarm, bench, drivers, clock);
  const bool safe = std::ranges::all_of(devices, &RescuedDevice::safe);
  std::string faults;
  for (const RescuedDevice& device : devices) {
    log.note("device", device_json(device));
    if (!device.safe && device.fault) faults += "\n  " + device.fault->message;
  }
  log.note("done", {{"safe", safe}});
  log.write();
  fmt::print(stderr, "brewproof-guardian: {}: {}{}\n", alarm.why,
             safe ? "every output is off" : "NOT every output is known to be off:", faults);
  return safe ? 0 : 3;
}

}  // namespace

int guard(const GuardSettings& settings, DriverTable drivers) {
  take_signals();
  const Descriptor controller = watch_controller(settings.controller);
  const BenchLock lock = BenchLock::inherited(settings.lock);
  if (settings.lock >= 0) ::fcntl(settings.lock, F_SETFD, FD_CLOEXEC);
  ::fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
  const auto say = [](const std::string& text) {
    fmt::print("{}\n", text);
    return std::fflush(stdout) == 0;
  };
  const auto bench = read_bench_file(settings.bench, drivers);
  if (!bench) return say(bench.error().message), 2;
  if (!settings.sha256.empty() && sha256(bench->text) != settings.sha256)
    return say(settings.bench + " was changed just now"), 2;

  SystemClock clock;
  GuardianLog log(settings.log, clock);
  log.note("armed", {{"bench", bench->name}, {"controller", settings.controller}});
  log.write();
  (void)say(word::ready);  // a controller that died meanwhile is an alarm like any other
  const auto alarm = wait_for_alarm(STDIN_FILENO, controller, signals);
  if (alarm) return act(*alarm, *bench, drivers, controller, lock, log, clock);
  log.note("dismissed", nlohmann::json::object());
  log.write();
  return 0;
}

}  // namespace brewproof
