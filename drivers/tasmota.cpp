// Plugs and relays with the Tasmota firmware, by HTTP: outputs, and a meter where the plug has one.
//
// Sources: tasmota.github.io/docs/Commands (Power<x>, Status 0, Status 10, Backlog) and
// docs/JSON-Status-Responses; pdudaemon/pdudaemon, pdudaemon/drivers/tasmota.py (the /cm request
// and its answer).
//
//   switch    GET /cm?cmnd=Power1%20ON -> {"POWER1":"ON"}; plugs with one relay say "POWER"
//   read      GET /cm?cmnd=Power1      -> the same
//   identify  GET /cm?cmnd=Status%200  -> StatusFWR.Version, StatusNET.Mac, StatusSTS.POWER...
//   measure   GET /cm?cmnd=Status%2010 -> StatusSNS.ENERGY.Power in W, .Voltage, .Current, ...
//   unknown   {"Command":"Unknown"}; a plug with a password: 401 or {"WARNING":"Need user=..."}
//
// What a plug reports is its firmware's variable: proof that it took the command, not that a
// contact moved. Its meter, renewed about every second, is the independent confirmation. The press
// is timed here: PulseTime would change the plug's stored settings. A command is never repeated,
// except that an *off* is also sent to a plug that was gone: it may be back.

#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "drivers/each_off.h"
#include "drivers/quoted.h"
#include "drivers/transport/http.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

using nlohmann::json;

constexpr int most_channels = 8;

struct Quantity {
  std::string_view name;  // as bench files say it
  const char* key;        // below ENERGY
  double factor;          // to the SI unit
};
constexpr std::array<Quantity, 6> quantities{{
    {"power", "Power", 1},
    {"voltage", "Voltage", 1},
    {"current", "Current", 1},
    {"energy", "Total", 3.6e6},
    {"frequency", "Frequency", 1},
    {"power_factor", "Factor", 1},
}};

// A member's member, or null where one is missing or no object.
json member(const json& whole, const char* outer, const char* inner) {
  const auto found = whole.find(outer);
  if (found == whole.end() || !found->is_object()) return nullptr;
  return found->value(inner, json());
}

class TasmotaPlug final : public Device, public Switch, public Meter {
 public:
  explicit TasmotaPlug(std::unique_ptr<HttpDialogue> dialogue) : dialogue_(std::move(dialogue)) {}

  Result<void> identify() {
    auto status = ask("Status%200");
    if (!status) return pass_on(std::move(status));
    const json version = member(*status, "StatusFWR", "Version");
    const json mac = member(*status, "StatusNET", "Mac");
    if (!version.is_string() || !mac.is_string())
      return fail(ErrorCode::protocol, "what answers at {} is not a Tasmota plug: {}",
                  dialogue_->host(), quoted(as_bytes(status->dump())));
    identity_ =
        fmt::format("Tasmota {} with MAC {}", version.get<std::string>(), mac.get<std::string>());
    if (member(*status, "StatusSTS", "POWER").is_string()) channels_ = 1;
    for (int n = 1; n <= most_channels; ++n)
      if (member(*status, "StatusSTS", fmt::format("POWER{}", n).c_str()).is_string())
        channels_ = n;
    if (channels_ == 0)
      return fail(ErrorCode::protocol, "{} ({}) has no relay", dialogue_->host(), identity_);
    has_meter_ = member(*status, "StatusSNS", "ENERGY").is_object();
    return {};
  }

  [[nodiscard]] std::string identity() const override { return identity_; }
  Switch* as_switch() override { return this; }
  Meter* as_meter() override { return has_meter_ ? this : nullptr; }
  [[nodiscard]] ReadBack read_back() const override { return ReadBack::latch; }

  Result<Sent> set(int channel, bool on) override {
    auto state = power(channel, on ? "%20ON" : "%20OFF", !on);
    if (!state) return pass_on(std::move(state));
    return dialogue_->last_sent();
  }

