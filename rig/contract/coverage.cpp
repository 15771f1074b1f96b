// What a contract's words cover.
#include <charconv>
#include <optional>

#include "rig/contract/contract_check.h"
#include "rig/proof/ascii.h"
#include "rig/proof/template.h"

namespace brewproof {
namespace {

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
  if (declared == "{}") return !seen.empty();
  const auto outer = range_of(declared), inner = range_of(seen);
  return outer && inner && declared.find("..") != std::string_view::npos &&
         outer->low <= inner->low && inner->high <= outer->high;
}

bool is_element(std::string_view step) { return step == "*" || all_digits(step); }

/// The field whose bytes are read at an offset: "payload|cbor:/d" of "payload|cbor:/d|bytes:4+2";
/// "" of "bytes:4+2", which is the whole content. npos: it is none of these.
std::size_t end_of_sliced(std::string_view path) {
  const std::size_t step = path.rfind("|bytes:");
  if (step != std::string_view::npos) return step;
  return path.starts_with("bytes:") ? 0 : std::string_view::npos;
}

}  // namespace

bool covers_message(std::string_view declared, std::string_view message) {
  return agree_by_segment(declared, message, "/ ",
                          [](char, std::string_view wanted, std::string_view seen) {
                            return covers_segment(wanted, seen);
                          });
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
  // One step, whatever it is; and what was an element of an array may be told as `*`.
  return agree_by_segment(
      declared, path, "/|", [](char before, std::string_view wanted, std::string_view step) {
        return before == '/' && (wanted == "*" || (step == "*" && is_element(wanted)));
      });
}

}  // namespace brewproof
