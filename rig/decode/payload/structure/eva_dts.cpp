// Audit records of vending machines (EVA-DTS 6.1.1 chapter 4): lines `ID1*serial*model...`, as
// `dts:/ID1/1`, elements counted from 1. A record that comes again is `PA2[2]`.
#include <fmt/format.h>

#include <algorithm>

#include "rig/decode/payload/opener.h"
#include "rig/decode/payload/structure.h"
#include "rig/decode/payload/structure/siblings.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The name of a record, "PA1" or "CA15" or "DXS"; empty: none is there.
std::string_view name_of(std::string_view line) {
  const std::string_view name = line.substr(0, line.find('*'));
  if (name.size() < 2 || name.size() > 4 || !is_upper(name[0])) return {};
  const bool fits =
      std::all_of(name.begin() + 1, name.end(), [](char c) { return is_upper(c) || is_digit(c); });
  return fits && (name.size() < line.size() || name == "G85") ? name : std::string_view{};
}

/// Records that an audit has, one at least of which must come: chapter 4, "Mandatory".
bool is_telling(std::string_view name) {
  constexpr std::string_view telling[] = {"DXS", "ST",  "ID1", "VA1", "CA2", "DA2", "PA1",
                                          "PA2", "EA3", "G85", "SE",  "DXE", "ID4", "CA3"};
  return std::find(std::begin(telling), std::end(telling), name) != std::end(telling);
}

std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  return line;
}

bool looks(ByteView bytes, Trust) {
  const std::string_view text = as_text(bytes);
  return text.size() >= 8 && is_upper(text[0]) && !name_of(text.substr(0, 8)).empty();
}

bool read(Opener& opener, ByteView bytes, Trust, std::string& why) {
  std::string_view text = as_text(bytes);
  std::string& path = opener.path();
  const std::size_t base = path.size();
  std::size_t count = 0, telling = 0;
  Siblings siblings;
  while (!text.empty()) {
    std::string_view line = next_line(text);
    if (line.empty()) continue;
    const std::string_view name = name_of(line);
    if (name.empty() || !is_readable(line)) {
      why = fmt::format("line {} is no record", count + 1);
      return false;
    }
    ++count;
    telling += is_telling(name) ? 1 : 0;
    line.remove_prefix(std::min(name.size() + 1, line.size()));
    if (!opener.step(name)) return false;
    Siblings::append(path, siblings.next(name));
    const std::size_t record = path.size();
    for (std::size_t element = 1;; ++element) {
      const std::size_t end = line.find('*');
      const std::string_view value = line.substr(0, end);
      if (!value.empty()) {
        if (!opener.step(element)) return false;
        opener.text(value, value.size());
        path.resize(record);
      }
      if (end == std::string_view::npos) break;
      line.remove_prefix(end + 1);
    }
    path.resize(base);
  }
  why = "no record of an audit is in it";
  return count >= 2 && telling != 0;
}

}  // namespace

extern const Structure eva_dts_structure{"dts", "an EVA-DTS audit", {}, nullptr, looks, read};

}  // namespace brewproof::decode
