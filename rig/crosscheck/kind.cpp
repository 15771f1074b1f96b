#include "rig/crosscheck/kind.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "rig/crosscheck/content.h"
#include "rig/crosscheck/forms.h"

namespace brewproof {
namespace {

using Values = std::vector<std::string>;

// The decoder leaves fields out beyond this.
constexpr std::size_t most_fields = 4096;
// And cuts keys to this.
constexpr std::size_t longest_key = 256;

/// Calls `use` with each word of a list that is written with blanks.
template <class Use>
void each_word(std::string_view list, Use use) {
  while (!list.empty()) {
    const std::size_t end = list.find(' ');
    use(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  }
}

bool is_word_of(std::string_view list, std::string_view word) {
  bool found = false;
  each_word(list, [&](std::string_view candidate) { found = found || candidate == word; });
  return found;
}

void add_label(const Column& column, bool rest, std::string_view label, Values& values) {
  const std::size_t blank = label.find(' ');
  if (!rest) return column.our_form({label.substr(0, blank)}, values);
  if (blank != std::string_view::npos) column.our_form({label.substr(blank + 1)}, values);
}

void add_fields(const Column& column, const KeptMessage& message, Values& values) {
  for (const FieldView& field : message.fields())
    if (is_word_of(column.ours, field.path))
      column.our_form({field.value, field.type == FieldType::bytes}, values);
}

// "query:*": a path's key is percent-encoded where it could be misread as a path; so is theirs
// never, and a key that is differs. False: a value was opened, which they do not, or a key was cut.
bool add_pairs(const Column& column, const KeptMessage& message, Values& values) {
  const std::string_view prefix = column.ours.substr(0, column.ours.size() - 1);
  for (const FieldView& field : message.fields()) {
    if (!field.path.starts_with(prefix)) continue;
    const std::string_view key = std::string_view(field.path).substr(prefix.size());
    if (key.find('|') != std::string_view::npos || key.size() >= longest_key) return false;
    column.our_form({key}, values);
    column.our_form({field.value, field.type == FieldType::bytes}, values);
  }
  return true;
}

// "property:= will_property:=": a value has its name by a number that they do not show as a name.
void add_values(const Column& column, const KeptMessage& message, Values& values) {
  for (const FieldView& field : message.fields())
    each_word(column.ours, [&](std::string_view prefix) {
      prefix.remove_suffix(1);
      std::string_view path = field.path;
      if (!path.starts_with(prefix)) return;
      path.remove_prefix(prefix.size());
      if (const std::size_t pair = path.find(':'); pair != std::string_view::npos)
        column.our_form({path.substr(pair + 1)}, values);
      column.our_form({field.value, field.type == FieldType::bytes}, values);
    });
}

/// False: what the message holds there cannot be compared.
bool our_values(const Column& column, const KeptMessage& message, Values& values) {
  const std::string_view ours = column.ours;
  if (ours == "label" || ours == "label:1" || ours == "label:2") {
    if (ours == "label")
      column.our_form({message.message()}, values);
    else
      add_label(column, ours == "label:2", message.message(), values);
  } else if (ours == "size") {
    column.our_form({std::to_string(message.size)}, values);
  } else if (ours.ends_with("...")) {
    auto content = content_of(message, ours.substr(0, ours.size() - 3));
    if (!content) return false;
    const bool bytes = !content->empty() && content->front().starts_with("hex=");
    if (bytes && column.their_form == &forms::content) return false;
    values = std::move(*content);
  } else if (ours.ends_with(":*")) {
    return add_pairs(column, message, values);
  } else if (ours.ends_with(":=")) {
    add_values(column, message, values);
  } else {
    add_fields(column, message, values);
  }
  return true;
}

void their_values(const Column& column, std::span<const Leaf> leaves, Values& values) {
  for (const Leaf& leaf : leaves) {
    if (!is_word_of(column.theirs, leaf.name)) continue;
    column.their_form({leaf.value}, values);
    if (column.first) return;
  }
}

// "method=POST path=/v1/order"; a column without a value is left out.
void append(std::string& line, std::string_view name, const Values& values) {
  if (values.empty()) return;
  if (!line.empty()) line += ' ';
  line += name;
  for (std::size_t i = 0; i < values.size(); ++i) {
    line += i == 0 ? '=' : ',';
    line += forms::beginning(values[i], most_compared);
  }
}

bool belongs(const Kind& kind, std::span<const Leaf> leaves) {
  bool all = true, first = true;
  each_word(kind.has, [&](std::string_view name) {
    const std::string_view values = std::exchange(first, false) ? kind.equal : std::string_view();
    all = all && std::ranges::any_of(leaves, [&](const Leaf& leaf) {
            return leaf.name == name && (values.empty() || is_word_of(values, leaf.value));
          });
  });
  return all;
}

}  // namespace

LineReading read_ours(const Kind& kind, const KeptMessage& message, std::string& line) {
  line.clear();
  if (!kind.ours(message)) return LineReading::none;
  if (message.malformed || message.gap || message.fields().size() >= most_fields ||
      (kind.aside != nullptr && kind.aside(message)))
    return LineReading::aside;
  Values values;
  for (const Column& column : kind.columns) {
    values.clear();
    if (!our_values(column, message, values)) return LineReading::aside;
    append(line, column.name, values);
  }
  return line.empty() ? LineReading::aside : LineReading::line;
}

void read_theirs(const Kind& kind, const Dissection& packet,
                 const std::function<void(const std::string& line)>& use) {
  std::string line;
  Values values;
  const auto unit = [&](std::span<const Leaf> leaves) {
    if (!belongs(kind, leaves)) return;
    line.clear();
    for (const Column& column : kind.columns) {
      values.clear();
      their_values(column, leaves, values);
      append(line, column.name, values);
    }
    if (!line.empty()) use(line);
  };
  for (const Layer* layer : packet.layers) {
    if (layer->name != kind.layer) continue;
    const std::span<const Leaf> leaves = layer->leaves;
    if (kind.begins.empty()) {
      unit(leaves);
      continue;
    }
    const auto begins = [&](const Leaf& leaf) { return leaf.name == kind.begins; };
    auto begin = std::ranges::find_if(leaves, begins);
    while (begin != leaves.end()) {
      const auto end = std::find_if(begin + 1, leaves.end(), begins);
      unit({begin, end});
      begin = end;
    }
  }
}

}  // namespace brewproof
