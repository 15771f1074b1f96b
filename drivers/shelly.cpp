// Shelly plugs and relays of both kinds, by HTTP: outputs whose pulses the plug times itself, and a
// meter where it has one. Found out by GET /shelly, which both kinds answer.
//
// Source: shelly-api-docs.shelly.cloud, gen2 "Switch" and "Shelly", and Gen1 "/shelly", "/relay",
// "/meter". Outputs count from 0 there and from 1 here.
//
//   generation 2 and later ("gen":2)             generation 1 (no "gen")
//   /rpc/Switch.Set?id=0&on=true {"was_on":..}   /relay/0?turn=on {"ison":true, ...}
//        ...&toggle_after=0.3    back after          ...&timer=2  back after whole seconds
//   /rpc/Switch.GetStatus?id=0   {"output":..,   /relay/0         {"ison":..,"has_timer":..}
//        "apower":W,"voltage":V,"current":A}     /meter/0         {"power":W,"is_valid":true}
//   /rpc/Shelly.GetStatus        {"switch:0":..} "num_outputs", "num_meters" of /shelly
//
// What a plug reports is its firmware's variable: proof that it took the command, not that a
// contact moved. An output that is off while a timer runs will come on by itself (auto-on, or
// somebody's toggle): that is no safe state, and read as an error. A command is never repeated,
// except that an *off* is also sent to a plug that was gone: it may be back.

#include <array>
#include <nlohmann/json.hpp>

#include "drivers/each_off.h"
#include "drivers/quoted.h"
#include "drivers/transport/http.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr int most_channels = 8;

class ShellyPlug final : public Device, public Switch, public PulseSwitch, public Meter {
 public:
  explicit ShellyPlug(std::unique_ptr<HttpDialogue> dialogue) : dialogue_(std::move(dialogue)) {}

  Result<void> identify() {
    auto about = dialogue_->get("/shelly");
    if (!about) return pass_on(std::move(about));
    const auto word = [&](const char* key) {
      const json value = about->value(key, json());
      return value.is_string() ? value.get<std::string>() : std::string();
    };
    const json generation = about->value("gen", json(1));
    is_first_ = generation == 1;
    const std::string model = word(is_first_ ? "type" : "model");
    if (!generation.is_number_integer() || model.empty() || word("mac").empty())
      return fail(ErrorCode::protocol, "what answers at {} is not a Shelly plug: {}",
                  dialogue_->host(), quoted(as_bytes(about->dump())));
    if (about->value(is_first_ ? "auth" : "auth_en", json(false)) == true)
      return fail(ErrorCode::protocol,
                  "{} wants a password, which would stand in every record of this bench: switch "
                  "the authentication off in the plug, and keep it on the bench's own network",
                  dialogue_->host());
    identity_ =
        fmt::format("Shelly {} {} with MAC {}", model, word(is_first_ ? "fw" : "ver"), word("mac"));
    if (auto counted = count_outputs(*about); !counted) return counted;
    if (channels_ >= 1) return {};
    return fail(ErrorCode::protocol, "{} ({}) has no relay", dialogue_->host(), identity_);
  }

  [[nodiscard]] std::string identity() const override { return identity_; }
  Switch* as_switch() override { return this; }
  PulseSwitch* as_pulse_switch() override { return this; }
  Meter* as_meter() override { return has_meter_ ? this : nullptr; }
  [[nodiscard]] ReadBack read_back() const override { return ReadBack::latch; }

  Result<Sent> set(int channel, bool on) override { return command(channel, on, ""); }

  Result<Sent> all_off() override { return each_off(*this, channels_); }

