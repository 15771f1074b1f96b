// One line of the journal as it is read back.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "rig/model/clock.h"

namespace brewproof {

struct Record {
  std::uint64_t seq = 0;
  std::string type;  // plan, intent, outcome, segment, clock, damage, stop, end
  Instant at;
  nlohmann::json body;  // the type's own keys
};

/// A key of a record's body, which somebody may have changed: "" where it is no text.
[[nodiscard]] inline std::string text_of(const nlohmann::json& body, const char* key) {
  const bool there = body.is_object() && body.contains(key) && body[key].is_string();
  return there ? body[key].get<std::string>() : "";
}

/// nullopt where it is no whole number.
[[nodiscard]] inline std::optional<std::int64_t> integer_of(const nlohmann::json& body,
                                                            const char* key) {
  const bool there = body.is_object() && body.contains(key) && body[key].is_number_integer();
  return there ? std::optional(body[key].get<std::int64_t>()) : std::nullopt;
}

}  // namespace brewproof
