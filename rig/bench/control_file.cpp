#include "rig/bench/control_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "rig/bench/condition_file.h"
#include "rig/yaml/did_you_mean.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

using yaml::in_quotes;

ControlConfig::Drives drives_of(const std::string& word) {
  using Drives = ControlConfig::Drives;
  return word == "heater"    ? Drives::heater
         : word == "pump"    ? Drives::pump
         : word == "mains"   ? Drives::mains
         : word == "payment" ? Drives::payment
                             : Drives::button;
}

// Reads `controls` and remembers what can only be checked once all of them are known.
class ControlReader {
 public:
  ControlReader(const Resources& resources, DriverTable drivers, bool guardian)
      : resources_(resources), drivers_(drivers), guardian_(guardian) {}

  Controls read(const yaml::Node& node) {
    yaml::Map map = node.map();
    for (const auto& [name, value] : map.named_entries()) {
      ControlConfig& control = controls_[name];
      control.name = name;
      control.place = value.place_text();
      read_control(value, control);
    }
    check_interlocks();
    return std::move(controls_);
  }

 private:
  void read_control(const yaml::Node& node, ControlConfig& control) {
    yaml::Map keys = node.map();
    const yaml::Node output = keys.optional("output");
    const yaml::Node reader = keys.optional("reader");
    const yaml::Node meter = keys.optional("meter");
    const yaml::Node input = keys.optional("input");
    const int kinds = (output ? 1 : 0) + (reader ? 1 : 0) + (meter ? 1 : 0) + (input ? 1 : 0);
    if (kinds != 1 && node.is_map())
      node.fault(
          fmt::format("{} must have exactly one of output, input, reader and meter", node.name()));
    if (output) {
      read_output(output, keys, control);
    } else if (input) {
      control.kind = ControlConfig::Kind::input;
      bind_channel(input, "input", control);
    } else if (reader) {
      control.kind = ControlConfig::Kind::reader;
      if (bind(reader, reader.text(), "reader", control) &&
          only_sniffs(resources_.at(control.resource)))
        reader.fault(fmt::format("{}: resource {} has `sniff: only` and shows no card",
                                 reader.name(), control.resource));
    } else if (meter) {
      control.kind = ControlConfig::Kind::meter;
      bind(meter, meter.text(), "meter", control);
      read_quantity(keys.required("quantity"), control);
    }
    keys.close();
  }

  void read_quantity(const yaml::Node& node, ControlConfig& control) const {
    const std::string written = node ? node.raw().value_or("") : "";
    control.quantity = is_count(written)
                           ? node.word()
                           : node.choice({"power", "current", "voltage", "frequency", "energy",
                                          "mass", "temperature", "coins", "credit", "doses"});
    const auto resource = resources_.find(control.resource);
    if (control.quantity.empty() || resource == resources_.end()) return;
    const DriverEntry* driver = find_driver(drivers_, resource->second.driver);
    if (driver != nullptr && !measures(*driver, control.quantity))
      node.fault(fmt::format("{}: driver {} of resource {} measures no {}, but {}", node.name(),
                             driver->name, resource->first, control.quantity, driver->measures));
  }

  void read_output(const yaml::Node& output, yaml::Map& keys, ControlConfig& control) {
    if (bind_channel(output, "switch", control)) read_board(output, control);
    const yaml::Node press = keys.required("press");
    const yaml::Node max_on = keys.required("max_on");
    control.press = positive(press);
    control.max_on = positive(max_on);
    if (press && max_on && control.press.count() > 0 && control.max_on.count() > 0 &&
        control.press > control.max_on)
      press.fault(fmt::format("{} is longer than max_on ({} ms): the contact would be opened early",
                              press.name(), control.max_on.count()));
    if (const yaml::Node min_off = keys.optional("min_off"))
      control.min_off = min_off.milliseconds();
    if (const yaml::Node purpose = keys.optional("for"))
      control.for_sham = purpose.choice({"sham"}) == "sham";
    const yaml::Node drives = keys.optional("drives"), worth = keys.optional("worth");
    if (worth) read_worth(worth, drives, control);
    if (drives) read_drives(drives, control);
    control.needs = read_names(keys.optional("needs"));
    control.excludes = read_names(keys.optional("excludes"));
  }

  // A pulse into a coin input. Whatever pays is not left unguarded.
  void read_worth(const yaml::Node& node, const yaml::Node& drives, ControlConfig& control) {
    control.worth = node.money();
    if (control.worth->minor <= 0) {
      control.worth.reset();
      if (node.is_scalar() && yaml::parse_money(*node.raw()))
        node.fault(fmt::format("{} must be more than 0", node.name()));
      return;
    }
    if (control.for_sham)
      node.fault(fmt::format("{}: what is for sham is worth nothing", node.name()));
    if (!drives) {
      guard(node, "payment", control);
    } else if (drives.raw().value_or("") != "payment") {
      drives.fault(fmt::format("{} is {}: what a pulse of is worth money drives payment",
                               drives.name(), in_quotes(drives.raw().value_or(""))));
    }
  }

