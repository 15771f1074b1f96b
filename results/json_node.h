// A value of a JSON file with the JSON Pointer that leads to it, so that what is missing or
// mistyped is named by its place.
#pragma once

#include <fmt/core.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace brewproof {

/// What is wrong, and where. Thrown by the readers of one file only; what begins the reading
/// catches it.
struct MalformedJson {
  std::string what;
};

/// A value with the JSON Pointer that leads to it.
class JsonNode {
 public:
  JsonNode(const nlohmann::json& value, std::string pointer)
      : value_(value), pointer_(std::move(pointer)) {}

  [[nodiscard]] JsonNode at(const char* key) const {
    if (!value_.is_object()) wrong("is not an object");
    if (!value_.contains(key)) wrong(fmt::format("has no \"{}\"", key));
    return {value_[key], pointer_ + "/" + key};
  }
  [[nodiscard]] bool has(const char* key) const {
    return value_.is_object() && value_.contains(key);
  }
  [[nodiscard]] bool null() const { return value_.is_null(); }
  [[nodiscard]] const nlohmann::json& value() const { return value_; }

  template <class Use>
  void each(Use use) const {
    if (!value_.is_array()) wrong("is not a list");
    for (std::size_t i = 0; i < value_.size(); ++i)
      use(JsonNode(value_[i], fmt::format("{}/{}", pointer_, i)));
  }
  template <class Use>
  void each_member(Use use) const {
    if (!value_.is_object()) wrong("is not an object");
    for (const auto& [key, member] : value_.items())
      use(key, JsonNode(member, pointer_ + "/" + key));
  }

  [[nodiscard]] std::string text() const {
    if (!value_.is_string()) wrong("is not a text");
    return value_.get<std::string>();
  }
  [[nodiscard]] std::string text_or_empty() const { return null() ? "" : text(); }
  [[nodiscard]] bool boolean() const {
    if (!value_.is_boolean()) wrong("is not true or false");
    return value_.get<bool>();
  }
  [[nodiscard]] double real() const {
    if (!value_.is_number()) wrong("is not a number");
    return value_.get<double>();
  }
  template <class Integer>
  [[nodiscard]] Integer integer() const {
    using Limits = std::numeric_limits<Integer>;
    const bool fits = value_.is_number_unsigned()
                          ? value_.get<std::uint64_t>() <= static_cast<std::uint64_t>(Limits::max())
                          : value_.is_number_integer() && std::is_signed_v<Integer> &&
                                value_.get<std::int64_t>() >= std::int64_t{Limits::min()};
    if (!fits) wrong("is not an integer in range");
    return value_.get<Integer>();
  }
  [[nodiscard]] std::int64_t nanoseconds() const {
    const double ns = real() * 1e6;
    if (!(std::fabs(ns) < 9e18)) wrong("is not a time in milliseconds");
    return std::llround(ns);
  }
  template <class Read>
  [[nodiscard]] auto maybe(Read read) const -> std::optional<decltype(read(*this))> {
    if (null()) return std::nullopt;
    return read(*this);
  }
  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> found;
    each([&](const JsonNode& node) { found.push_back(node.text()); });
    return found;
  }

  [[noreturn]] void wrong(const std::string& what) const {
    throw MalformedJson{fmt::format("{} {}", pointer_.empty() ? "/" : pointer_, what)};
  }

 private:
  const nlohmann::json& value_;
  std::string pointer_;
};
}  // namespace brewproof
