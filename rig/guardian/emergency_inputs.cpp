#include "rig/guardian/emergency_inputs.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "rig/bench/open_device.h"
#include "rig/bench/sense.h"

namespace brewproof {
namespace {

constexpr std::chrono::milliseconds between_looks{10};
// A contact bounces and a cable catches a spike: one look is none.
constexpr int looks_in_a_row = 2;

}  // namespace

struct EmergencyInputs::Watch {
  struct Line {
    ControlConfig control;
    bool stops_when_on = true;
    Device* device = nullptr;
    int looks = 0;  // that said stop, in a row
  };

  explicit Watch(Clock& of, Stop told) : clock(of), stop(std::move(told)) {}
  ~Watch() {
    {
      const std::lock_guard lock(waiting);
      ending = true;
    }
    wake.notify_one();
    if (thread.joinable()) thread.join();
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Why it says stop; "" = it does not.
  std::string look(const Line& line) const {
    auto sensed = measure(*line.device, line.control, clock);
    if (!sensed)
      return fmt::format("emergency input {} cannot be read: {}", line.control.name,
                         sensed.error().message);
    if ((sensed->value > 0.5) != line.stops_when_on) return "";
    return fmt::format("emergency input {} is {}", line.control.name,
                       line.stops_when_on ? "on" : "off");
  }

  void go() {
    std::unique_lock lock(waiting);
    while (!ending) {
      for (Line& line : lines) {
        const std::string cause = look(line);
        line.looks = cause.empty() ? 0 : line.looks + 1;
        if (line.looks < looks_in_a_row) continue;
        stop(cause);
        return;
      }
      wake.wait_for(lock, between_looks);
    }
  }

  Clock& clock;
  const Stop stop;
  OpenBuses buses;
  std::map<std::string, std::unique_ptr<Device>> devices;  // by resource name
  std::vector<Line> lines;
  std::mutex waiting;
  std::condition_variable wake;
  bool ending = false;
  std::thread thread;  // last: it uses all of the above
};

Result<EmergencyInputs> EmergencyInputs::watch(const BenchFile& bench, DriverTable drivers,
                                               Clock& clock, Stop stop) {
  if (bench.emergency.empty()) return EmergencyInputs(nullptr);
  auto watch = std::make_unique<Watch>(clock, std::move(stop));
  for (const EmergencyInput& input : bench.emergency) {
    const ControlConfig& control = bench.controls.at(input.control);
    const ResourceConfig& resource = bench.resources.at(control.resource);
    std::unique_ptr<Device>& device = watch->devices[resource.name];
    if (!device) {
      auto opened = open_device(resource, drivers, {clock, {}, &watch->buses});
      if (!opened) return pass_on(std::move(opened));
      device = std::move(*opened);
    }
    watch->lines.push_back({control, input.on, device.get()});
    if (const std::string cause = watch->look(watch->lines.back()); !cause.empty())
      return fail(ErrorCode::interlock, "{} ({}): nothing was switched", cause, control.place);
  }
  watch->thread = std::thread([own = watch.get()] { own->go(); });
  return EmergencyInputs(std::move(watch));
}

EmergencyInputs::EmergencyInputs(std::unique_ptr<Watch> watch) : watch_(std::move(watch)) {}
EmergencyInputs::EmergencyInputs(EmergencyInputs&&) noexcept = default;
EmergencyInputs::~EmergencyInputs() = default;

}  // namespace brewproof
