// An action log that was made elsewhere, in words: how its clock was held against the captures',
// what is odd about it, and of which events it can prove nothing.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {
namespace {

constexpr std::int64_t second = 1'000'000'000, hour = 3600 * second;

// Whole seconds, minutes or hours as a person writes an option; else as any span.
std::string clock_span(std::int64_t ns) {
  const std::int64_t size = std::abs(ns);
  if (size > 0 && size % hour == 0) return fmt::format("{} h", size / hour);
  if (size > 0 && size % (60 * second) == 0) return fmt::format("{} min", size / (60 * second));
  return span_text(size);
}

// Of what was measured: no clock is known to less than a millisecond here.
std::string precision_text(std::int64_t ns) {
  return "to within " + clock_span(std::max<std::int64_t>(ns, 1'000'000));
}

std::string apart_text(std::int64_t offset_ns) {
  if (offset_ns == 0) return "one and the same clock";
  return fmt::format("the log's clock {} {} the captures'", clock_span(offset_ns),
                     offset_ns > 0 ? "ahead of" : "behind");
}

bool lies_within(const ClockRange& log, const ClockRange& captures, std::int64_t back_ns) {
  return log.from_ns - back_ns >= captures.from_ns && log.to_ns - back_ns <= captures.to_ns;
}

// 1760000310217 and the like, read as nanoseconds, is in January 1970.
std::string other_unit(const LogClock& clock) {
  constexpr std::array<std::pair<const char*, std::int64_t>, 3> units = {
      {{"seconds", 1'000'000'000}, {"milliseconds", 1'000'000}, {"microseconds", 1'000}}};
  for (const auto& [name, ns] : units) {
    constexpr std::int64_t day = 24 * hour;
    if (clock.log.to_ns > (clock.captures.to_ns + day) / ns) continue;
    const std::int64_t from = clock.log.from_ns * ns;
    if (from > clock.captures.from_ns - day && from < clock.captures.to_ns + day)
      return fmt::format(
          " Its times look like {}: start_ns, act_ns and end_ns are nanoseconds, so multiply them "
          "by {}.",
          name, ns);
  }
  return "";
}

// As an option has it, without a space: "+8h", "-345min".
std::string option_text(std::int64_t offset_ns) {
  std::string span = clock_span(offset_ns);
  std::erase(span, ' ');
  return (offset_ns < 0 ? '-' : '+') + span;
}

// Whole hours first: zones of a half or a quarter are few.
std::string other_zone(const LogClock& clock) {
  constexpr std::int64_t quarter = hour / 4;
  for (const std::int64_t step : {hour, quarter})
    for (std::int64_t size = step; size <= 14 * hour; size += step)
      for (const std::int64_t ahead : {size, -size})
        if (lies_within(clock.log, clock.captures, ahead))
          return fmt::format(
              " With its times {} {} all trials lie within the captures: were they written in a "
              "local time, or the captures? Then say --log-offset {}.",
              clock_span(ahead), ahead > 0 ? "earlier" : "later", option_text(ahead));
  return "";
}

std::string likely_cause(const LogClock& clock) {
  std::string cause = other_unit(clock);
  if (cause.empty() && !lies_within(clock.log, clock.captures, 0)) cause = other_zone(clock);
  if (!cause.empty() || clock.outside < clock.trials) return cause;
  return " No other unit and no time zone explains it: are log and captures of one run?";
}

std::string where_text(const LogClock& clock) {
  if (clock.outside == 0 || clock.trials == 0) return "";
  const std::string which =
      clock.outside == clock.trials
          ? "No trial of the log lies within the time of the captures"
          : fmt::format("{} of the log's {} trials {} outside of the captures' time", clock.outside,
                        clock.trials, clock.outside == 1 ? "lies" : "lie");
  return fmt::format("{}: the log goes from {} to {}, the captures from {} to {}.{}", which,
                     utc_text(clock.log.from_ns), utc_text(clock.log.to_ns),
                     utc_text(clock.captures.from_ns), utc_text(clock.captures.to_ns),
                     likely_cause(clock));
}

std::string why_unchecked(const LogClock& clock) {
  if (clock.why_unchecked == "sentinels-ambiguous")
    return "the rig's sentinels in the captures leave more than one offset";
  if (clock.why_unchecked == "sentinels-disagree")
    return "the rig's sentinels in the captures fit the log at no offset: are they of one run?";
  if (clock.why_unchecked == "sentinels-rough")
    return fmt::format(
        "the rig's sentinels in the captures show {}, {}, which is what was taken, and too "
        "rough for the windows",
        apart_text(clock.offset_ns), precision_text(clock.uncertainty_ns));
  return "the captures hold no sentinels of the rig, and nobody stated it";
}

std::string clock_text(const LogClock& clock) {
  if (clock.how == "stated")
    return fmt::format("Clock of the log: stated to be {}{}.", apart_text(clock.offset_ns),
                       clock.offset_ns == 0 ? " with the captures" : "; its times were mended");
  if (clock.how == "sentinels")
    return fmt::format("Clock of the log: by the rig's sentinels in the captures {}, {}{}.",
                       apart_text(clock.offset_ns), precision_text(clock.uncertainty_ns),
                       clock.offset_ns == 0 ? "" : "; its times were mended");
  return fmt::format(
      "Clock of the log unchecked: {}. What follows an act follows it on any clock, but latencies "
      "and rates are only as right as the clocks, and nothing is said of what was not seen. If one "
      "clock stamped both, say --log-offset 0s; else how far the log is ahead (+3s) or behind "
      "(-20s).",
      why_unchecked(clock));
}

std::string remark_text(const LogRemark& remark) {
  if (remark.what == "numbers-missing")
    return fmt::format(
        "The log's trial numbers have a gap: {} missing, trial {} the first. Trials that are left "
        "out for what came of them make every result wrong.",
        remark.trials == 1 ? "1 is" : fmt::format("{} are", remark.trials), remark.first);
  if (remark.what == "overlap")
    return fmt::format(
        "{} of the log's trials, {} the first, begin before the observation of another has ended "
        "(end_ns): what comes there may belong to either.",
        remark.trials, remark.first);
  if (remark.what == "event-resembles")
    return fmt::format(
        "Event {} (trial {} is the first) has no sham and is spelled almost like {}: a slip of the "
        "pen?",
        inert(remark.event, 40), remark.first, inert(remark.like, 40));
  return inert(remark.what, 60);
}

}  // namespace