  Result<Sent> all_off() override { return each_off(*this, channels_); }

  Result<std::optional<bool>> read(int channel) override {
    auto state = power(channel, "", false);
    if (!state) return pass_on(std::move(state));
    return *state;
  }

  Result<Reading> read(const std::string& quantity) override {
    const auto wanted = std::ranges::find(quantities, quantity, &Quantity::name);
    if (wanted == quantities.end())
      return fail(ErrorCode::usage, "{} does not measure {}", dialogue_->resource(),
                  quoted(as_bytes(quantity)));
    auto answer = ask("Status%2010");
    if (!answer) return pass_on(std::move(answer));
    const json energy = member(*answer, "StatusSNS", "ENERGY");
    const json value = energy.is_object() ? energy.value(wanted->key, json()) : json();
    if (!value.is_number())
      return fail(ErrorCode::protocol, "{} answered {} where ENERGY.{} was expected as one number",
                  dialogue_->resource(), quoted(as_bytes(answer->dump())), wanted->key);
    return Reading{value.get<double>() * wanted->factor, dialogue_->last_received()};
  }

  Result<Sent> harmless_exchange() override {
    auto state = read(1);
    if (!state) return pass_on(std::move(state));
    return dialogue_->last_sent();
  }

 private:
  Result<json> ask(const std::string& command, bool even_if_gone = false) {
    const std::string target = "/cm?cmnd=" + command;
    auto answer = even_if_gone ? dialogue_->get_even_if_gone(target) : dialogue_->get(target);
    if (answer && answer->contains("WARNING"))
      return fail(ErrorCode::protocol,
                  "{}: the plug answers {}: where it wants a password, switch that off (console: "
                  "WebPassword 0)",
                  dialogue_->resource(), quoted(as_bytes(answer->dump())));
    return answer;
  }

  // Sends Power<channel><state>; what the plug says of that relay then.
  Result<bool> power(int channel, std::string_view state, bool even_if_gone) {
    if (channel < 1 || channel > channels_)
      return fail(ErrorCode::usage, "{} has no channel {}: its plug has {}", dialogue_->resource(),
                  channel, channels_);
    auto answer = ask(fmt::format("Power{}{}", channel, state), even_if_gone);
    if (!answer) return pass_on(std::move(answer));
    json said = answer->value(fmt::format("POWER{}", channel), json());
    if (said.is_null() && channels_ == 1) said = answer->value("POWER", json());
    if (said == "ON" || said == "OFF") return said == "ON";
    return fail(ErrorCode::protocol,
                "{} answered {} where POWER{} ON or OFF was expected: its state is unknown",
                dialogue_->resource(), quoted(as_bytes(answer->dump())), channel);
  }

  std::unique_ptr<HttpDialogue> dialogue_;
  std::string identity_;
  int channels_ = 0;
  bool has_meter_ = false;
};

Result<std::unique_ptr<Device>> open_tasmota(const ResourceConfig& resource,
                                             const DriverContext& context) {
  auto dialogue = HttpDialogue::open(resource, context);
  if (!dialogue) return pass_on(std::move(dialogue));
  auto plug = std::make_unique<TasmotaPlug>(std::move(*dialogue));
  if (auto identified = plug->identify(); !identified) return pass_on(std::move(identified));
  return plug;
}

constexpr std::array<OptionEntry, 2> options{{host_option, interface_option}};

}  // namespace

extern const DriverEntry tasmota_driver;
constinit const DriverEntry tasmota_driver{
    .name = "tasmota",
    .summary = "plug or relay with the Tasmota firmware, with its meter",
    .transport = "http",
    .capability = "switch meter",
    .read_back = ReadBack::latch,
    .source = "tasmota.github.io/docs/Commands; pdudaemon/pdudaemon, drivers/tasmota.py",
    .options = options,
    .open = open_tasmota,
    .measures = "power voltage current energy frequency power_factor",
};

}  // namespace brewproof