  [[nodiscard]] Range range() const override {
    if (is_first_) return {milliseconds(1000), milliseconds(600'000), milliseconds(1000)};
    return {milliseconds(100), milliseconds(600'000), milliseconds(100)};
  }

  Result<Sent> pulse(int channel, milliseconds length) override {
    if (length < range().least || length > range().most || length % range().step != milliseconds(0))
      return fail(ErrorCode::usage, "{}: the plug cannot time a pulse of {} ms",
                  dialogue_->resource(), length.count());
    if (is_first_) return command(channel, true, fmt::format("&timer={}", length.count() / 1000));
    return command(
        channel, true,
        fmt::format("&toggle_after={}.{}", length.count() / 1000, length.count() % 1000 / 100));
  }

  Result<std::optional<bool>> read(int channel) override {
    auto answer = status(channel);
    if (!answer) return pass_on(std::move(answer));
    const json on = answer->value(is_first_ ? "ison" : "output", json());
    if (!on.is_boolean()) return unexpected_answer(*answer, is_first_ ? "ison" : "output");
    const bool timer_runs = is_first_ ? answer->value("has_timer", json()) == true
                                      : answer->contains("timer_started_at");
    if (on == false && timer_runs)
      return fail(ErrorCode::protocol,
                  "{} reports output {} off, with a timer that will switch it on by itself: is "
                  "auto-on set in the plug? ({})",
                  dialogue_->resource(), channel, quoted(as_bytes(answer->dump())));
    return on.get<bool>();
  }

  // Of the first output: the quantities have no channels.
  Result<Reading> read(const std::string& quantity) override {
    const bool is_power = quantity == "power";
    if (!is_power && (is_first_ || (quantity != "voltage" && quantity != "current")))
      return fail(ErrorCode::usage, "{} does not measure {}", dialogue_->resource(),
                  quoted(as_bytes(quantity)));
    auto answer = is_first_ ? dialogue_->get("/meter/0") : status(1);
    if (!answer) return pass_on(std::move(answer));
    const std::string key = is_power && !is_first_ ? "apower" : quantity;
    const json value = answer->value(key, json());
    const bool is_valid = !is_first_ || answer->value("is_valid", json()) == true;
    if (!value.is_number() || !is_valid) return unexpected_answer(*answer, key);
    return Reading{value.get<double>(), dialogue_->last_received()};
  }

  Result<Sent> harmless_exchange() override {
    auto answer = status(1);
    if (!answer) return pass_on(std::move(answer));
    return dialogue_->last_sent();
  }

 private:
  Result<void> count_outputs(const json& about) {
    if (is_first_) {
      const json outputs = about.value("num_outputs", json(1));
      if (outputs.is_number_integer()) channels_ = outputs.get<int>();
      has_meter_ = about.value("num_meters", json(0)) != 0;
      if (channels_ <= most_channels) return {};
      return fail(ErrorCode::protocol, "{} says that it has {} outputs", dialogue_->host(),
                  channels_);
    }
    auto all = dialogue_->get("/rpc/Shelly.GetStatus");
    if (!all) return pass_on(std::move(all));
    const auto output = [&](int id) { return all->value(fmt::format("switch:{}", id), json()); };
    while (channels_ < most_channels && output(channels_).is_object()) ++channels_;
    has_meter_ = channels_ > 0 && output(0).contains("apower");
    return {};
  }

  Result<void> check_channel(int channel) const {
    if (channel >= 1 && channel <= channels_) return {};
    return fail(ErrorCode::usage, "{} has no channel {}: its plug has {}", dialogue_->resource(),
                channel, channels_);
  }

  Result<Sent> command(int channel, bool on, const std::string& timer) {
    if (auto known = check_channel(channel); !known) return pass_on(std::move(known));
    const std::string target =
        is_first_ ? fmt::format("/relay/{}?turn={}{}", channel - 1, on ? "on" : "off", timer)
                  : fmt::format("/rpc/Switch.Set?id={}&on={}{}", channel - 1, on, timer);
    auto answer = on ? dialogue_->get(target) : dialogue_->get_even_if_gone(target);
    if (!answer) return pass_on(std::move(answer));
    const char* expected = is_first_ ? "ison" : "was_on";
    if (!answer->value(expected, json()).is_boolean()) return unexpected_answer(*answer, expected);
    return dialogue_->last_sent();
  }

  Result<json> status(int channel) {
    if (auto known = check_channel(channel); !known) return pass_on(std::move(known));
    return dialogue_->get(is_first_ ? fmt::format("/relay/{}", channel - 1)
                                    : fmt::format("/rpc/Switch.GetStatus?id={}", channel - 1));
  }

  [[nodiscard]] tl::unexpected<Error> unexpected_answer(const json& answer,
                                                        std::string_view key) const {
    return fail(ErrorCode::protocol, "{} answered {} where {} was expected: its state is unknown",
                dialogue_->resource(), quoted(as_bytes(answer.dump())), key);
  }

  std::unique_ptr<HttpDialogue> dialogue_;
  std::string identity_;
  bool is_first_ = false;
  int channels_ = 0;
  bool has_meter_ = false;
};

Result<std::unique_ptr<Device>> open_shelly(const ResourceConfig& resource,
                                            const DriverContext& context) {
  auto dialogue = HttpDialogue::open(resource, context);
  if (!dialogue) return pass_on(std::move(dialogue));
  auto plug = std::make_unique<ShellyPlug>(std::move(*dialogue));
  if (auto identified = plug->identify(); !identified) return pass_on(std::move(identified));
  return plug;
}

constexpr std::array<OptionEntry, 2> options{{host_option, interface_option}};

}  // namespace

extern const DriverEntry shelly_driver;
constinit const DriverEntry shelly_driver{
    .name = "shelly",
    .summary = "Shelly plug or relay of any generation, which times pulses, with its meter",
    .transport = "http",
    .capability = "switch pulse meter",
    .read_back = ReadBack::latch,
    .source = "shelly-api-docs.shelly.cloud, gen2 Switch and Gen1",
    .options = options,
    .open = open_shelly,
    .measures = "power voltage current",
};

}  // namespace brewproof
