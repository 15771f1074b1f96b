#include "rig/yaml/tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "rig/yaml/line_table.h"
#include "rig/yaml/quote.h"
#include "rig/yaml/scalar_form.h"

namespace brewproof::yaml {
namespace {

// Thrown through yaml-cpp where reading on would make no sense.
struct Refusal : std::runtime_error {
  Refusal(Place at, const std::string& what) : std::runtime_error(what), place(at) {}
  Place place;
};

// Text that may not stand in a file at all: a person or a terminal would see something else than
// the machine reads. Also keeps yaml-cpp from its own end mark, the byte 04.
void refuse_unreadable_text(std::string_view text, const LineTable& lines) {
  if (text.size() > most_bytes)
    throw Refusal({},
                  fmt::format("the file is larger than {} bytes; more is not read", most_bytes));
  for (std::size_t position = 0; position < text.size();) {
    const std::size_t begin = position;
    const auto code_point = next_code_point(text, position);
    if (!code_point)
      throw Refusal(lines.place(begin),
                    fmt::format("byte \\x{:02x} is not UTF-8: save the file as UTF-8",
                                static_cast<unsigned char>(text[begin])));
    const bool carriage_return = *code_point == U'\r' && text.substr(position).starts_with('\n');
    if (*code_point == U'\n' || *code_point == U'\t' || carriage_return) continue;
    if (is_unprintable(*code_point))
      throw Refusal(lines.place(begin),
                    fmt::format("the character {} is invisible; take it out",
                                in_quotes(text.substr(begin, position - begin))));
  }
}

TreeNode node_of(TreeNode::Kind kind, Place place) {
  TreeNode node;
  node.kind = kind;
  node.place = place;
  return node;
}

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const LineTable& lines, Faults& faults) : lines_(lines), faults_(faults) {}

  [[nodiscard]] TreeNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0)
      throw Refusal(place(mark),
                    "a second document begins here; a file holds one (is the indentation wrong, or "
                    "is there a --- too many?)");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    if (wants_key()) throw Refusal(place(mark), "a key is missing before the ':'");
    // yaml-cpp places an absent value at the token that follows: the key says where it is missing.
    const Place at = open_.empty() || open_.back().node->kind != TreeNode::Kind::map
                         ? place(mark)
                         : open_.back().key_place;
    add(node_of(TreeNode::Kind::null, at));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    faults_.add(place(mark), "an alias (*name) is not allowed: write the value out");
    if (wants_key()) throw Refusal(place(mark), "an alias cannot be a key");
    add(node_of(TreeNode::Kind::refused, place(mark)));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    const bool tagged = refuse_tag(mark, tag);
    if (wants_key()) {
      if (tag == "?" && form_of(value) == ScalarForm::doubtful)
        faults_.add(place(mark), fmt::format("the key {} needs quotes: {}", in_quotes(value),
                                             why_doubtful(value)));
      begin_entry(place(mark), value);
      return;
    }
    TreeNode& node =
        add(node_of(tagged ? TreeNode::Kind::refused : TreeNode::Kind::scalar, place(mark)));
    node.text = value;
    node.quoted = tag == "!";
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, TreeNode::Kind::sequence);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, TreeNode::Kind::map);
  }
  void OnMapEnd() override {
    if (open_.back().has_repeats) drop_repeats(open_.back().node->entries);
    open_.pop_back();
  }

 private:
  struct Open {
    TreeNode* node;
    bool wants_key;
    std::string key;
    Place key_place;
    std::unordered_map<std::string, Place> keys;
    bool has_repeats = false;
  };

  static void drop_repeats(std::vector<TreeEntry>& entries) {
    std::unordered_set<std::string> seen;
    std::erase_if(entries, [&](const TreeEntry& entry) { return !seen.insert(entry.key).second; });
  }

  [[nodiscard]] Place place(const YAML::Mark& mark) const {
    if (mark.is_null()) return {};
    return lines_.place(static_cast<std::size_t>(mark.line), static_cast<std::size_t>(mark.column));
  }
  [[nodiscard]] bool wants_key() const { return !open_.empty() && open_.back().wants_key; }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0)
      faults_.add(place(mark), "an anchor (&name) is not allowed: write the value out each time");
  }
  // A plain scalar comes with the tag "?", a quoted one with "!".
  bool refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return false;
    faults_.add(place(mark), fmt::format("a tag ({}) is not allowed: take it out", in_quotes(tag)));
    return true;
  }

  void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
             TreeNode::Kind kind) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (wants_key())
      throw Refusal(place(mark),
                    "a key must be a word; to write text with { or [ in it, put it in quotes");
    if (open_.size() >= most_levels)
      throw Refusal(place(mark), fmt::format("nested deeper than {} levels", most_levels));
    TreeNode& node = add(node_of(kind, place(mark)));
    open_.push_back({&node, kind == TreeNode::Kind::map, {}, {}, {}, false});
  }

  void begin_entry(Place at, const std::string& key) {
    Open& map = open_.back();
    const auto [first, is_new] = map.keys.emplace(key, at);
    if (!is_new)
      faults_.add(at, fmt::format("the key {} is here a second time; the first is in line {}",
                                  in_quotes(key), first->second.line));
    map.wants_key = false;
    map.key = key;
    map.key_place = at;
    map.has_repeats = map.has_repeats || !is_new;
  }

  TreeNode& add(TreeNode node) {
    if (open_.empty()) return root_ = std::move(node);
    Open& parent = open_.back();
    if (parent.node->kind == TreeNode::Kind::sequence)
      return parent.node->items.emplace_back(std::move(node));
    parent.wants_key = true;
    auto& entries = parent.node->entries;
    entries.push_back({std::move(parent.key), parent.key_place, std::move(node)});
    return entries.back().value;
  }

  const LineTable& lines_;
  Faults& faults_;
  TreeNode root_;
  std::vector<Open> open_;
  int documents_ = 0;
};

