#include "rig/proof/field_name.h"

#include <algorithm>
#include <array>

#include "rig/proof/ascii.h"

namespace brewproof {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; }

/// Parts of a message and encodings: words of ours, not of the maker's.
bool is_own_word(std::string_view word) {
  static constexpr std::array own = {"body", "payload", "form", "frame", "size", "presence"};
  return std::ranges::find(own, word) != own.end();
}

bool has_no_names(std::string_view kind) {
  static constexpr std::array without_names = {"bytes", "xor", "path", "topic"};
  return std::ranges::find(without_names, kind) != without_names.end();
}

/// A step of a JSON Pointer as it was written: "item[2]" -> item, "@id" -> id, "a~1b" -> a/b.
std::string step_name(std::string_view step) {
  if (step.starts_with('@')) step.remove_prefix(1);
  if (step.ends_with(']')) step = step.substr(0, step.rfind('['));
  std::string name;
  for (std::size_t i = 0; i < step.size(); ++i) {
    const bool escaped = step[i] == '~' && i + 1 < step.size();
    name += escaped ? (step[i + 1] == '1' ? '/' : step[i + 1] == '2' ? '*' : '~') : step[i];
    if (escaped) ++i;
  }
  return name;
}

void add_name(std::string_view step, std::vector<std::string>& names) {
  if (step.empty() || step == "*" || all_digits(step)) return;
  names.push_back(step_name(step));
}

/// The names in one part or step, the innermost first.
void add_names(std::string_view step, bool is_part, std::vector<std::string>& names) {
  const std::size_t colon = step.find(':');
  if (colon == std::string_view::npos) {
    if (is_part && !is_own_word(step)) add_name(step, names);
    return;
  }
  if (has_no_names(step.substr(0, colon))) return;
  std::string_view way = step.substr(colon + 1);
  if (!way.starts_with('/')) {
    add_name(way, names);
    return;
  }
  while (!way.empty()) {
    const std::size_t slash = way.rfind('/');
    if (slash == std::string_view::npos) break;
    add_name(way.substr(slash + 1), names);
    way = way.substr(0, slash);
  }
}

}  // namespace

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!is_letter(name[i])) {
      end_word();
      continue;
    }
    const bool after_small = i > 0 && is_letter(name[i - 1]) && !is_upper(name[i - 1]);
    const bool before_small = i + 1 < name.size() && is_letter(name[i + 1]) &&
                              !is_upper(name[i + 1]) && i > 0 && is_upper(name[i - 1]);
    if (is_upper(name[i]) && (after_small || before_small)) end_word();
    word += to_lower(name[i]);
  }
  end_word();
  return words;
}

std::vector<std::string> names_of(std::string_view path) {
  std::vector<std::string> names;
  while (true) {
    const std::size_t bar = path.rfind('|');
    const bool is_part = bar == std::string_view::npos;
    add_names(is_part ? path : path.substr(bar + 1), is_part, names);
    if (is_part) return names;
    path = path.substr(0, bar);
  }
}

}  // namespace brewproof
