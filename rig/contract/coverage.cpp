// What a contract's words cover.
#include <algorithm>
#include <charconv>
#include <optional>

#include "rig/contract/contract_check.h"

namespace brewproof {
namespace {

/// Up to the next of `separators`, which stays with what follows.
std::string_view take_step(std::string_view& rest, std::string_view separators) {
  const std::size_t end = rest.size() > 1 ? rest.find_first_of(separators, 1) : rest.npos;
  const std::string_view step = rest.substr(0, end);
  rest.remove_prefix(step.size());
  return step;
}

struct Range {
  unsigned long low = 0, high = 0;
};

/// "210..219" or "113".
std::optional<Range> range_of(std::string_view text) {
  Range range;
  const char* const begin = text.begin();
  const char* const end = begin + text.size();
  auto read = std::from_chars(begin, end, range.low);
  if (read.ec != std::errc{}) return std::nullopt;
  range.high = range.low;
  if (read.ptr == end) return range;
  if (!std::string_view(read.ptr, end).starts_with("..")) return std::nullopt;
  read = std::from_chars(read.ptr + 2, end, range.high);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return range;
}

bool covers_segment(std::string_view declared, std::string_view seen) {
  if (declared == seen) return true;
  if (declared.empty() || seen.empty()) return false;
  // A separator stands before all segments but the first.
  const auto bare = [](std::string_view text) {
    return text.front() == '/' || text.front() == ' ' ? text.substr(1) : text;
  };
  if (declared.substr(0, declared.size() - bare(declared).size()) !=
      seen.substr(0, seen.size() - bare(seen).size()))
    return false;
  if (bare(declared) == "{}") return !bare(seen).empty();
  const auto outer = range_of(bare(declared)), inner = range_of(bare(seen));
  return outer && inner && bare(declared).find("..") != std::string_view::npos &&
         outer->low <= inner->low && inner->high <= outer->high;
}

bool is_element(std::string_view step) {
  return step == "*" ||
         std::all_of(step.begin(), step.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The field whose bytes are read at an offset: "payload|cbor:/d" of "payload|cbor:/d|bytes:4+2";
/// "" of "bytes:4+2", which is the whole content. npos: it is none of these.
std::size_t end_of_sliced(std::string_view path) {
  const std::size_t step = path.rfind("|bytes:");
  if (step != std::string_view::npos) return step;
  return path.starts_with("bytes:") ? 0 : std::string_view::npos;
}

}  // namespace

bool covers_message(std::string_view declared, std::string_view message) {
  while (!declared.empty() && !message.empty())
    if (!covers_segment(take_step(declared, "/ "), take_step(message, "/ "))) return false;
  return declared.empty() && message.empty();
}

bool covers_path(std::string_view declared, std::string_view path) {
  if (declared == "*" || declared == path) return true;
  // What is declared whole is declared at each of its offsets.
  if (const std::size_t end = end_of_sliced(path); end != std::string_view::npos) {
    const std::string_view whole = path.substr(0, end);
    if (whole.empty() ? declared == "payload" || declared == "body" : covers_path(declared, whole))
      return true;
  }
  if (declared.ends_with(":*"))
    return path.size() >= declared.size() &&
           path.starts_with(declared.substr(0, declared.size() - 1));
  while (!declared.empty() && !path.empty()) {
    const std::string_view wanted = take_step(declared, "/|"), step = take_step(path, "/|");
    if (wanted == step) continue;
    // One step, whatever it is; and what was an element of an array may be told as `*`.
    if (wanted.front() != '/' || step.front() != '/') return false;
    if (wanted.substr(1) != "*" && !(step.substr(1) == "*" && is_element(wanted.substr(1))))
      return false;
  }
  return declared.empty() && path.empty();
}

}  // namespace brewproof
