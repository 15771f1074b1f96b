#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "rig/bench/control_file.h"
#include "rig/bench/frame_table_file.h"
#include "rig/yaml/did_you_mean.h"
#include "rig/yaml/quote.h"
#include "rig/yaml/scalar_form.h"

namespace brewproof {
namespace {

using yaml::in_quotes;

constexpr std::int64_t most_channels = 64;
constexpr std::int64_t most_line = 65535;      // of a GPIO chip
constexpr std::int64_t most_coin = 1'000'000;  // minor units

std::string four_hex_digits(const yaml::Node& node) {
  std::string digits = node.raw().value_or("0000");
  const auto is_hex = [](unsigned char c) { return std::isxdigit(c) != 0; };
  if (digits.size() != 4 || !std::ranges::all_of(digits, is_hex))
    node.fault(fmt::format("{} is {}: four hex digits are expected, as 16c0", node.name(),
                           in_quotes(digits)));
  std::ranges::transform(digits, digits.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return digits;
}

void read_usb(const yaml::Node& node, ResourceConfig& resource) {
  yaml::Map usb = node.map();
  for (const char* key : {"path", "serial"})
    if (const yaml::Node value = usb.optional(key))
      resource.options["usb." + std::string(key)] = value.text();
  for (const char* key : {"vid", "pid"})
    if (const yaml::Node value = usb.optional(key))
      resource.options["usb." + std::string(key)] = four_hex_digits(value);
  if (node.is_map() && usb.entries().empty())
    node.fault(fmt::format("{} says nothing: give path, vid and pid, or serial", node.name()));
  usb.close();
}

// A program with its arguments, or a list of commands, as on.0, on.1 ... Nothing of it is split or
// substituted.
void read_texts(const std::string& name, const yaml::Node& node, ResourceConfig& resource) {
  const std::vector<yaml::Node> texts = node.items(1);
  for (std::size_t i = 0; i < texts.size(); ++i)
    resource.options[fmt::format("{}.{}", name, i)] = texts[i].text();
}

void read_option(const std::string& name, const yaml::Node& node, ResourceConfig& resource) {
  if (!node) return;
  if (name == "usb") return read_usb(node, resource);
  if (name == "table") {
    yaml::Map keys = node.map();
    resource.table = std::make_shared<const FrameTable>(read_frame_table(node, keys));
    return;
  }
  if (name == "vid" || name == "pid") {
    resource.options[name] = four_hex_digits(node);
  } else if (name == "channels") {
    // Kept only where it is right: every control would be told to exceed it.
    const std::string count = std::to_string(node.integer(1, most_channels));
    if (node.raw() == count) resource.options[name] = count;
  } else if (name == "on" || name == "off" || name == "read" || name == "allow") {
    read_texts(name, node, resource);
  } else if (name == "lines" || name == "coins") {
    const std::vector<yaml::Node> items = node.items(1);
    for (std::size_t i = 0; i < items.size(); ++i)
      resource.options[fmt::format("{}.{}", name, i)] =
          std::to_string(items[i].integer(0, name == "lines" ? most_line : most_coin));
  } else if (name == "within") {
    resource.options[name] = std::to_string(node.milliseconds().count());
  } else if (name == "interface") {
    resource.options[name] = read_interface(node);
  } else if (name == "port" || name == "host" || name == "chip") {
    resource.options[name] = node.text();
  } else if (const auto value = node.raw()) {
    // `on` and `off` are a driver's words here; every other doubtful scalar is told.
    if (*value != "on" && *value != "off") (void)node.json();
    resource.options[name] = *value;
  }
}

// A serial device is found by its port or by its USB adapter.
void require_place(const DriverEntry& driver, const yaml::Node& node, const yaml::Map& keys) {
  const auto has_option = [&](std::string_view name) {
    return std::ranges::find(driver.options, name, &OptionEntry::name) != driver.options.end();
  };
  if (!node.is_map() || !has_option("port") || !has_option("usb")) return;
  if (keys.has("port") == keys.has("usb"))
    node.fault(
        fmt::format("{} must have exactly one of port and usb: where is the device? "
                    "(see ls -l /dev/serial/by-path)",
                    node.name()));
}

// Two resources on one port would answer each other; devices on one bus have an address each.
void refuse_shared_ports(const std::vector<std::pair<std::string, yaml::Node>>& entries,
                         const Resources& resources) {
  std::map<std::string, std::vector<std::string>> users;  // by port
  const auto address_of = [&](const std::string& name) {
    const auto& options = resources.at(name).options;
    const auto address = options.find("address");
    return address == options.end() ? std::string() : address->second;
  };
  for (const auto& [name, node] : entries) {
    const auto& options = resources.at(name).options;
    const auto port = options.find("port");
    if (port == options.end() || port->second.empty()) continue;
    std::vector<std::string>& others = users[port->second];
    for (const std::string& other : others) {
      const std::string address = address_of(name);
      if (!address.empty() && !address_of(other).empty() && address != address_of(other)) continue;
      node.fault(
          fmt::format("{} has the port {} of resource {}: devices on one bus need an "
                      "address each",
                      node.name(), in_quotes(port->second), other));
      break;
    }
    others.push_back(name);
  }
}

}  // namespace

// Linux IFNAMSIZ leaves 15 characters.
std::string read_interface(const yaml::Node& node) {
  std::string name = node.text();
  const bool right =
      name.size() <= 15 && !name.starts_with('-') && !name.starts_with('.') &&
      std::ranges::all_of(name, [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view("._-").find(static_cast<char>(c)) != std::string_view::npos;
      });
  if (!right)
    node.fault(fmt::format("{}: {} is no name of a network interface (see `ip link`)", node.name(),
                           in_quotes(name)));
  return name;
}

bool offers(const ResourceConfig& resource, std::string_view capability, DriverTable drivers) {
  const DriverEntry* driver = find_driver(drivers, resource.driver);
  return driver == nullptr || driver->capability.find(capability) != std::string_view::npos;
}

std::vector<std::string> names_of(const Resources& resources) {
  std::vector<std::string> names;
  for (const auto& [name, resource] : resources) names.push_back(name);
  return names;
}

Resources read_resources(const yaml::Node& node, DriverTable drivers) {
  std::vector<std::string> driver_names;
  for (const DriverEntry* entry : drivers) driver_names.emplace_back(entry->name);

  Resources resources;
  yaml::Map map = node.map();
  const auto entries = map.named_entries();
  for (const auto& [name, value] : entries) {
    ResourceConfig& resource = resources[name];
    resource.name = name;
    resource.place = value.place_text();
    yaml::Map keys = value.map();
    const yaml::Node driver = keys.required("driver");
    if (driver) resource.driver = driver.text();
    const DriverEntry* entry = find_driver(drivers, resource.driver);
    if (entry == nullptr) {
      if (driver && !resource.driver.empty())
        driver.fault(fmt::format("there is no driver {}{}", in_quotes(resource.driver),
                                 yaml::did_you_mean(resource.driver, driver_names)));
      continue;  // which keys it would have is not known
    }
    for (const OptionEntry& option : entry->options)
      read_option(std::string(option.name),
                  option.required ? keys.required(option.name) : keys.optional(option.name),
                  resource);
    require_place(*entry, value, keys);
    keys.close();
  }
  refuse_shared_ports(entries, resources);
  return resources;
}

}  // namespace brewproof
