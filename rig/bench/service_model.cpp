#include "rig/bench/service_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "rig/yaml/document.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

std::uint8_t read_byte(const yaml::Node& node) {
  const std::string digits = node ? node.text() : "00";
  std::uint8_t value = 0;
  const char* const end = digits.data() + digits.size();
  const bool whole = std::from_chars(digits.data(), end, value, 16).ptr == end;
  if (digits.size() != 2 || !whole)
    node.fault(fmt::format("{} is {}: two hex digits in quotes are expected", node.name(),
                           yaml::in_quotes(digits)));
  return value;
}

void refuse_again(const yaml::Node& node, const std::string& name, std::set<std::string>& names) {
  if (!name.empty() && !names.insert(name).second)
    node.fault(fmt::format("{}: {} is named twice", node.name(), name));
}

ServiceModel::Key read_key(const yaml::Node& node, std::set<std::string>& names) {
  ServiceModel::Key key;
  yaml::Map keys = node.map();
  const yaml::Node name = keys.required("name");
  if (name) key.name = name.word();
  refuse_again(node, key.name, names);
  key.code = read_byte(keys.required("code"));
  keys.close();
  return key;
}

ServiceModel::Input read_input(const yaml::Node& node, std::set<std::string>& names) {
  ServiceModel::Input input;
  yaml::Map keys = node.map();
  const yaml::Node name = keys.required("name");
  if (name) input.name = name.word();
  refuse_again(node, input.name, names);
  input.bit = static_cast<int>(keys.required("bit").integer(0, 7));
  input.when = keys.required("when").integer(0, 1) == 1;
  keys.close();
  return input;
}

}  // namespace

Result<ServiceModel> parse_service_model(std::string text, const std::string& path) {
  auto document = yaml::Document::parse(std::move(text), path);
  if (!document) return pass_on(std::move(document));
  yaml::Map top = yaml::top_map(*document, "jura-model");
  ServiceModel model;
  model.summary = top.required("summary").text();
  model.source = top.required("source").text();
  if (const yaml::Node types = top.optional("types"))
    for (const yaml::Node& type : types.items(1)) model.types.push_back(type.text());
  std::set<std::string> key_names, input_names;
  for (const yaml::Node& key : top.required("keys").items(1))
    model.keys.push_back(read_key(key, key_names));
  yaml::Map counters = top.required("counters").map();
  for (const auto& [name, word] : counters.named_entries()) model.counters[name] = read_byte(word);
  for (const yaml::Node& input : top.required("inputs").items(0))
    model.inputs.push_back(read_input(input, input_names));
  top.close();
  return document->finish(std::move(model));
}

}  // namespace brewproof
