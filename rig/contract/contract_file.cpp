#include "rig/contract/contract_file.h"

#include <utility>

#include "rig/yaml/document.h"

namespace brewproof {
namespace {

ContractLine read_line(const yaml::Node& node, bool of_event) {
  ContractLine line;
  line.place = node.place_text();
  yaml::Map keys = node.map();
  if (of_event) line.event = keys.required("event").word();
  if (const yaml::Node of = keys.optional("of"))
    line.of_terminal = of.choice({"machine", "terminal"}) == "terminal";
  line.destination = keys.required("destination").text();
  line.protocol = keys.required("protocol").text();
  line.message = keys.required("message").text();
  for (const yaml::Node& field : keys.required("fields").items(0))
    line.fields.push_back(field.text());
  if (const yaml::Node purpose = keys.optional("purpose")) line.purpose = purpose.text();
  if (const yaml::Node category = keys.optional("category")) line.category = category.text();
  keys.close();
  return line;
}

std::vector<ContractLine> read_lines(const yaml::Node& node, bool of_event) {
  std::vector<ContractLine> lines;
  if (!node) return lines;
  for (const yaml::Node& item : node.items(0)) lines.push_back(read_line(item, of_event));
  return lines;
}

}  // namespace

Result<ContractFile> read_contract_file(const std::string& path) {
  auto document = yaml::Document::read(path);
  if (!document) return pass_on(std::move(document));
  ContractFile contract;
  contract.path = path;
  yaml::Map top = yaml::top_map(*document, "contract");
  if (const yaml::Node name = top.optional("name")) contract.name = name.text();
  contract.allow = read_lines(top.required("allow"), true);
  contract.background = read_lines(top.optional("background"), false);
  if (const yaml::Node otherwise = top.optional("otherwise"))
    contract.otherwise_fail = otherwise.choice({"fail", "report"}) != "report";
  top.close();
  return document->finish(std::move(contract));
}

}  // namespace brewproof
