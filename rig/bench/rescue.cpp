#include "rig/bench/rescue.h"

#include <algorithm>

#include "rig/bench/condition.h"
#include "rig/bench/open_device.h"
#include "rig/bench/sense.h"

namespace brewproof {
namespace {

constexpr int most_rounds = 3;
constexpr std::int64_t between_rounds_ns = 20'000'000;

bool hurts_when_cut(const ControlConfig& control) {
  return control.drives == ControlConfig::Drives::pump ||
         control.drives == ControlConfig::Drives::mains;
}

}  // namespace

// A board or a payment reader, and how far it is.
struct Rescue::Work {
  RescuedDevice account;
  std::vector<const ControlConfig*> controls;
  bool done = false;
};

Rescue::Rescue(const BenchFile& file, DriverTable drivers, Clock& clock,
               std::chrono::milliseconds patience, const std::atomic<int>& hurry)
    : file_(file), drivers_(drivers), clock_(clock), patience_(patience), hurry_(hurry) {
  for (const std::string& name : file.safe_order) work_on(name);
  for (const auto& [name, control] : file.controls)
    if (control.kind == ControlConfig::Kind::output || control.kind == ControlConfig::Kind::reader)
      work_on(control.resource).controls.push_back(&control);
}

Rescue::~Rescue() = default;

Rescue::Work& Rescue::work_on(const std::string& resource) {
  for (const auto& work : works_)
    if (work->account.resource == resource) return *work;
  works_.push_back(std::make_unique<Work>());
  works_.back()->account.resource = resource;
  return *works_.back();
}

std::vector<RescuedDevice> Rescue::cut() {
  make_safe(false);
  return result();
}

std::vector<RescuedDevice> Rescue::stop() {
  const bool may_wait =
      std::ranges::any_of(file_.controls, [](const auto& c) { return hurts_when_cut(c.second); });
  if (!may_wait) return cut();
  make_safe(true);
  if (something_runs()) let_it_finish();
  return cut();
}

// All of them once, then those again that are not safe yet: none waits for another one's trouble.
void Rescue::make_safe(bool wait_for_brew) {
  const std::int64_t deadline = clock_.now().raw_ns + patience_.count() * 1'000'000;
  for (const auto& work : works_) {
    work->done = false;
    work->account.rounds = 0;
  }
  while (true) {
    for (const auto& work : works_)
      if (!work->done) attempt(*work, wait_for_brew);
    const bool all = std::ranges::all_of(works_, [](const auto& work) { return work->done; });
    if (all || clock_.now().raw_ns >= deadline) return;
    clock_.sleep_until(std::min(clock_.now().raw_ns + between_rounds_ns, deadline));
  }
}

void Rescue::attempt(Work& work, bool wait_for_brew) {
  const auto failed = [&](const Error& error) { work.account.fault = error; };
  work.account.safe = false;
  const bool waits_here = std::ranges::any_of(
      work.controls, [&](const auto* control) { return waits(*control, wait_for_brew); });
  auto device = opened(work.account.resource, !waits_here);
  if (!device) return failed(device.error());
  ++work.account.rounds;
  auto done = command_off(work, wait_for_brew);
  if (done) {
    work.account.off_raw_ns = clock_.now().raw_ns;
    done = read_back(work, wait_for_brew);
  }
  if (done) {
    work.account.safe = work.done = true;
    work.account.fault.reset();
    return;
  }
  failed(done.error());
  // What is gone may come back under its name, and is opened anew; what contradicts is asked
  // thrice.
  if (done.error().code == ErrorCode::io) devices_.erase(work.account.resource);
  work.done = done.error().code != ErrorCode::io && work.account.rounds >= most_rounds;
}

Result<void> Rescue::command_off(Work& work, bool wait_for_brew) {
  Device& device = *devices_.at(work.account.resource);
  if (PaymentReader* reader = device.as_payment_reader())
    if (auto closed = reader->deny(); !closed) return pass_on(std::move(closed));
  Switch* board = device.as_switch();
  if (board == nullptr) return {};
  const bool all = std::ranges::none_of(
      work.controls, [&](const auto* control) { return waits(*control, wait_for_brew); });
  if (all) {
    auto sent = board->all_off();
    return sent ? Result<void>() : pass_on(std::move(sent));
  }
  std::optional<Error> first;
  for (const ControlConfig* control : work.controls) {
    if (waits(*control, wait_for_brew)) continue;
    if (auto sent = board->set(control->channel, false); !sent && !first) first = sent.error();
  }
  return first ? Result<void>(tl::unexpected(*first)) : Result<void>();
}

Result<void> Rescue::read_back(Work& work, bool wait_for_brew) {
  Switch* board = devices_.at(work.account.resource)->as_switch();
  work.account.outputs.clear();
  std::optional<Error> first;
  for (const ControlConfig* control : work.controls) {
    if (board == nullptr || control->kind != ControlConfig::Kind::output) continue;
    auto reported = board->read(control->channel);
    if (!reported && !first) first = reported.error();
    work.account.outputs.push_back(
        {control->resource, control->channel, reported.value_or(std::nullopt)});
    const bool is_on = reported && reported->value_or(false);
    if (is_on && !waits(*control, wait_for_brew) && !first)
      first = Error{ErrorCode::interlock,
                    fmt::format("{}/{} was commanded off and the board reports on: the relay may "
                                "be stuck; switch the machine off at the wall",
                                control->resource, control->channel)};
  }
  return first ? Result<void>(tl::unexpected(*first)) : Result<void>();
}

bool Rescue::waits(const ControlConfig& control, bool wait_for_brew) const {
  return wait_for_brew && control.kind == ControlConfig::Kind::output && hurts_when_cut(control);
}

// A pump or the mains is on, or may be: what a board cannot tell is waited for.
bool Rescue::something_runs() {
  for (const auto& work : works_)
    for (const OutputState& output : work->account.outputs)
      for (const ControlConfig* control : work->controls)
        if (control->channel == output.channel && hurts_when_cut(*control) &&
            output.reported.value_or(true))
          return true;
  return false;
}

// Without a `ready` condition, or without its meter, the whole time is left to the machine.
void Rescue::let_it_finish() {
  const std::int64_t deadline = clock_.now().raw_ns + file_.finish.count();
  const Wait wait = [&](std::int64_t raw_ns) -> Result<void> {
    while (clock_.now().raw_ns < raw_ns) {
      if (hurry_.load() != 0) return fail(ErrorCode::interrupted, "told not to wait");
      clock_.sleep_until(std::min(raw_ns, clock_.now().raw_ns + between_rounds_ns));
    }
    return {};
  };
  const Measure look = [&](const std::string& control) -> Result<Meter::Reading> {
    const ControlConfig& config = file_.controls.at(control);
    auto device = opened(config.resource, false);
    if (!device) return pass_on(std::move(device));
    auto reading = measure(**device, config, clock_);
    if (!reading && reading.error().code == ErrorCode::io) devices_.erase(config.resource);
    return reading;
  };
  if (file_.ready.empty())
    (void)wait(deadline);
  else  // met, not met in time, or told to hurry: the outputs go off now in any case
    (void)wait_until_met(file_.ready, look, clock_, wait, deadline);
}

Result<Device*> Rescue::opened(const std::string& resource, bool off_first) {
  if (const auto found = devices_.find(resource); found != devices_.end())
    return found->second.get();
  auto device =
      open_device(file_.resources.at(resource), drivers_, {clock_, {}, &buses_, off_first});
  if (!device) return pass_on(std::move(device));
  return (devices_[resource] = std::move(*device)).get();
}

std::vector<RescuedDevice> Rescue::result() const {
  std::vector<RescuedDevice> all;
  all.reserve(works_.size());
  for (const auto& work : works_) all.push_back(work->account);
  return all;
}

}  // namespace brewproof
