#include "rig/bench/consumable_file.h"

#include <fmt/format.h>

#include "rig/bench/condition_file.h"
#include "rig/yaml/did_you_mean.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

constexpr std::int64_t most_counted = 1'000'000;

// A control that a press reaches the machine by.
std::string read_output(const yaml::Node& node,
                        const std::map<std::string, ControlConfig>& controls) {
  if (!node) return "";
  const std::string name = node.word();
  const auto control = controls.find(name);
  if (control == controls.end() || control->second.kind != ControlConfig::Kind::output)
    node.fault(
        fmt::format("{}: there is no output control {}{}", node.name(), yaml::in_quotes(name),
                    yaml::did_you_mean(name, names_of(controls, ControlConfig::Kind::output))));
  else if (control->second.for_sham)
    node.fault(
        fmt::format("{}: control {} is for sham only: pressing it does nothing to the "
                    "machine",
                    node.name(), name));
  else if (control->second.worth)
    node.fault(fmt::format("{}: a press of {} is money, which only a procedure's `insert` spends",
                           node.name(), name));
  return name;
}

}  // namespace

std::vector<Consumable> read_consumables(const yaml::Node& node,
                                         const std::map<std::string, ControlConfig>& controls) {
  std::vector<Consumable> consumables;
  if (!node) return consumables;
  yaml::Map names = node.map();
  for (const auto& [name, value] : names.named_entries()) {
    Consumable consumable;
    consumable.name = name;
    consumable.place = value.place_text();
    yaml::Map keys = value.map();
    if (const yaml::Node holds = keys.required("holds"))
      consumable.holds = holds.integer(1, most_counted);
    if (const yaml::Node use = keys.required("use")) {
      yaml::Map uses = use.map();
      for (const auto& [user, count] : uses.entries())
        consumable.use[user] = count.integer(1, most_counted);
    }
    if (const yaml::Node service = keys.optional("service"))
      consumable.service = service.choice({"refill", "clean", "warm"});
    if (const yaml::Node price = keys.optional("price")) consumable.price = price.money();
    consumable.by = read_output(keys.optional("by"), controls);
    consumable.conditioning = read_output(keys.optional("conditioning"), controls);
    keys.close();
    consumables.push_back(std::move(consumable));
  }
  return consumables;
}

}  // namespace brewproof
