// A JSON object of one text line with the column of every member's key, for errors that point at
// the place. Objects in objects, no arrays: what a trials log holds. Doubled keys are errors.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace brewproof {

struct PlacedJson {
  nlohmann::json object;
  std::map<std::string, std::size_t> columns;  // by JSON Pointer ("/params/amount"), from 1
  std::string fault;                           // "" = read whole
  std::size_t fault_column = 1;                // columns count bytes

  [[nodiscard]] std::size_t column_of(const std::string& pointer) const {
    const auto found = columns.find(pointer);
    return found == columns.end() ? 1 : found->second;
  }
};

/// Text from a file as an error message may show it: quoted, ASCII, cut at 60 characters.
[[nodiscard]] std::string shown(const nlohmann::json& value);

[[nodiscard]] PlacedJson read_placed_json(std::string_view line);

}  // namespace brewproof
