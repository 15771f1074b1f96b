// The service port of Jura coffee machines (Eugster "Toptronic", first version; 5 V, 9600 8N1): the
// keys of their front, their counters and inputs.
//
// Sources: Jutta-Proto/protocol-cpp, README and protocol_snoops; SkyFox277/esphome-jura,
// docs/jura-protocol.md and dumps; hn/jura-coffee-machine; PromyLOPh/juramote; each file of
// drivers/jura/models names its own.
//
//   TY:      -> ty:EF532M V02.03    who it is; harmless, and asked when it is opened
//   FA:04    -> ok:                 key 04 is pressed
//   RT:0000  -> rt: and 64 digits   its first 16 counters; RE:10 -> re: and 4, one of the others
//   IC:      -> ic:DFB01E00         its inputs
//
// `ok:` says that the port heard, not that the machine did anything: there are machines that say it
// and do nothing. So there is no read-back, and a brew is confirmed by a counter or a sensor. Which
// code is which key is the model's matter and was found by others on single machines: try each key
// once (commission). Beyond keys see drivers/jura/guarded.h. A command is never repeated.

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

#include "drivers/jura/guarded.h"
#include "drivers/jura/service_port.h"
#include "drivers/option.h"
#include "drivers/quoted.h"
#include "drivers/shipped_tables.h"
#include "rig/bench/driver.h"
#include "rig/bench/service_model.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view counted = "count_";

using Models = std::map<std::string, ServiceModel, std::less<>>;

const Models& models() {
  static const Models read = [] {
    Models all;
    for (const ShippedTable& shipped : shipped_jura_models()) {
      auto model = parse_service_model(std::string(shipped.text), std::string(shipped.name));
      if (!model) throw std::logic_error(model.error().message);
      all.emplace(shipped.name, std::move(*model));
    }
    return all;
  }();
  return read;
}

std::string model_names() {
  std::vector<std::string_view> names;
  for (const auto& [name, model] : models()) names.push_back(name);
  return fmt::format("{}", fmt::join(names, ", "));
}

bool is_of(const ServiceModel& model, const std::string& type) {
  return std::ranges::any_of(model.types,
                             [&](const std::string& known) { return type.starts_with(known); });
}

/// The models whose machines say this of themselves.
std::vector<std::string> fitting(const std::string& type) {
  std::vector<std::string> names;
  for (const auto& [name, model] : models())
    if (is_of(model, type)) names.push_back(name);
  return names;
}

