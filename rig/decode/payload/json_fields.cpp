#include "rig/decode/payload/json_fields.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <cstring>
#include <vector>

#include "rig/decode/outlet.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

namespace ondemand = simdjson::ondemand;

bool is_white(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

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

class Walk {
 public:
  Walk(Message& message, Outlet& out, std::string& path, unsigned max_depth)
      : message_(message), out_(out), path_(path), max_depth_(max_depth) {}

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
        out_.text(message_, path_, value);
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
    out_.field(message_, path_, type).value.append(token.substr(0, max_value));
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
        std::string_view text;
        if (value.get_string().get(text) != simdjson::SUCCESS) return stop("broken string");
        out_.text(message_, path_, text);
        return true;
      }
      default:
        return scalar(trim(value.raw_json_token()));
    }
  }

  bool members(ondemand::object& object, unsigned depth) {
    if (depth > max_depth_) return stop("nesting is too deep");
    const std::size_t base = path_.size();
    bool empty = true;
    for (auto member : object) {
      empty = false;
      std::string_view key;
      ondemand::value child;
      if (member.unescaped_key().get(key) != simdjson::SUCCESS) return stop("broken key");
      path_ += '/';
      append_pointer_token(path_, key);
      if (member.value().get(child) != simdjson::SUCCESS) return stop("broken value");
      if (!value(child, depth)) return false;
      path_.resize(base);
    }
    if (empty) out_.field(message_, path_).value = "{}";
    return true;
  }

  bool elements(ondemand::array& array, unsigned depth) {
    if (depth > max_depth_) return stop("nesting is too deep");
    const std::size_t base = path_.size();
    std::size_t count = 0;
    for (auto element : array) {
      ondemand::value child;
      if (element.get(child) != simdjson::SUCCESS) return stop("broken element");
      path_ += '/';
      append_number(path_, count++);
      if (!value(child, depth)) return false;
      path_.resize(base);
    }
    if (count == 0) out_.field(message_, path_).value = "[]";
    return true;
  }

  Message& message_;
  Outlet& out_;
  std::string& path_;
  unsigned max_depth_;
  const char* error_ = nullptr;
};

}  // namespace

struct JsonFields::State {
  ondemand::parser parser;
  std::vector<char> padded;
  std::string path;
};

JsonFields::JsonFields() : state_(std::make_unique<State>()) {}
JsonFields::~JsonFields() = default;

bool JsonFields::read(std::string_view text, std::string_view prefix, unsigned max_depth,
                      Message& message, Outlet& out, std::string& why) {
  constexpr std::size_t keep = 1u << 20;
  const std::size_t fields_before = message.fields.size();
  const std::size_t notes_before = message.notes.size();
  auto& padded = state_->padded;
  if (padded.size() < text.size() + simdjson::SIMDJSON_PADDING)
    padded.resize(text.size() + simdjson::SIMDJSON_PADDING);
  std::memcpy(padded.data(), text.data(), text.size());
  std::memset(padded.data() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
  state_->path = prefix;

  ondemand::document document;
  const char* error = nullptr;
  std::size_t offset = 0;
  if (const auto code =
          state_->parser.iterate(padded.data(), text.size(), padded.size()).get(document);
      code != simdjson::SUCCESS) {
    error = simdjson::error_message(code);
  } else {
    Walk walk(message, out, state_->path, max_depth);
    if (!walk.document(document, text)) {
      error = walk.error();
      const char* at = nullptr;
      if (document.current_location().get(at) == simdjson::SUCCESS && at >= padded.data())
        offset = std::min(static_cast<std::size_t>(at - padded.data()), text.size());
      else
        offset = text.size();
    }
  }
  if (padded.size() > keep) {  // one huge document must not stay in memory
    state_ = std::make_unique<State>();
  }
  if (error == nullptr) return true;
  message.fields.resize(fields_before);
  message.notes.resize(notes_before);
  why = fmt::format("{} at byte {}", error, offset);
  return false;
}

}  // namespace brewproof::decode
