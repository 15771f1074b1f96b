// ASCII key=value, one a line or joined by & ; , | tab or space. All of the text must be pairs: one
// word too many, and it is a sentence.
#include <algorithm>
#include <optional>

#include "rig/decode/payload/alphabet.h"
#include "rig/decode/payload/opener.h"
#include "rig/decode/payload/structure.h"
#include "rig/decode/payload/structure/pairs.h"
#include "rig/decode/payload/structure/siblings.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t longest_key = 64;

constexpr std::string_view around_pairs = " \r\n";  // a tab may part them

bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

/// Where the '=' of "key=..." stands: behind a name that begins with a letter.
std::optional<std::size_t> end_of_key(std::string_view pair) {
  if (pair.empty() || !(is_letter(pair[0]) || pair[0] == '_')) return std::nullopt;
  for (std::size_t i = 1; i < pair.size() && i <= longest_key; ++i) {
    if (pair[i] == '=') return i;
    if ((alphabets[static_cast<std::uint8_t>(pair[i])] & alphabet::name) == 0) return std::nullopt;
  }
  return std::nullopt;
}

template <class Take>
void split(std::string_view text, char separator, Take take) {
  for (;;) {
    const std::size_t end = text.find(separator);
    if (!take(trim(text.substr(0, end), around_pairs)) || end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

/// The separator by which everything falls into two pairs or more.
std::optional<char> separator_of(std::string_view text) {
  for (const char separator : {'\n', '&', ';', ',', '|', '\t', ' '}) {
    std::size_t pairs = 0;
    bool all = true;
    split(text, separator, [&](std::string_view pair) {
      if (pair.empty()) return true;
      all = end_of_key(pair).has_value();
      pairs += all ? 1 : 0;
      return all;
    });
    if (all && pairs >= 2) return separator;
  }
  return std::nullopt;
}

/// One pair alone must be a short word: base64 ends in '=' as well.
bool is_one_pair(std::string_view text) {
  constexpr std::size_t longest = 256;
  const auto equals = end_of_key(text);
  if (!equals || text.size() > longest || *equals + 1 == text.size()) return false;
  const std::string_view value = text.substr(*equals + 1);
  return value[0] != '=' && value.find_first_of(" \t\r\n&;,|") == std::string_view::npos;
}

bool looks(ByteView bytes, Trust) { return end_of_key(skip_white(as_text(bytes))).has_value(); }

bool read(Opener& opener, ByteView bytes, Trust trust, std::string& why) {
  const std::string_view text = trim(as_text(bytes), around_pairs);
  why = "not all of it is key=value";
  if (!is_readable(text)) return false;
  const auto separator = separator_of(text);
  if (!separator && (trust == Trust::embedded || !is_one_pair(text))) return false;
  if (separator == '&') return read_pairs(opener, text);
  std::string& path = opener.path();
  const std::size_t base = path.size();
  Siblings siblings;
  bool within = true;
  split(text, separator.value_or('\n'), [&](std::string_view pair) {
    const auto equals = end_of_key(pair);
    if (!equals) return true;
    const std::string_view key = pair.substr(0, *equals), value = pair.substr(*equals + 1);
    within = opener.step(key);
    if (!within) return false;
    Siblings::append(path, siblings.next(key));
    opener.text(value, value.size());
    path.resize(base);
    return true;
  });
  return within;
}

}  // namespace

extern const Structure key_value_structure{"kv", "key=value", {}, nullptr, looks, read};

}  // namespace brewproof::decode
