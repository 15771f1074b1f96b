#include "rig/yaml/node.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "rig/yaml/did_you_mean.h"
#include "rig/yaml/quote.h"
#include "rig/yaml/scalar_form.h"

namespace brewproof::yaml {
namespace {

std::string_view kind_text(const TreeNode& node) {
  switch (node.kind) {
    case TreeNode::Kind::map:
      return "a map";
    case TreeNode::Kind::sequence:
      return "a list";
    default:
      return "nothing";
  }
}

nlohmann::json scalar_json(const TreeNode& node) {
  if (!node.quoted) switch (form_of(node.text)) {
      case ScalarForm::boolean:
        return node.text == "true";
      case ScalarForm::integer:
      case ScalarForm::real: {
        // The plain number forms are JSON's own; a number beyond all ranges stays text.
        auto number = nlohmann::json::parse(node.text, nullptr, false);
        if (number.is_number()) return number;
        break;
      }
      default:
        break;
    }
  return node.text;
}

nlohmann::json tree_json(const TreeNode& node, std::string_view key, Faults& faults) {
  switch (node.kind) {
    case TreeNode::Kind::map: {
      auto object = nlohmann::json::object();
      for (const TreeEntry& entry : node.entries)
        object[entry.key] = tree_json(entry.value, entry.key, faults);
      return object;
    }
    case TreeNode::Kind::sequence: {
      auto array = nlohmann::json::array();
      for (const TreeNode& item : node.items) array.push_back(tree_json(item, "", faults));
      return array;
    }
    case TreeNode::Kind::scalar:
      if (key == "vid" || key == "pid") return node.text;
      if (!node.quoted && form_of(node.text) == ScalarForm::doubtful)
        faults.add(node.place, fmt::format("{} needs quotes: {}", in_quotes(node.text),
                                           why_doubtful(node.text)));
      return scalar_json(node);
    default:
      return nullptr;
  }
}

}  // namespace

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && text.size() <= 64 && letter(text[0]) &&
         std::ranges::all_of(text, [&](char c) {
           return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

void Node::fault(std::string message) const { faults_->add(place(), std::move(message)); }

void Node::wrong_type(std::string_view wanted) const {
  if (tree_ == nullptr || tree_->kind == TreeNode::Kind::refused) return;
  const std::string what = name_.empty() ? "the file" : name_;
  if (tree_->kind == TreeNode::Kind::null)
    fault(fmt::format("{} has no value: {} is expected", what, wanted));
  else if (tree_->kind == TreeNode::Kind::scalar)
    fault(fmt::format("{} is {}: {} is expected", what, in_quotes(tree_->text), wanted));
  else
    fault(fmt::format("{} is {}: {} is expected", what, kind_text(*tree_), wanted));
}

std::optional<std::string> Node::raw() const {
  if (is_scalar()) return tree_->text;
  wrong_type("a single value");
  return std::nullopt;
}

std::string Node::text() const {
  if (!is_scalar()) {
    wrong_type("text");
    return "";
  }
  if (!tree_->quoted) {
    const ScalarForm form = form_of(tree_->text);
    if (form == ScalarForm::doubtful)
      fault(fmt::format("{}: {} needs quotes to be text: {}", name_, in_quotes(tree_->text),
                        why_doubtful(tree_->text)));
    else if (form != ScalarForm::text)
      fault(fmt::format("{}: {} is a {}: put it in quotes to make it text", name_,
                        in_quotes(tree_->text),
                        form == ScalarForm::boolean ? "boolean" : "number"));
  }
  if (tree_->text.empty()) fault(fmt::format("{} is empty", name_));
  return tree_->text;
}

std::string Node::word() const {
  std::string value = text();
  if (is_scalar() && !value.empty() && !is_name(value))
    fault(fmt::format("{}: {} is no name: a letter, then letters, digits, _ and -, at most 64",
                      name_, in_quotes(value)));
  return value;
}

std::string Node::choice(std::initializer_list<std::string_view> words) const {
  if (!is_scalar()) {
    wrong_type(fmt::format("one of {}", fmt::join(words, ", ")));
    return "";
  }
  if (std::ranges::find(words, tree_->text) != words.end()) return tree_->text;
  const std::vector<std::string> known(words.begin(), words.end());
  fault(fmt::format("{}: {} is not possible here{}", name_, in_quotes(tree_->text),
                    did_you_mean(tree_->text, known)));
  return "";
}

std::int64_t Node::integer(std::int64_t least, std::int64_t most) const {
  if (!is_scalar() || tree_->quoted || form_of(tree_->text) != ScalarForm::integer) {
    if (is_scalar() && !tree_->quoted && form_of(tree_->text) == ScalarForm::doubtful)
      fault(fmt::format("{}: {} is doubtful: {}; write a decimal whole number", name_,
                        in_quotes(tree_->text), why_doubtful(tree_->text)));
    else
      wrong_type("a whole number");
    return least;
  }
  std::int64_t value = 0;
  const std::string& digits = tree_->text;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec != std::errc{} || value < least || value > most) {
    fault(fmt::format("{} is {}: it must be from {} to {}", name_, in_quotes(digits), least, most));
    return least;
  }
  return value;
}

double Node::real(double least, double most) const {
  const ScalarForm form = is_scalar() && !tree_->quoted ? form_of(tree_->text) : ScalarForm::text;
  if (form != ScalarForm::integer && form != ScalarForm::real) {
    wrong_type("a number");
    return least;
  }
  double value = 0;
  const std::string& digits = tree_->text;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec != std::errc{} || value < least || value > most) {
    fault(fmt::format("{} is {}: it must be from {} to {}", name_, in_quotes(digits), least, most));
    return least;
  }
  return value;
}

bool Node::boolean() const {
  if (is_scalar() && !tree_->quoted && form_of(tree_->text) == ScalarForm::boolean)
    return tree_->text == "true";
  wrong_type("true or false");
  return false;
}

template <class T>
T Node::parsed(Parsed<T> (*parse)(std::string_view)) const {
  const auto characters = raw();
  if (!characters) return T{};
  auto value = parse(*characters);
  if (value) return *value;
  fault(fmt::format("{}: {}", name_, value.error()));
  return T{};
}

std::chrono::nanoseconds Node::duration() const { return parsed(parse_duration); }
DurationRange Node::duration_range() const { return parsed(parse_duration_range); }
Money Node::money() const { return parsed(parse_money); }
Quantity Node::quantity() const { return parsed(parse_quantity); }
QuantityRange Node::quantity_range() const { return parsed(parse_quantity_range); }
std::int64_t Node::byte_count() const { return parsed(parse_byte_count); }

std::chrono::milliseconds Node::milliseconds() const {
  const auto value = duration();
  const auto whole = std::chrono::floor<std::chrono::milliseconds>(value);
  if (whole != value) fault(fmt::format("{} must be whole milliseconds", name_));
  return whole;
}

Map Node::map() const {
  if (!is_map()) wrong_type("a map (key: value)");
  return Map(*this);
}

std::vector<Node> Node::items(std::size_t least) const {
  std::vector<Node> nodes;
  if (!is_sequence()) {
    wrong_type("a list");
    return nodes;
  }
  for (const TreeNode& item : tree_->items)
    nodes.emplace_back(&item, fmt::format("{}[{}]", name_, nodes.size() + 1), faults_);
  if (nodes.size() < least)
    fault(fmt::format("{} has {} entries: at least {} must be there", name_, nodes.size(), least));
  return nodes;
}

nlohmann::json Node::json() const {
  return tree_ == nullptr ? nlohmann::json() : tree_json(*tree_, "", *faults_);
}

}  // namespace brewproof::yaml