  void read_drives(const yaml::Node& node, ControlConfig& control) {
    guard(node, node.choice({"button", "heater", "pump", "mains", "payment"}), control);
  }

  // Without a guardian only the board itself can open a contact whose controller was killed.
  void guard(const yaml::Node& node, const std::string& driven, ControlConfig& control) {
    control.drives = drives_of(driven);
    if (guardian_ || control.drives == ControlConfig::Drives::button || control.board_timed) return;
    node.fault(
        fmt::format("{} is {}: such an output must not be unguarded. Take `guardian: off` out, or "
                    "use a board that times its pulses itself",
                    node.name(), driven));
  }

  static std::chrono::milliseconds positive(const yaml::Node& node) {
    if (!node) return {};
    const auto time = node.milliseconds();
    if (time.count() == 0 && node.is_scalar() && yaml::parse_duration(*node.raw()))
      node.fault(fmt::format("{} must be at least 1 ms", node.name()));
    return time;
  }

  // "panel/1": a resource and its channel, counted from 1.
  bool bind_channel(const yaml::Node& node, std::string_view capability, ControlConfig& control) {
    const std::string text = node.text();
    const std::size_t slash = text.find('/');
    const std::string digits = slash == std::string::npos ? "" : text.substr(slash + 1);
    const auto read =
        std::from_chars(digits.data(), digits.data() + digits.size(), control.channel);
    if (digits.empty() || digits[0] == '0' || digits[0] == '-' || read.ec != std::errc{} ||
        read.ptr != digits.data() + digits.size()) {
      if (!text.empty())
        node.fault(fmt::format("{} is {}: a resource and a channel from 1 are expected, as panel/1",
                               node.name(), in_quotes(text)));
      return false;
    }
    if (!bind(node, text.substr(0, slash), capability, control)) return false;
    const auto [first, is_new] =
        lines_.emplace(std::tuple(control.resource, control.kind, control.channel), control.name);
    if (!is_new)
      node.fault(fmt::format("{}: channel {} is already control {}", node.name(), in_quotes(text),
                             first->second));
    return true;
  }

  // What only an output's board has.
  void read_board(const yaml::Node& output, ControlConfig& control) const {
    control.board_timed = offers(resources_.at(control.resource), "pulse", drivers_);
    const auto& options = resources_.at(control.resource).options;
    if (const auto channels = options.find("channels"); channels != options.end()) {
      int most = 0;
      const std::string& count = channels->second;
      std::from_chars(count.data(), count.data() + count.size(), most);
      if (control.channel > most)
        output.fault(
            fmt::format("{}: {} has {} channels only", output.name(), control.resource, most));
    }
  }

  bool bind(const yaml::Node& node, const std::string& resource, std::string_view capability,
            ControlConfig& control) {
    control.resource = resource;
    if (resource.empty()) return false;
    const auto found = resources_.find(resource);
    if (found == resources_.end()) {
      node.fault(fmt::format("there is no resource {}{}", in_quotes(resource),
                             yaml::did_you_mean(resource, names_of(resources_))));
      return false;
    }
    if (!offers(found->second, capability, drivers_)) {
      node.fault(fmt::format("{}: driver {} of resource {} is no {}", node.name(),
                             found->second.driver, resource, capability));
      return false;
    }
    return true;
  }

  std::vector<std::string> read_names(const yaml::Node& node) {
    std::vector<std::string> names;
    if (!node) return names;
    for (const yaml::Node& item : node.items(0)) {
      names.push_back(item.word());
      mentioned_.emplace_back(item, names.back());
    }
    return names;
  }

  void check_interlocks() {
    auto known = names_of(controls_, ControlConfig::Kind::output);
    std::ranges::copy(names_of(controls_, ControlConfig::Kind::input), std::back_inserter(known));
    for (const auto& [node, name] : mentioned_)
      if (!name.empty() && std::ranges::find(known, name) == known.end())
        node.fault(fmt::format("there is no output or input control {}{}", in_quotes(name),
                               yaml::did_you_mean(name, known)));
      else if (node.name().starts_with("controls." + name + "."))
        node.fault(fmt::format("{}: an output cannot name itself", node.name()));
  }

  const Resources& resources_;
  DriverTable drivers_;
  bool guardian_;
  Controls controls_;
  std::map<std::tuple<std::string, ControlConfig::Kind, int>, std::string> lines_;
  std::vector<std::pair<yaml::Node, std::string>> mentioned_;
};

}  // namespace

Controls read_controls(const yaml::Node& node, const Resources& resources, DriverTable drivers,
                       bool guardian) {
  return ControlReader(resources, drivers, guardian).read(node);
}

}  // namespace brewproof