class JuraPort final : public Device,
                       public Switch,
                       public PulseSwitch,
                       public Meter,
                       public Input {
 public:
  JuraPort(std::unique_ptr<SerialPort> port, const ResourceConfig& resource,
           const DriverContext& context, std::vector<jura::Channel> allowed)
      : port_(std::move(port), resource.name, context),
        clock_(context.clock),
        allowed_(std::move(allowed)) {}

  /// `name` "": found by what the machine says of itself. With `ask` false it is believed.
  Result<void> be(const std::string& name, bool ask) {
    if (ask) {
      auto type = port_.type();
      if (!type) return pass_on(std::move(type));
      type_ = std::move(*type);
    }
    auto found = name.empty() ? by_type() : Result<std::string>(name);
    if (!found) return pass_on(std::move(found));
    model_name_ = std::move(*found);
    model_ = &models().find(model_name_)->second;
    for (const ServiceModel::Key& key : model_->keys)
      channels_.push_back({key.name, fmt::format("FA:{:02X}", key.code), ""});
    channels_.insert(channels_.end(), allowed_.begin(), allowed_.end());
    if (!ask || model_->types.empty() || is_of(*model_, type_)) return {};
    const std::vector<std::string> others = fitting(type_);
    return fail(ErrorCode::bad_file, "model is {}, whose machines say {}, and this one says {}: {}",
                model_name_, fmt::join(model_->types, " or "), quoted(as_bytes(type_)),
                others.empty() ? "no model is known to say that"
                               : fmt::format("that would be {}", fmt::join(others, " or ")));
  }

  [[nodiscard]] std::string identity() const override {
    std::string text = type_.empty() ? "Jura service port" : "Jura " + quoted(as_bytes(type_));
    text += ", as model " + model_name_;
    for (const jura::Channel& channel : allowed_) text += ", allowed " + channel.on;
    return text;
  }
  Switch* as_switch() override { return this; }
  PulseSwitch* as_pulse_switch() override { return this; }
  Meter* as_meter() override { return this; }
  Input* as_input() override { return this; }

  [[nodiscard]] ReadBack read_back() const override { return ReadBack::none; }
  Result<std::optional<bool>> read(int channel) override {
    auto known = channel_at(channel);
    if (!known) return pass_on(std::move(known));
    return std::nullopt;
  }

  // A key is not held: off is what it is anyway.
  Result<Sent> set(int number, bool on) override {
    auto channel = channel_at(number);
    if (!channel) return pass_on(std::move(channel));
    if (!(*channel)->off.empty())
      return on ? port_.act((*channel)->on) : port_.end((*channel)->off);
    if (!on) return nothing_sent();
    return fail(ErrorCode::usage,
                "{}: {} is pressed and not held: `press` from {} ms to {} ms does that",
                port_.resource(), (*channel)->name, range().least.count(), range().most.count());
  }

  // Each of them, also where one failed.
  Result<Sent> all_off() override {
    Result<Sent> last = nothing_sent();
    std::optional<Error> first;
    for (const jura::Channel& channel : allowed_) {
      if (channel.off.empty()) continue;
      last = port_.end(channel.off);
      if (!last && !first) first = last.error();
    }
    if (first) return tl::unexpected(*first);
    return last;
  }

  [[nodiscard]] bool times(int channel) const override {
    return channel >= 1 && channel <= static_cast<int>(channels_.size()) &&
           channels_[static_cast<std::size_t>(channel) - 1].off.empty();
  }
  // How long a key is pressed is not told to the machine: any length is as long as it takes it.
  [[nodiscard]] Range range() const override {
    return {milliseconds(1), milliseconds(60'000), milliseconds(1)};
  }
  Result<Sent> pulse(int number, milliseconds length) override {
    auto channel = channel_at(number);
    if (!channel) return pass_on(std::move(channel));
    if (!times(number) || length < range().least || length > range().most)
      return fail(ErrorCode::usage, "{}: {} is not pressed for {} ms", port_.resource(),
                  (*channel)->name, length.count());
    return port_.act((*channel)->on);
  }

  Result<Reading> read(const std::string& quantity) override {
    const bool is_count = quantity.starts_with(counted);
    const auto counter =
        is_count ? model_->counters.find(quantity.substr(counted.size())) : model_->counters.end();
    if (counter == model_->counters.end()) {
      std::vector<std::string> names;
      names.reserve(model_->counters.size());
      for (const auto& [name, word] : model_->counters)
        names.push_back(std::string(counted) + name);
      return fail(ErrorCode::usage, "{} does not measure {}: model {} has {}", port_.resource(),
                  quoted(as_bytes(quantity)), model_name_, fmt::join(names, " "));
    }
    auto word = port_.word(counter->second);
    if (!word) return pass_on(std::move(word));
    return Reading{static_cast<double>(*word), port_.last_received()};
  }

  Result<bool> sense(int line) override {
    if (line < 1 || line > static_cast<int>(model_->inputs.size())) {
      std::vector<std::string> names;
      names.reserve(model_->inputs.size());
      for (const ServiceModel::Input& input : model_->inputs)
        names.push_back(fmt::format("{} {}", names.size() + 1, input.name));
      return fail(ErrorCode::usage, "{} has no input {}: model {} has {}", port_.resource(), line,
                  model_name_, fmt::join(names, ", "));
    }
    auto bits = port_.inputs();
    if (!bits) return pass_on(std::move(bits));
    const ServiceModel::Input& input = model_->inputs[static_cast<std::size_t>(line) - 1];
    return ((*bits >> input.bit & 1) != 0) == input.when;
  }

  Result<Sent> harmless_exchange() override {
    auto type = port_.type();
    if (!type) return pass_on(std::move(type));
    type_ = std::move(*type);
    return port_.last_sent();
  }

 private:
  Result<std::string> by_type() const {
    const std::vector<std::string> fits = fitting(type_);
    if (fits.size() == 1) return fits.front();
    if (fits.empty())
      return fail(ErrorCode::bad_file,
                  "the machine says that it is {}, which is no model that is known by that: give "
                  "`model`, one of {}",
                  quoted(as_bytes(type_)), model_names());
    return fail(ErrorCode::bad_file,
                "the machine says that it is {}, as several do: give `model`, one of {}",
                quoted(as_bytes(type_)), fmt::join(fits, ", "));
  }

  Result<const jura::Channel*> channel_at(int number) const {
    if (number >= 1 && number <= static_cast<int>(channels_.size()))
      return &channels_[static_cast<std::size_t>(number) - 1];
    std::vector<std::string> names;
    names.reserve(channels_.size());
    for (const jura::Channel& channel : channels_)
      names.push_back(fmt::format("{} {}", names.size() + 1, channel.name));
    return fail(ErrorCode::usage, "{} has no channel {}: model {} has {}", port_.resource(), number,
                model_name_, fmt::join(names, ", "));
  }

  [[nodiscard]] Sent nothing_sent() const {
    const Instant now = clock_.now();
    return {now, now, std::nullopt};
  }

  jura::ServicePort port_;
  Clock& clock_;
  std::vector<jura::Channel> allowed_;
  std::vector<jura::Channel> channels_;  // the model's keys, then what is allowed
  std::string type_, model_name_;
  const ServiceModel* model_ = nullptr;
};

Result<std::vector<jura::Channel>> allowed_by(const ResourceConfig& resource) {
  std::vector<std::string> commands;
  for (int i = 0;; ++i) {
    const auto command = resource.options.find(fmt::format("allow.{}", i));
    if (command == resource.options.end()) return jura::allowed_channels(commands);
    commands.push_back(command->second);
  }
}

Result<std::unique_ptr<Device>> open_jura(const ResourceConfig& resource,
                                          const DriverContext& context) {
  const std::string model = text_option(resource, "model", "");
  if (!model.empty() && !models().contains(model))
    return fail(ErrorCode::bad_file, "model is {}: one of {} is expected", quoted(as_bytes(model)),
                model_names());
  auto allowed = allowed_by(resource);
  if (!allowed) return pass_on(std::move(allowed));
  auto port = open_serial_port(resource, 9600);
  if (!port) return pass_on(std::move(port));
  auto device =
      std::make_unique<JuraPort>(std::move(*port), resource, context, std::move(*allowed));
  if (context.off_first) (void)device->all_off();
  // To make it safe nobody needs to know who it is, and it may not answer.
  const bool ask = !context.off_first || model.empty();
  if (auto known = device->be(model, ask); !known) return pass_on(std::move(known));
  return device;
}

constexpr std::array<OptionEntry, 4> options{{
    {"port", false, "serial port, as /dev/serial/by-path/..."},
    {"usb", false, "the port's USB adapter instead: path, vid, pid, serial"},
    {"model", false, "e6, ena, f50, f7 or j6; found by what it says where only one says that"},
    {"allow", false, "commands beyond keys, each by name, as [\"FN:01\", \"FN:02\"]"},
}};

}  // namespace

extern const DriverEntry jura_driver;
constinit const DriverEntry jura_driver{
    .name = "jura",
    .summary = "service port of a Jura coffee machine: its keys, counters and inputs",
    .transport = "serial",
    .capability = "switch pulse meter input machine",
    .read_back = ReadBack::none,
    .source = "Jutta-Proto/protocol-cpp; SkyFox277/esphome-jura; hn/jura-coffee-machine",
    .options = options,
    .open = open_jura,
    .measures =
        "count_brews count_brews_for_life count_brews_since_clean count_clean count_coffee "
        "count_descale count_double_coffee count_double_espresso count_espresso "
        "count_mild_coffee count_rinse count_strong_coffee",
};

}  // namespace brewproof
