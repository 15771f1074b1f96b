#include "rig/proof/size_class.h"

#include <charconv>

namespace brewproof {

std::optional<SizeClass> size_class(std::string_view segment) {
  SizeClass size;
  const char* const begin = segment.begin();
  const char* const end = begin + segment.size();
  auto read = std::from_chars(begin, end, size.low);
  size.high = size.low;
  if (read.ec != std::errc{}) return std::nullopt;
  if (read.ptr == end) return size;
  if (!std::string_view(read.ptr, end).starts_with("..")) return std::nullopt;
  read = std::from_chars(read.ptr + 2, end, size.high);
  if (read.ec != std::errc{} || read.ptr != end || size.high < size.low) return std::nullopt;
  return size;
}

std::optional<SizeClass> size_of(std::string_view message) {
  if (!message.ends_with(" B")) return std::nullopt;
  message.remove_suffix(2);
  return size_class(message.substr(message.rfind(' ') + 1));
}

std::string_view before_size(std::string_view message) {
  const std::size_t unit = message.rfind(' ');
  return message.substr(0, message.rfind(' ', unit - 1) + 1);
}

}  // namespace brewproof
