// Devices in memory on the virtual clock, for what needs exact time or a fault at an exact moment.
// Everything else is tested against the simulated boards on real ptys.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rig/bench/bench_file.h"
#include "rig/bench/driver.h"

namespace brewproof::testing {

/// The state that a test sees and sets; the devices of one bench share it.
struct Scene {
  VirtualClock clock;
  std::map<int, bool> outputs;   // what the board's contacts are
  std::vector<std::string> log;  // "on 1", "off 1", "all off", "begin 500 01a1b2c3" ...
  bool times_pulses = false;     // the board ends its pulses itself
  int untimed_channel = 0;       // but not those of this one
  std::map<int, std::int64_t> pulse_ends_raw_ns;
  int stuck_channel = 0;            // stays as it is whatever is commanded
  int commands_until_failure = -1;  // -1: never
  Error failure{ErrorCode::io, "the board is gone"};
  std::function<double(const Scene&)> watts = [](const Scene&) { return 5.0; };
  std::function<Result<double>(const Scene&)> mass = [](const Scene&) { return 0.18; };  // kg
  std::function<void(const std::string&)> on_log;  // sees each line as it is logged
  bool asks_vend = true;
  bool opens_session = true;
  int item_price = 180;
  bool stray_session = false;  // somebody shows a card that is not the rig's
  PaymentReader::Outcome vend = PaymentReader::Outcome::success;
  std::function<Result<std::string>()> who;  // the machine says that it is, at its service port

  void note(const std::string& line) {
    log.push_back(line);
    if (on_log) on_log(line);
  }
  Result<Sent> sent() {
    if (commands_until_failure == 0) return tl::unexpected(failure);
    if (commands_until_failure > 0) --commands_until_failure;
    const Instant before = clock.now();
    clock.advance(std::chrono::milliseconds(1));
    return Sent{before, clock.now(), std::nullopt};
  }
};

class ScriptedBoard final : public Device, public Switch, public PulseSwitch {
 public:
  explicit ScriptedBoard(Scene& scene) : scene_(scene) {}
  [[nodiscard]] std::string identity() const override { return "scripted board"; }
  Switch* as_switch() override { return this; }
  PulseSwitch* as_pulse_switch() override { return scene_.times_pulses ? this : nullptr; }
  [[nodiscard]] Range range() const override {
    return {std::chrono::milliseconds(20), std::chrono::milliseconds(5000),
            std::chrono::milliseconds(20)};
  }
  [[nodiscard]] bool times(int channel) const override { return channel != scene_.untimed_channel; }
  Result<Sent> pulse(int channel, std::chrono::milliseconds length) override {
    auto sent = scene_.sent();
    if (!sent) return sent;
    scene_.note("pulse " + std::to_string(channel) + " " + std::to_string(length.count()));
    scene_.outputs[channel] = true;
    scene_.pulse_ends_raw_ns[channel] = sent->after_drain.raw_ns + length.count() * 1'000'000;
    return sent;
  }
  Result<Sent> harmless_exchange() override {
    scene_.note("harmless");
    return scene_.sent();
  }
  Result<Sent> set(int channel, bool on) override {
    auto sent = scene_.sent();
    if (!sent) return sent;
    scene_.note((on ? "on " : "off ") + std::to_string(channel));
    if (channel != scene_.stuck_channel) scene_.outputs[channel] = on;
    return sent;
  }
  Result<Sent> all_off() override {
    auto sent = scene_.sent();
    if (!sent) return sent;
    scene_.note("all off");
    for (auto& [channel, on] : scene_.outputs)
      if (channel != scene_.stuck_channel) on = false;
    return sent;
  }
  Result<std::optional<bool>> read(int channel) override {
    const auto ends = scene_.pulse_ends_raw_ns.find(channel);
    if (ends != scene_.pulse_ends_raw_ns.end() && channel != scene_.stuck_channel &&
        scene_.clock.now().raw_ns >= ends->second)
      scene_.outputs[channel] = false;
    return std::optional<bool>(scene_.outputs[channel]);
  }
  [[nodiscard]] ReadBack read_back() const override { return ReadBack::latch; }

 private:
  Scene& scene_;
};

class ScriptedMeter final : public Device, public Meter {
 public:
  explicit ScriptedMeter(Scene& scene) : scene_(scene) {}
  [[nodiscard]] std::string identity() const override { return "scripted meter"; }
  Meter* as_meter() override { return this; }
  Result<Sent> harmless_exchange() override { return scene_.sent(); }
  Result<Reading> read(const std::string& quantity) override {
    if (quantity == "mass") {
      auto mass = scene_.mass(scene_);
      if (!mass) return pass_on(std::move(mass));
      return Reading{*mass, scene_.clock.now()};
    }
    return Reading{scene_.watts(scene_), scene_.clock.now()};
  }