// yaml-cpp's own words, with what usually lies behind them.
std::string syntax_message(const std::string& said, std::string_view line) {
  const std::size_t indentation = std::min(line.find_first_not_of(" \t"), line.size());
  if (line.substr(0, indentation).find('\t') != std::string_view::npos)
    return "a tab indents this line: use spaces";
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> causes = {{
      {"illegal map value",
       "a ':' inside a text needs quotes around the text, or the indentation is wrong"},
      {"end of map", "a '}' is missing, or the indentation is wrong"},
      {"end of sequence", "a ']' is missing, or the indentation is wrong"},
      {"alias not found", "to write a * put it in quotes: \"*\""},
      {"anchor is not defined", "aliases (*name) are not allowed; to write a * put it in quotes"},
      {"EOF", "the closing quote is missing"},
  }};
  for (const auto& [words, cause] : causes)
    if (said.find(words) != std::string::npos) return fmt::format("{}: {}", said, cause);
  return said;
}

}  // namespace

TreeNode parse_tree(std::string_view text, Faults& faults) {
  const LineTable lines(text);
  TreeBuilder builder(lines, faults);
  try {
    refuse_unreadable_text(text, lines);
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
  } catch (const Refusal& refusal) {
    faults.add(refusal.place, refusal.what());
  } catch (const YAML::Exception& error) {
    const auto line = static_cast<std::size_t>(std::max(error.mark.line, 0));
    const auto column = static_cast<std::size_t>(std::max(error.mark.column, 0));
    faults.add(lines.place(line, column), syntax_message(error.msg, lines.line(line)));
  } catch (const std::exception& error) {
    faults.add({}, fmt::format("the YAML cannot be read: {}", error.what()));
  }
  return node_of(TreeNode::Kind::refused, {});
}

}  // namespace brewproof::yaml
