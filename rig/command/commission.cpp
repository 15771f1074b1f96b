// brewproof commission: each control once, and did the machine take part? Writes the record that
// `run` holds the bench against.

#include <fmt/core.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>

#include "drivers/catalogue.h"
#include "rig/bench/bench.h"
#include "rig/command/bench_work.h"
#include "rig/command/command.h"
#include "rig/command/commissioning.h"
#include "rig/command/emergency_trial.h"
#include "rig/command/may_go_on.h"
#include "rig/command/stays_awake.h"
#include "rig/command/stop_request.h"
#include "rig/command/verb.h"
#include "rig/evidence/bench_log.h"
#include "rig/evidence/run_folder.h"
#include "rig/guardian/bench_lock.h"
#include "rig/guardian/guardian.h"
#include "rig/model/sha256.h"
#include "rig/procedure/act.h"

namespace brewproof {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t effect_within_ns = 5 * second_ns;   // of a press, on a sensor
constexpr std::int64_t ready_within_ns = 600 * second_ns;  // after a press
constexpr std::int64_t reader_within_ns = 10 * second_ns;  // until the machine polls the reader
constexpr double no_watts = 1.0;                           // what a machine without mains draws

struct CommissionArguments {
  std::string bench, bench_log, confirm_by, operator_name;
};

// Operstate as the kernel tells it to this network namespace, which /sys does not.
bool link_is_up(const std::string& interface) {
  ifreq request{};
  std::strncpy(request.ifr_name, interface.c_str(), IFNAMSIZ - 1);
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool told = ioctl(fd, SIOCGIFFLAGS, &request) == 0;
  close(fd);
  return told && (request.ifr_flags & IFF_RUNNING) != 0;
}

class Commissioning {
 public:
  Commissioning(const BenchFile& file, Bench& bench, Guardian& guardian, BenchLog& log,
                const std::string& person, const std::map<std::string, std::string>& emergency,
                const Invocation& invocation, Clock& clock)
      : file_(file),
        bench_(bench),
        guardian_(guardian),
        log_(log),
        person_(person),
        emergency_(emergency),
        invocation_(invocation),
        clock_(clock) {}

  Result<CommissioningRecord> go() {
    record_.bench = file_.name;
    record_.at_ns = clock_.now().real_ns;
    const auto identities = bench_.identities();
    for (const auto& [name, place] : places_of(file_))
      record_.boards[name] = {file_.resources.at(name).driver,
                              identities.contains(name) ? identities.at(name) : "", place};
    for (const auto& [name, control] : file_.controls) {
      auto tried = one(control);
      if (!tried) return pass_on(std::move(tried));
      record_.controls[name] = {wiring_of(control), tried->empty() ? "failed" : "confirmed",
                                *tried};
      invocation_.say(
          fmt::format("{:<10} {}", name,
                      tried->empty() ? "FAILED: nothing happened" : "confirmed by " + *tried));
    }
    if (record_.power_off.empty()) record_.power_off = "skipped: no control has `drives: mains`";
    invocation_.say(fmt::format("{:<10} {}", "power off", record_.power_off));
    return std::move(record_);
  }

 private:
  // Who confirmed it; "" = nobody.
  Result<std::string> one(const ControlConfig& control) {
    switch (control.kind) {
      case ControlConfig::Kind::meter:
      case ControlConfig::Kind::input: {
        if (control.watched) return emergency_.at(control.name);
        auto reading = bench_.measure(control.name);
        if (!reading) return pass_on(std::move(reading));
        return fmt::format("its reading, {:.4g}", reading->value);
      }
      case ControlConfig::Kind::reader:
        return reader(control);
      case ControlConfig::Kind::output:
        return output(control);
    }
    return std::string();
  }

  // The machine polls the reader and has enabled it: the two are wired to each other.
  Result<std::string> reader(const ControlConfig& control) {
    const std::int64_t deadline = clock_.now().raw_ns + reader_within_ns;
    while (true) {
      auto state = bench_.reader(control.name)->state();
      if (!state) return pass_on(std::move(state));
      if (*state == PaymentReader::State::enabled)
        return std::string("the machine, which enabled it");
      if (clock_.now().raw_ns >= deadline) return std::string();
      if (auto waited = wait(clock_.now().raw_ns + glance_ns); !waited)
        return pass_on(std::move(waited));
    }
  }

