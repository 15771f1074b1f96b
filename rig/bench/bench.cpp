#include "rig/bench/bench.h"

#include <algorithm>

namespace brewproof {
namespace {

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

 private:
  Switch& board_;
  int channel_;
  bool held_ = true;
};

const DriverEntry* find_driver(DriverTable drivers, const std::string& name) {
  const auto found =
      std::ranges::find_if(drivers, [&](const DriverEntry* e) { return e->name == name; });
  return found == drivers.end() ? nullptr : *found;
}

Result<std::optional<bool>> expect_state(Switch& board, const ControlConfig& control, bool on) {
  auto reported = board.read(control.channel);
  if (reported && *reported && **reported != on)
    return fail(
        ErrorCode::interlock,
        "{}/{} was commanded {} and the board reports {}: the relay may be stuck, or another "
        "program uses the board",
        control.resource, control.channel, on ? "on" : "off", on ? "off" : "on");
  return reported;
}

}  // namespace

Bench::Bench(const BenchFile& file, Clock& clock) : file_(file), clock_(clock), interlock_(file) {}

Bench::~Bench() { (void)make_safe(); }

Result<std::unique_ptr<Bench>> Bench::open(const BenchFile& file, DriverTable drivers, Clock& clock,
                                           ExchangeSink record) {
  std::unique_ptr<Bench> bench(new Bench(file, clock));
  const DriverContext context{clock, std::move(record)};
  for (const auto& [name, resource] : file.resources) {
    const DriverEntry* driver = find_driver(drivers, resource.driver);
    if (driver == nullptr)
      return fail(ErrorCode::bad_file, "{}: there is no driver {}", resource.place,
                  resource.driver);
    auto device = driver->open(resource, context);
    if (!device)
      return fail(device.error().code, "{}: resource {}: {}", resource.place, name,
                  device.error().message);
    bench->devices_[name] = std::move(*device);
  }
  for (const auto& [name, control] : file.controls) {
    Device& device = *bench->devices_.at(control.resource);
    const bool fits = control.kind == ControlConfig::Kind::output ? device.as_switch() != nullptr
                      : control.kind == ControlConfig::Kind::meter
                          ? device.as_meter() != nullptr
                          : device.as_payment_reader() != nullptr;
    if (!fits)
      return fail(ErrorCode::bad_file, "{}: control {}: driver {} does not offer that capability",
                  control.place, name, file.resources.at(control.resource).driver);
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
      auto reported = expect_state(*board, control, false);
      if (!reported) keep(reported.error());
      states.push_back({name, control.channel, reported.value_or(std::nullopt)});
    }
  }
  if (first) return tl::unexpected(*first);
  return states;
}

Result<Press> Bench::press(const std::string& control_name, const Wait& wait) {
  const ControlConfig& control = file_.controls.at(control_name);
  Switch& board = *switch_of(control.resource);
  if (auto allowed = interlock_.allow_on(control_name, clock_.now().raw_ns); !allowed)
    return pass_on(std::move(allowed));

  Press press;
  press.control = control_name;
  // The lease stands before the command: a command that failed may still have reached the board.
  OutputLease lease(board, control.channel);
  auto on = board.set(control.channel, true);
  if (!on) return pass_on(std::move(on));
  press.on = *on;
  interlock_.went_on(control_name);
  auto reported_on = expect_state(board, control, true);
  if (!reported_on) return pass_on(std::move(reported_on));
  press.reported_on = *reported_on;
  if (auto waited = wait(press.on.after_drain.raw_ns + control.press.count() * 1'000'000); !waited)
    return pass_on(std::move(waited));
  auto off = lease.release();
  if (!off) return pass_on(std::move(off));
  press.off = *off;
  interlock_.went_off(control_name, press.off.after_drain.raw_ns);
  auto reported_off = expect_state(board, control, false);
  if (!reported_off) return pass_on(std::move(reported_off));
  press.reported_off = *reported_off;

  const std::int64_t on_ms =
      (press.off.after_drain.raw_ns - press.on.before_write.raw_ns) / 1'000'000;
  if (on_ms > control.max_on.count())
    return fail(
        ErrorCode::interlock,
        "control {} was on for {} ms, longer than its max_on of {} ms ({}): the station was too "
        "busy, or the board answers too slowly",
        control_name, on_ms, control.max_on.count(), control.place);
  return press;
}

Result<Meter::Reading> Bench::measure(const std::string& control_name) {
  const ControlConfig& control = file_.controls.at(control_name);
  return devices_.at(control.resource)->as_meter()->read(control.quantity);
}

PaymentReader* Bench::reader(const std::string& control_name) {
  Device* found = device(control_name);
  return found == nullptr ? nullptr : found->as_payment_reader();
}

Device* Bench::device(const std::string& control_name) {
  const auto control = file_.controls.find(control_name);
  if (control == file_.controls.end()) return nullptr;
  return devices_.at(control->second.resource).get();
}

std::map<std::string, std::string> Bench::identities() const {
  std::map<std::string, std::string> found;
  for (const auto& [name, device] : devices_) found[name] = device->identity();
  return found;
}

}  // namespace brewproof
