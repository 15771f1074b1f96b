#include "rig/command/station/known_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "rig/model/wrapped.h"

namespace brewproof {
namespace {

std::string read_back_word(ReadBack read_back) {
  return read_back == ReadBack::latch ? "latch" : read_back == ReadBack::pin ? "pin" : "none";
}

bool is_switch(const DriverEntry& driver) {
  return driver.capability.find("switch") != std::string_view::npos;
}

// Ids and texts of what the driver is recognised by.
std::string recognised_text(const UsbMatch& match) {
  std::string text = fmt::format("{}:{}", match.vid, match.pid);
  for (const std::string_view name : {match.manufacturer, match.product})
    if (!name.empty()) text += fmt::format(" \"{}...\"", name);
  return text + (match.shared ? " (an adapter on boards of several kinds)" : "");
}

class Writer {
 public:
  explicit Writer(const TextStyle& style)
      : color_(style.color), width_(static_cast<std::size_t>(std::clamp(style.width, 40, 140))) {}

  void group(const std::string& heading) {
    out_ += (out_.empty() ? "" : "\n") + bold(heading) + "\n";
  }

  void driver(const DriverEntry& entry) {
    out_ += fmt::format("\n  {}\n", bold(std::string(entry.name)));
    line(std::string(entry.summary));
    row("transport", std::string(entry.transport));
    if (is_switch(entry)) row("read-back", read_back_text(entry.read_back));
    for (const UsbMatch& match : entry.recognises) row("found by", recognised_text(match));
    row("facts from", std::string(entry.source));
    for (const OptionEntry& option : entry.options)
      row(std::string(option.name) + ":",
          std::string(option.meaning) + (option.required ? " (required)" : ""));
  }

  std::string take() { return std::move(out_); }

 private:
  static constexpr std::size_t label_columns = 12, indent = 4;

  [[nodiscard]] std::string bold(const std::string& text) const {
    return color_ ? "\x1b[1m" + text + "\x1b[0m" : text;
  }
  void line(const std::string& text) {
    out_ += std::string(indent, ' ') + wrapped(text, width_, indent) + "\n";
  }
  void row(const std::string& label, const std::string& text) {
    const std::size_t column = indent + std::max(label_columns, label.size() + 1);
    out_ += fmt::format("{:{}}{:<{}}", "", indent, label, column - indent);
    out_ += wrapped(text, width_, column) + "\n";
  }

  bool color_;
  std::size_t width_;
  std::string out_;
};

}  // namespace

std::string read_back_text(ReadBack read_back) {
  switch (read_back) {
    case ReadBack::latch:
      return "latch: the board repeats what it was told; a contact that sticks is not seen";
    case ReadBack::pin:
      return "pin: the board reads the level of its output pin; a contact that sticks is not seen";
    case ReadBack::none:
      break;
  }
  return "none: the board says nothing; only a sensor shows what happened";
}

std::string known_text(DriverTable drivers, const TextStyle& style) {
  Writer out(style);
  constexpr std::array<std::pair<std::string_view, const char*>, 5> groups{{
      {"switch", "Switches: they close contacts"},
      {"meter", "Meters: they measure, independent of the machine"},
      {"input", "Inputs: they see a contact that something else closes"},
      {"reader", "Readers: they pay in place of the card reader"},
      {"audit", "Audit ports: the machine's own books"},
  }};
  std::vector<const DriverEntry*> rest(drivers.begin(), drivers.end());
  for (const auto& [capability, heading] : groups) {
    std::vector<const DriverEntry*> members, others;
    for (const DriverEntry* driver : rest)
      (driver->capability.find(capability) != std::string_view::npos ? members : others)
          .push_back(driver);
    if (members.empty()) continue;
    out.group(heading);
    for (const DriverEntry* driver : members) out.driver(*driver);
    rest = std::move(others);
  }
  if (!rest.empty()) out.group("Others");
  for (const DriverEntry* driver : rest) out.driver(*driver);
  return out.take();
}

nlohmann::json known_json(DriverTable drivers) {
  nlohmann::json list = nlohmann::json::array();
  for (const DriverEntry* driver : drivers) {
    nlohmann::json options = nlohmann::json::array();
    for (const OptionEntry& option : driver->options)
      options.push_back(
          {{"name", option.name}, {"required", option.required}, {"meaning", option.meaning}});
    nlohmann::json recognises = nlohmann::json::array();
    for (const UsbMatch& match : driver->recognises)
      recognises.push_back({{"vid", match.vid},
                            {"pid", match.pid},
                            {"manufacturer", match.manufacturer},
                            {"product", match.product},
                            {"shared", match.shared}});
    list.push_back({{"name", driver->name},
                    {"summary", driver->summary},
                    {"transport", driver->transport},
                    {"capability", driver->capability},
                    {"read_back", read_back_word(driver->read_back)},
                    {"source", driver->source},
                    {"options", options},
                    {"recognises", recognises}});
  }
  return {{"drivers", list}};
}

}  // namespace brewproof