  Result<std::string> output(const ControlConfig& control) {
    auto ready = wait_for_ready(ready_within_ns);
    if (!ready) return pass_on(std::move(ready));
    if (!*ready)
      return fail(ErrorCode::timeout, "{}: the machine is not ready: {}", control.place,
                  "commissioning begins with one that waits for a person");
    if (auto said = log_.note("intent", {{"action", "commission"}, {"control", control.name}});
        !said)
      return pass_on(std::move(said));
    seen_ = Seen{};
    watching_ = true;
    auto pressed = bench_.press(control.name, [this](std::int64_t raw_ns) { return wait(raw_ns); });
    if (!pressed) return pass_on(std::move(pressed));
    const bool is_power = control.drives == ControlConfig::Drives::mains;
    auto confirmed = is_power ? power(control) : effect(control);
    watching_ = false;
    if (!confirmed) return confirmed;
    if (auto said = log_.note(
            "outcome",
            {{"action", "commission"}, {"control", control.name}, {"confirmed_by", *confirmed}});
        !said)
      return pass_on(std::move(said));
    return confirmed;
  }

  // A press takes the machine out of the state that the bench file calls ready; a sham's does not.
  // What no sensor can see, a person sees.
  Result<std::string> effect(const ControlConfig& control) {
    if (!file_.ready.empty()) {
      if (auto waited = wait(clock_.now().raw_ns + effect_within_ns); !waited)
        return pass_on(std::move(waited));
      if (seen_.left_ready != control.for_sham) return file_.ready.front().control;
      if (control.for_sham) return std::string();
    }
    if (person_.empty()) return std::string();
    return asked(fmt::format("{} was pressed. Did the machine {} it?", control.name,
                             control.for_sham ? "ignore" : "do"));
  }

  Result<std::string> power(const ControlConfig& control) {
    std::string lacks;
    if (file_.network.capture.empty()) lacks = "no capture interface";
    const std::string watts = power_meter();
    if (watts.empty()) lacks += (lacks.empty() ? "" : " and ") + std::string("no power meter");
    if (auto waited = wait(clock_.now().raw_ns + effect_within_ns); !waited)
      return pass_on(std::move(waited));
    const bool link = file_.network.capture.empty() || seen_.link_down;
    const bool drew_nothing = watts.empty() || seen_.no_watts;
    if (file_.network.capture.empty() && watts.empty()) {
      record_.power_off = "skipped: " + lacks;
      return person_.empty() ? std::string()
                             : asked(control.name + " was pressed. Did the machine go off?");
    }
    record_.power_off = !link ? "failed: the link of " + file_.network.capture + " stayed up"
                        : !drew_nothing ? "failed: the machine went on drawing power"
                        : lacks.empty() ? "confirmed"
                                        : "confirmed in part: " + lacks;
    return link && drew_nothing ? std::string("link and watts") : std::string();
  }

  [[nodiscard]] std::string power_meter() const {
    for (const auto& [name, control] : file_.controls)
      if (control.kind == ControlConfig::Kind::meter && control.quantity == "power") return name;
    return "";
  }

  Result<std::string> asked(const std::string& question) {
    fmt::print(stderr, "{} [y/n] ", question);
    std::fflush(stderr);
    std::setvbuf(stdin, nullptr, _IONBF, 0);  // or poll does not see what was read ahead
    for (;;) {
      if (auto there = wait_for_input(); !there) return pass_on(std::move(there));
      std::string line;
      if (!std::getline(std::cin, line)) break;
      if (line == "y" || line == "yes") return person_;
      if (line == "n" || line == "no") return std::string();
      fmt::print(stderr, "y or n: ");
    }
    return fail(ErrorCode::interrupted, "nobody answered: {} is to sit at the terminal", person_);
  }

  // A person may take minutes: the guardian is told meanwhile that nothing hangs.
  Result<void> wait_for_input() {
    constexpr int glance_ms = 200;
    pollfd input{STDIN_FILENO, POLLIN, 0};
    do {
      if (auto allowed = may_go_on(guardian_); !allowed) return allowed;
    } while (poll(&input, 1, glance_ms) == 0);
    return {};
  }

  Result<bool> wait_for_ready(std::int64_t within_ns) {
    auto met = wait_for(
        file_.ready, bench_, clock_, [this](std::int64_t raw_ns) { return wait(raw_ns); },
        clock_.now().raw_ns + within_ns);
    if (!met) return pass_on(std::move(met));
    return met->has_value();
  }

  // Looks at the sensors while it waits, also in the middle of a press.
  Result<void> wait(std::int64_t raw_ns) {
    while (clock_.now().raw_ns < raw_ns) {
      if (auto allowed = may_go_on(guardian_); !allowed) return allowed;
      if (watching_) look();
      clock_.sleep_until(std::min(raw_ns, clock_.now().raw_ns + glance_ns));
    }
    return {};
  }

  void look() {
    for (const Condition& condition : file_.ready) {
      const auto reading = bench_.measure(condition.control);
      if (!reading) continue;  // a meter that the machine's mains feeds is silent while it is off
      seen_.left_ready = seen_.left_ready ||
                         (condition.above && reading->value <= *condition.above) ||
                         (condition.below && reading->value >= *condition.below);
    }
    if (const std::string watts = power_meter(); !watts.empty())
      if (const auto reading = bench_.measure(watts); reading && reading->value < no_watts)
        seen_.no_watts = true;
    if (!file_.network.capture.empty() && !link_is_up(file_.network.capture))
      seen_.link_down = true;
  }

