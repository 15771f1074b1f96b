#include "rig/crosscheck/content.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rig/crosscheck/forms.h"

namespace brewproof {
namespace {

using nlohmann::json;

constexpr std::size_t deepest = 64;
constexpr std::size_t most_items = 4096;

/// A reference token of a field path: RFC 6901, `*` as ~2, `|` and control characters as %XX.
void append_token(std::string& pointer, std::string_view key) {
  if (key == "*") {
    pointer += "~2";
    return;
  }
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else if (c == '|' || byte < 0x20 || byte == 0x7f) {
      constexpr char digits[] = "0123456789ABCDEF";
      pointer += '%';
      pointer += digits[byte >> 4];
      pointer += digits[byte & 15];
    } else {
      pointer += c;
    }
  }
}

/// Walks over a document and writes its leaves, numbers as they stand.
class Leaves final : public nlohmann::json_sax<json> {
 public:
  explicit Leaves(std::vector<std::string>& values) : values_(values) {}

  bool null() override { return leaf("null"); }
  bool boolean(bool value) override { return leaf(value ? "true" : "false"); }
  bool number_integer(std::int64_t value) override { return leaf(std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) override { return leaf(std::to_string(value)); }
  bool number_float(double, const std::string& text) override { return leaf(text); }
  bool string(std::string& value) override { return leaf(value); }
  bool binary(json::binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(false); }
  bool key(std::string& name) override {
    Level& level = levels_.back();
    pointer_.resize(level.base);
    pointer_ += '/';
    append_token(pointer_, name);
    return true;
  }
  bool end_object() override { return close("{}"); }
  bool start_array(std::size_t) override { return open(true); }
  bool end_array() override { return close("[]"); }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override {
    return false;
  }

 private:
  struct Level {
    std::size_t base;  // of the pointer
    bool array;
    std::size_t count = 0;
  };

  void place() {
    if (levels_.empty()) return;
    Level& level = levels_.back();
    if (level.array) {
      pointer_.resize(level.base);
      pointer_ += '/';
      pointer_ += std::to_string(level.count);
    }
    ++level.count;
  }
  bool leaf(std::string_view value) {
    place();
    if (values_.size() >= most_items) return false;
    values_.push_back(pointer_ + "=");
    values_.back() += value;
    return true;
  }
  bool open(bool array) {
    place();
    levels_.push_back({pointer_.size(), array});
    return levels_.size() <= deepest;
  }
  bool close(const char* empty) {
    const Level level = levels_.back();
    levels_.pop_back();
    pointer_.resize(level.base);
    if (level.count == 0) values_.push_back(pointer_ + "=" + empty);
    return true;
  }

  std::vector<std::string>& values_;
  std::string pointer_;
  std::vector<Level> levels_;
};

bool add_json(std::string_view text, std::vector<std::string>& values) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) return false;
  const std::size_t before = values.size();
  Leaves leaves(values);
  if (json::sax_parse(text.begin(), text.end(), &leaves)) return true;
  values.resize(before);
  return false;
}

}  // namespace

std::optional<std::vector<std::string>> content_of(const KeptMessage& message,
                                                   std::string_view part) {
  std::vector<std::string> values;
  for (const FieldView& field : message.fields()) {
    std::string_view path = field.path;
    if (!path.starts_with(part)) continue;
    path.remove_prefix(part.size());
    if (path.empty()) {
      values.push_back(
          fmt::format("{}={}", field.type == FieldType::bytes ? "hex" : "", field.value));
      continue;
    }
    if (path[0] != '|') continue;  // "body_size" is another part
    for (const std::string_view packed : {"|gzip", "|zlib", "|br", "|xor:auto"})
      if (path.starts_with(packed)) path.remove_prefix(packed.size());
    constexpr std::string_view structure = "|json:";
    if (!path.starts_with(structure) || path.find('|', 1) != std::string_view::npos ||
        field.type == FieldType::bytes)
      return std::nullopt;
    path.remove_prefix(structure.size());
    values.push_back(fmt::format("{}={}", path, field.value));
  }
  if (values.size() >= most_items) return std::nullopt;
  return values;
}

namespace forms {

void content(const Cell& cell, std::vector<std::string>& values) {
  if (cell.value.empty() || add_json(cell.value, values)) return;
  const std::string_view text = beginning(cell.value, most_compared);
  if (is_readable(text)) values.push_back("=" + std::string(text));
}

void content_hex(const Cell& cell, std::vector<std::string>& values) {
  const std::string bytes = bytes_of_hex(cell.value);
  if (bytes.empty() || add_json(bytes, values)) return;
  const std::string_view text = beginning(bytes, most_compared);
  if (is_readable(text)) return values.push_back("=" + std::string(text));
  std::vector<std::string> digits;
  hex(cell, digits);
  values.push_back("hex=" + digits.front());
}

}  // namespace forms

}  // namespace brewproof
