// A parameter's value: an integer (money in minor units) or a string; "" means absent.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>

namespace brewproof {

using Value = std::variant<std::int64_t, std::string>;
using Parameters = std::map<std::string, Value>;  // by name, in name order: files are canonical

/// The value as text: integers in decimal.
[[nodiscard]] std::string to_text(const Value& value);

}  // namespace brewproof
