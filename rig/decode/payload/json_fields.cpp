#include "rig/decode/payload/json_fields.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <cstring>
#include <vector>

#include "rig/decode/payload/alphabet.h"
#include "rig/decode/payload/opener.h"

namespace brewproof::decode {
namespace {

namespace ondemand = simdjson::ondemand;

bool is_white(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// As the one of text.h; inlined, since every number is asked.
std::string_view trim(std::string_view text) {
  while (!text.empty() && is_white(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white(text.back())) text.remove_suffix(1);
  return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

/// RFC 8259 section 6. simdjson finds where a token ends, not whether it is a number.
bool is_number(std::string_view token, bool& integer) {
  integer = true;
  std::size_t at = !token.empty() && token[0] == '-' ? 1 : 0;
  const std::size_t whole = at;
  at = digits(token, at);
  if (at == whole || (token[whole] == '0' && at - whole > 1)) return false;
  if (at < token.size() && token[at] == '.') {
    integer = false;
    const std::size_t fraction = at + 1;
    at = digits(token, fraction);
    if (at == fraction) return false;
  }
  if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
    integer = false;
    ++at;
    if (at < token.size() && (token[at] == '+' || token[at] == '-')) ++at;
    const std::size_t exponent = at;
    at = digits(token, exponent);
    if (at == exponent) return false;
  }
  return at == token.size();
}

bool at_end(ondemand::document& document) {
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

/// Bytes between the quotes of a string token.
std::size_t inside_quotes(std::string_view token) {
  token = trim(token);
  return token.size() < 2 ? 0 : token.size() - 2;
}

class Walk {
 public:
  explicit Walk(Opener& opener) : opener_(opener), path_(opener.path()) {}

  [[nodiscard]] const char* error() const { return error_; }

  bool document(ondemand::document& document, std::string_view text) {
    ondemand::json_type type{};
    if (document.type().get(type) != simdjson::SUCCESS) return stop("not a JSON value");
    switch (type) {
      case ondemand::json_type::object: {
        ondemand::object object;
        if (document.get_object().get(object) != simdjson::SUCCESS) return stop("broken object");
        return members(object, 1) && (at_end(document) || stop("text after the document"));
      }
      case ondemand::json_type::array: {
        ondemand::array array;
        if (document.get_array().get(array) != simdjson::SUCCESS) return stop("broken array");
        return elements(array, 1) && (at_end(document) || stop("text after the document"));
      }
      case ondemand::json_type::string: {
        std::string_view value;
        if (document.get_string().get(value) != simdjson::SUCCESS) return stop("broken string");
        if (!at_end(document)) return stop("text after the document");
        opener_.text(value, inside_quotes(text));
        return true;
      }
      default:
        return scalar(trim(text));
    }
  }

 private:
  bool stop(const char* why) {
    if (error_ == nullptr) error_ = why;
    return false;
  }
  bool limit(const char* why) {
    opener_.limit_reached();
    return stop(why);
  }

  bool scalar(std::string_view token) {
    bool integer = false;
    FieldType type = FieldType::boolean;
    if (token == "null") {
      type = FieldType::null;
    } else if (is_number(token, integer)) {
      type = integer ? FieldType::integer : FieldType::real;
    } else if (token != "true" && token != "false") {
      return stop("not a JSON value");
    }
    opener_.scalar(type, token.size()).value.append(token.substr(0, max_value));
    return true;
  }

  bool value(ondemand::value& value, unsigned depth) {
    ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return stop("not a JSON value");
    switch (type) {
      case ondemand::json_type::object: {
        ondemand::object object;
        if (value.get_object().get(object) != simdjson::SUCCESS) return stop("broken object");
        return members(object, depth + 1);
      }
      case ondemand::json_type::array: {
        ondemand::array array;
        if (value.get_array().get(array) != simdjson::SUCCESS) return stop("broken array");
        return elements(array, depth + 1);
      }
      case ondemand::json_type::string: {
        const std::size_t wire = inside_quotes(value.raw_json_token());
        std::string_view text;
        if (value.get_string().get(text) != simdjson::SUCCESS) return stop("broken string");
        opener_.text(text, wire);
        return true;
      }
      default:
        return scalar(trim(value.raw_json_token()));
    }
  }

  bool members(ondemand::object& object, unsigned depth) {
    if (depth > opener_.max_depth()) return limit("nesting is too deep");
    const std::size_t base = path_.size();
    bool empty = true;
    for (auto member : object) {
      empty = false;
      std::string_view key;
      ondemand::value child;
      if (member.unescaped_key().get(key) != simdjson::SUCCESS) return stop("broken key");
      if (!opener_.step(key)) return stop("a field path is too long");
      if (member.value().get(child) != simdjson::SUCCESS) return stop("broken value");
      if (!value(child, depth)) return false;
      path_.resize(base);
    }
    if (empty) opener_.scalar(FieldType::text, 2).value = "{}";
    return true;
  }

  bool elements(ondemand::array& array, unsigned depth) {
    if (depth > opener_.max_depth()) return limit("nesting is too deep");
    const std::size_t base = path_.size();
    std::size_t count = 0;
    for (auto element : array) {
      ondemand::value child;
      if (element.get(child) != simdjson::SUCCESS) return stop("broken element");
      if (!opener_.step(count++)) return stop("a field path is too long");
      if (!value(child, depth)) return false;
      path_.resize(base);
    }
    if (count == 0) opener_.scalar(FieldType::text, 2).value = "[]";
    return true;
  }

  Opener& opener_;
  std::string& path_;
  const char* error_ = nullptr;
};

}  // namespace

struct JsonFields::State {
  ondemand::parser parser;
  std::vector<char> padded;
};

JsonFields::JsonFields() = default;
JsonFields::~JsonFields() = default;

bool JsonFields::read(std::string_view text, Opener& opener, std::string& why) {
  constexpr std::size_t keep = 1u << 20;
  const std::size_t mark = byte_order_mark(text);
  text.remove_prefix(mark);
  if (open_ == states_.size()) states_.push_back(std::make_unique<State>());
  State& state = *states_[open_];
  ++open_;
  auto& padded = state.padded;
  if (padded.size() < text.size() + simdjson::SIMDJSON_PADDING)
    padded.resize(text.size() + simdjson::SIMDJSON_PADDING);
  std::memcpy(padded.data(), text.data(), text.size());
  std::memset(padded.data() + text.size(), ' ', simdjson::SIMDJSON_PADDING);

  ondemand::document document;
  const char* error = nullptr;
  std::size_t offset = 0;
  if (const auto code =
          state.parser.iterate(padded.data(), text.size(), padded.size()).get(document);
      code != simdjson::SUCCESS) {
    error = simdjson::error_message(code);
  } else {
    Walk walk(opener);
    if (!walk.document(document, text)) {
      error = walk.error();
      const char* at = nullptr;
      if (document.current_location().get(at) == simdjson::SUCCESS && at >= padded.data())
        offset = std::min(static_cast<std::size_t>(at - padded.data()), text.size());
      else
        offset = text.size();
    }
  }
  --open_;
  // One huge document must not stay in memory.
  if (padded.size() > keep) states_[open_] = std::make_unique<State>();
  if (error == nullptr) return true;
  why = fmt::format("{} at byte {}", error, mark + offset);
  return false;
}

}  // namespace brewproof::decode
