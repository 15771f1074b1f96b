#include "rig/evidence/placed_json.h"

#include <cstddef>
#include <iterator>
#include <vector>

namespace brewproof {
namespace {

constexpr std::size_t most_levels = 4;

// Feeds the parser and tells how far it has read: the library gives no positions to its events.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }
  friend bool operator!=(const CountingIterator& a, const CountingIterator& b) { return !(a == b); }

 private:
  const char* at_;
  const char** furthest_;
};

class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(std::string_view line, const char* const* furthest) : line_(line), furthest_(furthest) {}

  bool null() override { return value(nullptr); }
  bool boolean(bool v) override { return value(v); }
  bool number_integer(number_integer_t v) override { return value(v); }
  bool number_unsigned(number_unsigned_t v) override { return value(v); }
  bool number_float(number_float_t v, const string_t&) override { return value(v); }
  bool string(string_t& v) override { return value(v); }
  bool binary(binary_t&) override { return refuse("binary values are not JSON", here()); }

  bool start_object(std::size_t) override {
    if (open_.size() == most_levels) return refuse("objects are nested too deep", here());
    if (open_.empty()) {
      placed.object = nlohmann::json::object();
      open_.push_back(&placed.object);
      return true;
    }
    nlohmann::json& member = (*open_.back())[key_] = nlohmann::json::object();
    open_.push_back(&member);
    path_.push_back(key_);
    return true;
  }
  bool end_object() override {
    open_.pop_back();
    if (!path_.empty()) path_.pop_back();
    return true;
  }
  bool start_array(std::size_t) override {
    return refuse(open_.empty() ? "a line is one JSON object" : "no list may stand here", here());
  }
  bool end_array() override { return true; }

  bool key(string_t& name) override {
    const std::size_t column = key_column();
    if (open_.back()->contains(name))
      return refuse("key " + shown(name) + " stands here a second time", column);
    key_ = name;
    placed.columns[pointer_to(name)] = column;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception&) override {
    return refuse(position > line_.size() ? "the line ends before its JSON does"
                                          : "is not valid JSON from here on",
                  position);
  }

  PlacedJson placed;

 private:
  template <class V>
  bool value(V&& v) {
    if (open_.empty()) return refuse("a line is one JSON object", 1);
    (*open_.back())[key_] = std::forward<V>(v);
    return true;
  }
  bool refuse(std::string what, std::size_t column) {
    placed.fault = std::move(what);
    placed.fault_column = column;
    return false;
  }
  [[nodiscard]] std::size_t here() const {
    return static_cast<std::size_t>(*furthest_ - line_.data());
  }
  // The key's opening quote: the last one before its closing quote that no backslash escapes.
  [[nodiscard]] std::size_t key_column() const {
    std::size_t at = here() - 1;  // of the closing quote
    while (at > 0) {
      if (line_[--at] != '"') continue;
      std::size_t escapes = 0;
      while (escapes < at && line_[at - escapes - 1] == '\\') ++escapes;
      if (escapes % 2 == 0) break;
    }
    return at + 1;
  }
  [[nodiscard]] std::string pointer_to(const std::string& name) const {
    std::string pointer;
    for (const std::string& step : path_) pointer += "/" + step;
    return pointer + "/" + name;
  }

  std::string_view line_;
  const char* const* furthest_;
  std::vector<nlohmann::json*> open_;
  std::vector<std::string> path_;
  std::string key_;
};

}  // namespace

std::string shown(const nlohmann::json& value) {
  constexpr std::size_t longest = 60;
  std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  if (text.size() > longest) text.replace(longest, std::string::npos, "...");
  return text;
}

PlacedJson read_placed_json(std::string_view line) {
  const char* furthest = line.data();
  Builder builder(line, &furthest);
  nlohmann::json::sax_parse(CountingIterator(line.data(), &furthest),
                            CountingIterator(line.data() + line.size(), &furthest), &builder);
  return std::move(builder.placed);
}

}  // namespace brewproof
