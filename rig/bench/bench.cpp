#include "rig/bench/bench.h"

#include <algorithm>

#include "rig/bench/control_file.h"
#include "rig/bench/open_device.h"
#include "rig/bench/sense.h"

namespace brewproof {
namespace {

// How much later than commanded a board's own timer may open the contact.
constexpr std::chrono::milliseconds board_clock_slack{50};
// Until a contact that was closed for its `max_on` has been read back as open.
constexpr std::chrono::milliseconds read_back_grace{500};

// An output that is on. Goes off in the destructor on every way out.
class OutputLease {
 public:
  OutputLease(Switch& board, int channel) : board_(board), channel_(channel) {}
  ~OutputLease() {
    if (held_ && !board_.set(channel_, false)) (void)board_.all_off();
  }
  OutputLease(const OutputLease&) = delete;
  OutputLease& operator=(const OutputLease&) = delete;

  Result<Sent> release() {
    auto sent = board_.set(channel_, false);
    held_ = !sent;  // a failed command is tried once more, by the destructor
    return sent;
  }
  /// The board itself has switched off.
  void was_ended() { held_ = false; }

 private:
  Switch& board_;
  int channel_;
  bool held_ = true;
};

tl::unexpected<Error> mismatch(const ControlConfig& control, bool commanded) {
  return fail(ErrorCode::interlock,
              "{}/{} was commanded {} and the board reports {}: the relay may be stuck, or another "
              "program uses the board",
              control.resource, control.channel, commanded ? "on" : "off",
              commanded ? "off" : "on");
}

struct ReadBackState {
  std::optional<bool> on;
  Bracket at;
};

Result<ReadBackState> read_back(Switch& board, const ControlConfig& control, const Clock& clock) {
  const Instant asked = clock.now();
  auto reported = board.read(control.channel);
  if (!reported) return pass_on(std::move(reported));
  return ReadBackState{*reported, {asked, clock.now()}};
}

Result<ReadBackState> expect_state(Switch& board, const ControlConfig& control, bool on,
                                   const Clock& clock) {
  auto reported = read_back(board, control, clock);
  if (reported && reported->on && *reported->on != on) return mismatch(control, on);
  return reported;
}

bool fits(Device& device, const ControlConfig& control) {
  switch (control.kind) {
    case ControlConfig::Kind::output:
      return device.as_switch() != nullptr;
    case ControlConfig::Kind::input:
      return device.as_input() != nullptr;
    case ControlConfig::Kind::reader:
      return device.as_payment_reader() != nullptr;
    case ControlConfig::Kind::meter:
      break;
  }
  return device.as_meter() != nullptr;
}

}  // namespace

Bench::Bench(const BenchFile& file, Clock& clock, OnFor on_for)
    : file_(file), clock_(clock), on_for_(std::move(on_for)), interlock_(file) {}

Bench::~Bench() { (void)make_safe(); }

Result<std::unique_ptr<Bench>> Bench::open(const BenchFile& file, DriverTable drivers, Clock& clock,
                                           ExchangeSink record, OnFor on_for) {
  std::unique_ptr<Bench> bench(new Bench(file, clock, std::move(on_for)));
  const DriverContext context{clock, std::move(record), &bench->buses_};
  for (const auto& [name, resource] : file.resources) {
    if (is_apart(file, name)) continue;
    auto device = open_device(resource, drivers, context);
    if (!device) return pass_on(std::move(device));
    bench->devices_[name] = std::move(*device);
    if (offers(resource, "machine", drivers)) bench->machine_lines_.push_back(name);
  }
  for (const auto& [name, control] : file.controls) {
    if (!control.watched && !fits(*bench->devices_.at(control.resource), control))
      return fail(ErrorCode::bad_file, "{}: control {}: driver {} does not offer that capability",
                  control.place, name, file.resources.at(control.resource).driver);
  }
  for (const auto& [name, mark] : bench->marks()) {
    const ControlConfig& control = file.controls.at(name);
    if (mark == Mark::unguarded && control.drives != ControlConfig::Drives::button)
      return fail(ErrorCode::bad_file,
                  "{}: control {} must not be unguarded, and its board cannot time a press of {} "
                  "ms: take `guardian: off` out",
                  control.place, name, control.press.count());
  }
  return bench;
}

Switch* Bench::switch_of(const std::string& resource) {
  const auto device = devices_.find(resource);
  return device == devices_.end() ? nullptr : device->second->as_switch();
}

Result<std::vector<OutputState>> Bench::make_safe() {
  std::vector<std::string> order = file_.safe_order;
  for (const auto& [name, device] : devices_)
    if (std::ranges::find(order, name) == order.end()) order.push_back(name);

  std::vector<OutputState> states;
  std::optional<Error> first;
  const auto keep = [&](const Error& error) {
    if (!first) first = error;
  };
  for (const std::string& name : order) {
    const auto found = devices_.find(name);
    if (found == devices_.end()) continue;
    if (PaymentReader* reader = found->second->as_payment_reader()) {
      if (auto closed = reader->deny(); !closed) keep(closed.error());
    }
    Switch* board = found->second->as_switch();
    if (board == nullptr) continue;
    if (auto sent = board->all_off(); !sent) {
      keep(sent.error());
      continue;
    }
    for (const auto& [control_name, control] : file_.controls) {
      if (control.kind != ControlConfig::Kind::output || control.resource != name) continue;
      interlock_.went_off(control_name, clock_.now().raw_ns - control.min_off.count() * 1'000'000);
      auto reported = expect_state(*board, control, false, clock_);
      if (!reported) keep(reported.error());
      states.push_back({name, control.channel, reported ? reported->on : std::nullopt});
    }
  }
  if (first) return tl::unexpected(*first);
  on_for(std::chrono::milliseconds(0));
  return states;
}

void Bench::on_for(std::chrono::milliseconds at_most) const {
  if (on_for_) on_for_(at_most);
}

std::map<std::string, Mark> Bench::marks() const {
  std::map<std::string, Mark> marks;
  for (const auto& [name, control] : file_.controls)
    if (control.kind == ControlConfig::Kind::output)
      marks[name] = mark_of(file_, pulse_switch_of(control) != nullptr);
  return marks;
}

PulseSwitch* Bench::pulse_switch_of(const ControlConfig& control) const {
  return timer_of(*devices_.at(control.resource), control);
}

int Bench::exchanges_of_press(const std::string& control_name) const {
  constexpr int by_board = 3;  // pulse, read-back while on, read-back after it
  constexpr int by_host = 4;   // on, read-back, off, read-back
  return pulse_switch_of(file_.controls.at(control_name)) != nullptr ? by_board : by_host;
}

Result<Press> Bench::press(const std::string& control_name, const Wait& wait,
                           std::optional<std::chrono::milliseconds> lasting) {
  ControlConfig control = file_.controls.at(control_name);
  control.press = lasting.value_or(control.press);
  if (auto sensed = sense_interlocks(control); !sensed) return pass_on(std::move(sensed));
  if (auto allowed = interlock_.allow_on(control_name, clock_.now().raw_ns); !allowed)
    return pass_on(std::move(allowed));
  Press press;
  press.control = control_name;
  PulseSwitch* pulses = pulse_switch_of(control);
  // Taken back where the press succeeded, or by make_safe: not where the contact may be closed.
  on_for(control.max_on + read_back_grace);
  auto done = pulses != nullptr ? press_by_board(control, *pulses, press, wait)
                                : press_by_host(control, press, wait);
  if (!done) return pass_on(std::move(done));
  on_for(std::chrono::milliseconds(0));
  return press;
}

// The inputs that the control needs or excludes, as they are now.
Result<void> Bench::sense_interlocks(const ControlConfig& control) {
  for (const auto* names : {&control.needs, &control.excludes})
    for (const std::string& name : *names) {
      const ControlConfig& other = file_.controls.at(name);
      if (other.kind != ControlConfig::Kind::input) continue;
      auto sensed = measure(name);
      if (!sensed) return pass_on(std::move(sensed));
      sensed->value > 0.5 ? interlock_.went_on(name) : interlock_.went_off(name, sensed->at.raw_ns);
    }
  return {};
}

Result<void> Bench::press_by_host(const ControlConfig& control, Press& press, const Wait& wait) {
  Switch& board = *switch_of(control.resource);
  // The lease stands before the command: a command that failed may still have reached the board.
  OutputLease lease(board, control.channel);
  auto on = board.set(control.channel, true);
  if (!on) return pass_on(std::move(on));
  press.on = *on;
  interlock_.went_on(control.name);
  auto reported_on = expect_state(board, control, true, clock_);
  if (!reported_on) return pass_on(std::move(reported_on));
  press.reported_on = reported_on->on;
  press.read_on = reported_on->at;
  if (auto waited = wait(press.on.after_drain.raw_ns + control.press.count() * 1'000'000); !waited)
    return pass_on(std::move(waited));
  auto off = lease.release();
  if (!off) return pass_on(std::move(off));
  press.off = *off;
  interlock_.went_off(control.name, off->after_drain.raw_ns);
  auto reported_off = expect_state(board, control, false, clock_);
  if (!reported_off) return pass_on(std::move(reported_off));
  press.reported_off = reported_off->on;
  press.read_off = reported_off->at;

  const std::int64_t on_ms = (off->after_drain.raw_ns - press.on.before_write.raw_ns) / 1'000'000;
  if (on_ms > control.max_on.count())
    return fail(
        ErrorCode::interlock,
        "control {} was on for {} ms, longer than its max_on of {} ms ({}): the station was too "
        "busy, or the board answers too slowly",
        control.name, on_ms, control.max_on.count(), control.place);
  return {};
}

// The lease stays as a second way off: it commands off when the board did not end the pulse.
Result<void> Bench::press_by_board(const ControlConfig& control, PulseSwitch& pulses, Press& press,
                                   const Wait& wait) {
  Switch& board = *switch_of(control.resource);
  OutputLease lease(board, control.channel);
  auto on = pulses.pulse(control.channel, control.press);
  if (!on) return pass_on(std::move(on));
  press.on = *on;
  interlock_.went_on(control.name);
  auto reported_on = read_back(board, control, clock_);
  if (!reported_on) return pass_on(std::move(reported_on));
  const std::int64_t ends_raw_ns = on->after_drain.raw_ns + control.press.count() * 1'000'000;
  // A pulse shorter than the read-back may be over by then: only an earlier "off" is a mismatch.
  if (reported_on->on && !*reported_on->on && clock_.now().raw_ns < ends_raw_ns)
    return mismatch(control, true);
  press.reported_on = reported_on->on;
  press.read_on = reported_on->at;
  const std::int64_t settled_raw_ns =
      ends_raw_ns + (pulses.range().step + board_clock_slack).count() * 1'000'000;
  if (auto waited = wait(settled_raw_ns); !waited) return pass_on(std::move(waited));
  auto reported_off = expect_state(board, control, false, clock_);
  if (!reported_off) return pass_on(std::move(reported_off));
  press.reported_off = reported_off->on;
  press.read_off = reported_off->at;
  lease.was_ended();
  interlock_.went_off(control.name, settled_raw_ns);
  return {};
}

Result<Meter::Reading> Bench::measure(const std::string& control_name) {
  const ControlConfig& control = file_.controls.at(control_name);
  return brewproof::measure(*devices_.at(control.resource), control, clock_);
}

PaymentReader* Bench::reader(const std::string& control_name) {
  Device* found = device(control_name);
  return found == nullptr ? nullptr : found->as_payment_reader();
}

Device* Bench::device(const std::string& control_name) {
  const auto control = file_.controls.find(control_name);
  if (control == file_.controls.end()) return nullptr;
  const auto found = devices_.find(control->second.resource);
  return found == devices_.end() ? nullptr : found->second.get();
}

std::map<std::string, std::string> Bench::identities() const {
  std::map<std::string, std::string> found;
  for (const auto& [name, device] : devices_) found[name] = device->identity();
  return found;
}

Result<std::string> Bench::ask_machine(const std::string& resource) {
  Device& device = *devices_.at(resource);
  if (auto answered = device.harmless_exchange(); !answered) return pass_on(std::move(answered));
  return device.identity();
}

std::map<std::string, BusTap*> Bench::bus_taps() const {
  std::map<std::string, BusTap*> found;
  for (const auto& [name, device] : devices_)
    if (BusTap* tap = device->as_bus_tap()) found[name] = tap;
  return found;
}

}  // namespace brewproof