std::vector<std::string> log_sentences(const Findings& findings) {
  std::vector<std::string> lines;
  if (const auto& clock = findings.analysis.log_clock) {
    if (std::string where = where_text(*clock); !where.empty()) lines.push_back(std::move(where));
    lines.push_back(clock_text(*clock));
  }
  for (const LogRemark& remark : findings.analysis.log_remarks)
    lines.push_back(remark_text(remark));
  return lines;
}

std::string unprovable_sentence(const Unprovable& event) {
  const auto count = [](int trials, const char* what) {
    return fmt::format("{} {}{}", trials, what, trials == 1 ? "" : "s");
  };
  if (event.reason == "no-sham")
    return fmt::format("{} has no sham to compare it with ({})", inert(event.event, 60),
                       count(event.acts, "act"));
  if (event.reason == "clock-unchecked")
    return fmt::format(
        "nothing is shown of {} ({} and {}), and nothing shows that log and captures "
        "have one clock",
        inert(event.event, 60), count(event.acts, "act"), count(event.shams, "sham"));
  std::string text = fmt::format(
      "too few trials are left to prove anything of {}: {} and {}, where perfect separation has p "
      "{}, and {:.2g} is needed",
      inert(event.event, 60), count(event.acts, "act"), count(event.shams, "sham"),
      probability_text(event.least_p), event.needed_p);
  if (event.needed_acts > 0)
    text += fmt::format(": {} and their shams would do", count(event.needed_acts, "act"));
  return text;
}

bool latency_is_unchecked(const Finding& finding) {
  return std::ranges::find(finding.reasons, "clock-unchecked") != finding.reasons.end();
}

}  // namespace brewproof
