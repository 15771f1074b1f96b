// Does a field tell the time? Readings of a clock, in whatever unit, against the packets' clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace brewproof {

/// Readings in seconds, as text of one form tells them.
enum class ClockForm { iso8601, seconds, milliseconds, microseconds, nanoseconds };
inline constexpr ClockForm clock_forms[] = {ClockForm::iso8601, ClockForm::seconds,
                                            ClockForm::milliseconds, ClockForm::microseconds,
                                            ClockForm::nanoseconds};

/// NaN where the text is no such reading. Seconds since 1970 where the clock counts from there.
[[nodiscard]] double read_clock(ClockForm form, std::string_view text);

/// Seconds since 1970 of "2026-10-09T08:53:20.125Z", "2026-10-09 08:53:20+02:00",
/// "20261009T085320": without a zone as if it were UTC. NaN for anything else.
[[nodiscard]] double iso_seconds(std::string_view text);

/// A clock that keeps its distance from the packets' clock.
struct ClockFit {
  ClockForm form = ClockForm::iso8601;
  double offset_s = 0;  // reading - packet's clock, the middle of what was met
  double spread_s = 0;  // between the least and the most
};

/// What a field said, and when it was sent.
struct ClockReadings {
  std::vector<std::string_view> values;
  std::vector<std::int64_t> sent_ns;

  void add(std::string_view value, std::int64_t at_ns) {
    values.push_back(value);
    sent_ns.push_back(at_ns);
  }
};

/// Readings (two at least) that stay within 2 s of the packets' clock; or, with three at least over
/// 20 s and more, of a clock of their own whose offset moves by 2 s at most.
[[nodiscard]] std::optional<ClockFit> fit_clock(const ClockReadings& readings);

}  // namespace brewproof
