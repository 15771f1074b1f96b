#include "rig/model/regression.h"

#include "rig/model/canonical_json.h"
#include "rig/model/destination_json.h"

namespace brewproof {

using nlohmann::json;

namespace {

json red_line_json(const RedLine& line) {
  return {{"what", line.what},
          {"claim", text_or_null(line.claim)},
          {"event", text_or_null(line.event)},
          {"destination", destination_texts(line.destination)},
          {"protocol", line.protocol},
          {"tls", line.tls},
          {"message", line.message},
          {"count", line.count},
          {"fields", line.fields},
          {"p_adjusted", line.p_adjusted ? json(*line.p_adjusted) : json(nullptr)},
          {"doubt", text_or_null(line.doubt)}};
}

std::string text_at(const json& from, const char* key) {
  const json& value = from.at(key);
  return value.is_null() ? "" : value.get<std::string>();
}

RedLine read_red_line(const json& from) {
  RedLine line;
  line.what = from.at("what").get<std::string>();
  line.claim = text_at(from, "claim");
  line.event = text_at(from, "event");
  const json& to = from.at("destination");
  line.destination = {text_at(to, "name"), text_at(to, "address"),
                      to.at("port").get<std::uint16_t>()};
  line.protocol = from.at("protocol").get<std::string>();
  line.tls = from.at("tls").get<bool>();
  line.message = from.at("message").get<std::string>();
  line.count = from.at("count").get<std::uint64_t>();
  line.fields = from.at("fields").get<std::vector<std::string>>();
  if (const json& p = from.at("p_adjusted"); !p.is_null()) line.p_adjusted = p.get<double>();
  line.doubt = text_at(from, "doubt");
  return line;
}

}  // namespace

json regression_json(const Regression& regression) {
  json lines = json::array();
  for (const RedLine& line : regression.lines) lines.push_back(red_line_json(line));
  return {{"base", regression.base}, {"lines", lines}};
}

std::optional<Regression> read_regression(const json& from) {
  try {
    Regression regression;
    regression.base = from.at("base").get<std::string>();
    for (const json& line : from.at("lines")) regression.lines.push_back(read_red_line(line));
    return regression;
  } catch (const json::exception&) {
    return std::nullopt;  // somebody's file, not a bug
  }
}

}  // namespace brewproof
