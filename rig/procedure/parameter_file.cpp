#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "rig/procedure/event_file.h"
#include "rig/yaml/quote.h"
#include "rig/yaml/scalar_form.h"

namespace brewproof {
namespace {

using yaml::in_quotes;

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 4;
constexpr std::int64_t most_token_bytes = 16;
constexpr std::int64_t most_levels = 64;

// A whole number or money, as it is written.
struct Amount {
  std::int64_t value = 0;
  std::string currency;  // "" = a plain whole number
};

Amount read_amount(const yaml::Node& node) {
  const std::string text = node.raw().value_or("0");
  if (text.find(' ') == std::string::npos) return {node.integer(-most, most), ""};
  const Money money = node.money();
  if (money.minor > most) node.fault(fmt::format("{} is too much money", node.name()));
  return {std::min(money.minor, most), money.currency};
}

// A value of one_of: a whole number, money, or text.
Value read_level(const yaml::Node& node, std::string& currency) {
  if (!node.is_scalar()) {
    (void)node.raw();  // the fault
    return {};
  }
  const std::string text = *node.raw();
  if (const auto money = yaml::parse_money(text)) {
    currency = money->currency;
    return money->minor;
  }
  if (yaml::form_of(text) == yaml::ScalarForm::integer && node.json().is_number())
    return node.integer(-most, most);
  return node.text();
}

void read_one_of(const yaml::Node& node, yaml::Map& keys, ParameterSpec& spec) {
  spec.kind = ParameterSpec::Kind::one_of;
  spec.balanced = true;
  if (const yaml::Node balanced = keys.optional("balanced")) spec.balanced = balanced.boolean();
  for (const yaml::Node& item : node.items(1)) {
    std::string currency;
    Value level = read_level(item, currency);
    if (item.is_scalar() && std::ranges::find(spec.levels, level) != spec.levels.end())
      item.fault(fmt::format("{}: {} is there twice", item.name(), in_quotes(to_text(level))));
    if (item.is_scalar() && !spec.levels.empty() &&
        (spec.levels.front().index() != level.index() || spec.currency != currency))
      item.fault(
          fmt::format("{}: all values must be of one kind: texts, whole numbers, or money "
                      "of one currency",
                      item.name()));
    spec.currency = currency;
    spec.levels.push_back(std::move(level));
    if (static_cast<std::int64_t>(spec.levels.size()) == most_levels + 1)
      item.fault(fmt::format("{} has more than {} values", node.name(), most_levels));
  }
}

void read_range(const yaml::Node& node, yaml::Map& keys, ParameterSpec& spec) {
  spec.kind = ParameterSpec::Kind::range;
  const yaml::Node from_node = keys.required("from");
  const yaml::Node to_node = keys.required("to");
  const yaml::Node step_node = keys.optional("step");
  if (const yaml::Node unique = keys.optional("unique")) spec.unique = unique.boolean();
  if (!from_node || !to_node) return;
  const Amount from = read_amount(from_node);
  const Amount to = read_amount(to_node);
  const Amount step = step_node ? read_amount(step_node) : Amount{1, from.currency};
  spec.from = from.value;
  spec.to = to.value;
  spec.step = step.value;
  spec.currency = from.currency;
  if (to.currency != from.currency || step.currency != from.currency)
    return node.fault(
        fmt::format("{}: from, to and step must be of one kind: whole numbers, or "
                    "money of one currency",
                    node.name()));
  if (spec.step < 1) return node.fault(fmt::format("{}.step must be more than 0", node.name()));
  if (spec.to < spec.from)
    return node.fault(fmt::format("{} ends before it begins: to is less than from", node.name()));
  if ((spec.to - spec.from) % spec.step != 0)
    return node.fault(fmt::format("{}: to is not reached from `from` in whole steps", node.name()));
  const std::int64_t values = (spec.to - spec.from) / spec.step + 1;
  if (!spec.unique && values > most_levels)
    node.fault(
        fmt::format("{} has {} values: with more than {} add `unique: true`, so that each is "
                    "used once",
                    node.name(), values, most_levels));
}

void read_token(const yaml::Node& node, yaml::Map& keys, ParameterSpec& spec) {
  spec.kind = ParameterSpec::Kind::token;
  spec.unique = true;
  const std::int64_t bytes = node.byte_count();
  if (node.is_scalar() && yaml::parse_byte_count(*node.raw()) &&
      (bytes < 1 || bytes > most_token_bytes))
    node.fault(fmt::format("{} must have 1 to {} bytes", node.name(), most_token_bytes));
  spec.token_bytes = static_cast<int>(std::clamp<std::int64_t>(bytes, 1, most_token_bytes));
  if (const yaml::Node unique = keys.optional("unique"))
    if (unique.json() != true)
      unique.fault(
          fmt::format("{}: a token is always unique: write true, or leave it out", unique.name()));
}

ParameterSpec read_parameter(const std::string& name, const yaml::Node& node) {
  ParameterSpec spec;
  spec.name = name;
  spec.place = node.place_text();
  yaml::Map keys = node.map();
  const yaml::Node one_of = keys.optional("one_of");
  const yaml::Node token = keys.optional("token");
  const bool range = keys.has("from") || keys.has("to");
  if (node.is_map() && (one_of ? 1 : 0) + (token ? 1 : 0) + (range ? 1 : 0) != 1)
    node.fault(
        fmt::format("{} must be exactly one of: `one_of: [...]`, `from: ... to: ...`, "
                    "`token: 3 bytes`",
                    node.name()));
  if (one_of)
    read_one_of(one_of, keys, spec);
  else if (token)
    read_token(token, keys, spec);
  else if (range)
    read_range(node, keys, spec);
  keys.close();
  return spec;
}

}  // namespace

ParameterSpecs read_parameters(const yaml::Node& node) {
  ParameterSpecs specs;
  if (!node) return specs;
  yaml::Map names = node.map();
  for (const auto& [name, value] : names.named_entries())
    specs.emplace(name, read_parameter(name, value));
  return specs;
}

}  // namespace brewproof
