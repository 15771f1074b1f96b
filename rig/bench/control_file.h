// The `resources` and `controls` of a bench file.
#pragma once

#include <map>
#include <string>

#include "rig/bench/bench_file.h"
#include "rig/yaml/node.h"

namespace brewproof {

using Resources = std::map<std::string, ResourceConfig>;
using Controls = std::map<std::string, ControlConfig>;

/// Each resource's driver and its options as text; nested ones flat ("usb.vid" -> "16c0").
[[nodiscard]] Resources read_resources(const yaml::Node& node, DriverTable drivers);

/// Each control bound to a resource whose driver offers what it needs. Without a guardian only a
/// board that times its pulses itself may drive more than a button.
[[nodiscard]] Controls read_controls(const yaml::Node& node, const Resources& resources,
                                     DriverTable drivers, bool guardian);

/// True where the resource's driver offers `capability` (switch, pulse, meter, reader). An unknown
/// driver is told elsewhere and offers everything.
[[nodiscard]] bool offers(const ResourceConfig& resource, std::string_view capability,
                          DriverTable drivers);

/// The name of a network interface.
[[nodiscard]] std::string read_interface(const yaml::Node& node);

[[nodiscard]] std::vector<std::string> names_of(const Resources& resources);

}  // namespace brewproof