 private:
  Scene& scene_;
};

class ScriptedReader final : public Device, public PaymentReader {
 public:
  explicit ScriptedReader(Scene& scene) : scene_(scene) {}
  [[nodiscard]] std::string identity() const override { return "scripted reader"; }
  PaymentReader* as_payment_reader() override { return this; }
  Result<Sent> harmless_exchange() override {
    scene_.note("harmless");
    return scene_.sent();
  }
  Result<Request> begin(std::int64_t funds, ByteView media_id,
                        std::chrono::milliseconds within) override {
    scene_.note("begin " + std::to_string(funds) + " " + to_hex(media_id));
    if (!scene_.asks_vend) {
      scene_.clock.advance(within);
      return fail(ErrorCode::timeout, "no vend request");
    }
    return Request{scene_.item_price, 5, scene_.clock.now()};
  }
  Result<Vend> approve(std::int64_t amount, std::chrono::milliseconds) override {
    scene_.note("approve " + std::to_string(amount));
    auto sent = scene_.sent();
    if (!sent) return pass_on(std::move(sent));
    return Vend{scene_.vend, *sent, scene_.clock.now()};
  }
  Result<Sent> deny() override {
    scene_.note("deny");
    return scene_.sent();
  }
  Result<State> state() override {
    return std::exchange(scene_.stray_session, false) ? State::stray : State::enabled;
  }
  [[nodiscard]] bool card_taken() const override { return scene_.opens_session; }
  Result<Sent> withdraw(std::int64_t funds, ByteView media_id,
                        std::chrono::milliseconds within) override {
    scene_.note("withdraw " + std::to_string(funds) + " " + to_hex(media_id));
    if (!scene_.opens_session) {
      scene_.clock.advance(within);
      return fail(ErrorCode::timeout, "no session");
    }
    return scene_.sent();
  }

 private:
  Scene& scene_;
};

/// The machine itself, as far as it says who it is.
class ScriptedService final : public Device {
 public:
  explicit ScriptedService(Scene& scene) : scene_(scene) {}
  [[nodiscard]] std::string identity() const override { return said_; }
  Result<Sent> harmless_exchange() override {
    auto said = scene_.who();
    if (!said) return pass_on(std::move(said));
    said_ = std::move(*said);
    return scene_.sent();
  }

 private:
  Scene& scene_;
  std::string said_;
};

/// The scene that the drivers below open their devices in; set it before Bench::open.
inline Scene* current_scene = nullptr;

inline DriverTable scripted_drivers() {
  static const DriverEntry board = {
      "board",
      "",
      "",
      "switch",
      ReadBack::latch,
      "",
      {},
      {},
      [](const ResourceConfig&, const DriverContext&) {
        return Result<std::unique_ptr<Device>>(std::make_unique<ScriptedBoard>(*current_scene));
      }};
  static const DriverEntry meter = {
      "meter",
      "",
      "",
      "meter",
      ReadBack::none,
      "",
      {},
      {},
      [](const ResourceConfig&, const DriverContext&) {
        return Result<std::unique_ptr<Device>>(std::make_unique<ScriptedMeter>(*current_scene));
      }};
  static const DriverEntry reader = {
      "reader",
      "",
      "",
      "reader",
      ReadBack::none,
      "",
      {},
      {},
      [](const ResourceConfig&, const DriverContext&) {
        return Result<std::unique_ptr<Device>>(std::make_unique<ScriptedReader>(*current_scene));
      }};
  static const DriverEntry service = {
      "service",
      "",
      "",
      "machine",
      ReadBack::none,
      "",
      {},
      {},
      [](const ResourceConfig&, const DriverContext&) {
        return Result<std::unique_ptr<Device>>(std::make_unique<ScriptedService>(*current_scene));
      }};
  static const DriverEntry* const table[] = {&board, &meter, &reader, &service};
  return table;
}

inline ControlConfig output(const std::string& name, int channel) {
  ControlConfig control;
  control.name = name;
  control.resource = "panel";
  control.channel = channel;
  control.press = std::chrono::milliseconds(60);
  control.max_on = std::chrono::milliseconds(500);
  control.place = "bench.yaml:1:1";
  return control;
}

/// espresso 1, latte 2, dummy 4, watts, card.
inline BenchFile scripted_bench() {
  BenchFile file;
  file.name = "scripted";
  file.resources = {{"panel", {"panel", "board", {}, ""}},
                    {"meter", {"meter", "meter", {}, ""}},
                    {"reader", {"reader", "reader", {}, ""}}};
  file.controls = {{"espresso", output("espresso", 1)},
                   {"latte", output("latte", 2)},
                   {"dummy", output("dummy", 4)}};
  ControlConfig watts;
  watts.name = "watts";
  watts.kind = ControlConfig::Kind::meter;
  watts.resource = "meter";
  watts.quantity = "power";
  file.controls["watts"] = watts;
  ControlConfig card;
  card.name = "card";
  card.kind = ControlConfig::Kind::reader;
  card.resource = "reader";
  file.controls["card"] = card;
  return file;
}

}  // namespace brewproof::testing