  struct Seen {
    bool left_ready = false, no_watts = false, link_down = false;
  };

  const BenchFile& file_;
  Bench& bench_;
  Guardian& guardian_;
  BenchLog& log_;
  const std::string person_;
  const std::map<std::string, std::string>& emergency_;  // who pressed which
  const Invocation& invocation_;
  Clock& clock_;
  CommissioningRecord record_;
  bool watching_ = false;
  Seen seen_;
};

// The guardian leaves only when every output was read back as off.
Result<CommissioningRecord> on_bench(const BenchFile& file, Guardian& guardian, BenchLog& log,
                                     const CommissionArguments& arguments,
                                     const Invocation& invocation, Clock& clock) {
  auto pressed = try_emergency_inputs(file, arguments.confirm_by, clock,
                                      [&guardian] { return may_go_on(guardian); });
  if (!pressed) return pass_on(std::move(pressed));
  const auto inputs = watch_emergency(file, clock);
  if (!inputs) return tl::unexpected(inputs.error());
  auto bench = Bench::open(file, driver_table(), clock, {}, guardian.on_for());
  if (!bench) return pass_on(std::move(bench));
  if (auto safe = (*bench)->make_safe(); !safe) return pass_on(std::move(safe));
  auto record =
      Commissioning(file, **bench, guardian, log, arguments.confirm_by, *pressed, invocation, clock)
          .go();
  auto safe = (*bench)->make_safe();
  if (safe) guardian.dismiss();
  if (record && !safe) return pass_on(std::move(safe));
  return record;
}

Result<void> commission(const CommissionArguments& arguments, Invocation& invocation) {
  auto file = read_bench_file(arguments.bench, driver_table());
  if (!file) return pass_on(std::move(file));
  if (file->ready.empty() && arguments.confirm_by.empty())
    return fail(ErrorCode::usage,
                "{} has no `ready` condition, so no sensor can tell what a press did: name who "
                "watches the machine and answers: --confirm-by NAME",
                arguments.bench);
  auto lock = BenchLock::take(arguments.bench, "brewproof commission");
  if (!lock) return pass_on(std::move(lock));
  SystemClock clock;
  const std::string log_path = bench_log_of(*file, arguments.bench_log);
  const std::string path = commissioning_path(log_path);
  auto log = BenchLog::open(log_path, clock);
  if (!log) return pass_on(std::move(log));
  nlohmann::json keys = work_keys(*file, arguments.operator_name, path);
  keys["confirm_by"] = arguments.confirm_by;
  if (auto begun = log->begin("commission", work_id(*file, "commission", clock), keys); !begun)
    return begun;

  auto record = [&]() -> Result<CommissioningRecord> {
    const StaysAwake awake(false);
    auto guardian = Guardian::start(*file, *lock, stop_requests(), {});
    if (!guardian) return pass_on(std::move(guardian));
    return on_bench(*file, *guardian, *log, arguments, invocation, clock);
  }();
  if (!record) {
    const bool asked = record.error().code == ErrorCode::interrupted;
    if (auto ended = log->end(asked ? "aborted" : "rig_fault", nlohmann::json::object()); !ended)
      return ended;
    return pass_on(std::move(record));
  }
  record->by = keys["operator"];
  const std::string text = commissioning_json(*record);
  if (auto written = write_file_whole(path, text); !written) return written;
  if (auto ended =
          log->end("completed", {{"passed", record->passed()}, {"record_sha256", sha256(text)}});
      !ended)
    return ended;
  invocation.say((record->passed() ? "Commissioned: " : "NOT commissioned: ") + path);
  invocation.answer(nlohmann::json::parse(text));
  if (!record->passed()) invocation.exit = ExitCode::expectation_failed;
  return {};
}

}  // namespace

void add_commission(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "commission",
            "prove that each control of a bench reaches this machine, and keep a record");
  auto arguments = std::make_shared<CommissionArguments>();
  verb.text("--bench", arguments->bench, "bench file", Verb::Need::required);
  verb.text("--confirm-by", arguments->confirm_by,
            "who watches the machine and answers where no sensor can see");
  verb.text("--operator", arguments->operator_name, "who does it (default: login name)");
  verb.text("--bench-log", arguments->bench_log,
            "log of all that is done on this bench (default: beside the bench file)");
  verb.action([arguments, &invocation] {
    if (auto done = commission(*arguments, invocation); !done) invocation.refuse(done.error());
  });
}

}  // namespace brewproof
