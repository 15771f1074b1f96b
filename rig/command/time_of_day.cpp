#include "rig/command/time_of_day.h"

#include <charconv>
#include <ctime>

namespace brewproof {
namespace {

/// Two digits, at most `most`; -1: it is something else.
int two_digits(std::string_view text, int most) {
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = text.size() == 2 && error == std::errc() && end == text.data() + text.size();
  return whole && number >= 0 && number <= most ? number : -1;
}

}  // namespace

Result<std::int64_t> next_time_of_day(const std::string& text, std::int64_t now_real_ns) {
  const std::string_view view = text;
  const bool form = view.size() == 5 && view[2] == ':';
  const int hour = form ? two_digits(view.substr(0, 2), 23) : -1;
  const int minute = form ? two_digits(view.substr(3), 59) : -1;
  if (hour < 0 || minute < 0)
    return fail(ErrorCode::usage,
                "\"{}\" is no time of day: HH:MM is expected, from 00:00 to 23:59", text);
  constexpr std::int64_t second = 1'000'000'000;
  const std::time_t now = now_real_ns / second;
  std::tm day{};
  localtime_r(&now, &day);
  day.tm_hour = hour;
  day.tm_min = minute;
  day.tm_sec = 0;
  day.tm_isdst = -1;
  std::tm next = day;
  std::time_t at = std::mktime(&next);
  if (at <= now) {
    ++day.tm_mday;  // mktime(3) carries it over; a day of 23 or 25 hours is one day
    at = std::mktime(&day);
  }
  return std::int64_t{at} * second;
}

}  // namespace brewproof
