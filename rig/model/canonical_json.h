// RFC 8785 (JSON Canonicalization Scheme): the form of every JSON value that is hashed.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace brewproof {

/// Keys sorted by UTF-16 code units, no white space, shortest round-trip numbers (ECMAScript
/// Number::toString), minimal escapes. Integers beyond 2^53 keep all their digits (RFC 8785
/// would round them; nanosecond times need them), which is stated in procedures/README.md.
/// Invalid UTF-8 is replaced by U+FFFD. Throws std::invalid_argument on NaN and infinity.
[[nodiscard]] std::string canonical_json(const nlohmann::json& value);

/// null where the text is "": not told.
[[nodiscard]] inline nlohmann::json text_or_null(const std::string& text) {
  return text.empty() ? nlohmann::json(nullptr) : nlohmann::json(text);
}

}  // namespace brewproof
