#include "rig/command/analysis/log_clock.h"

#include <algorithm>
#include <cctype>
#include <chrono>

#include "rig/capture/sentinel_frame.h"
#include "rig/command/analysis/sentinel_fit.h"
#include "rig/yaml/quote.h"
#include "rig/yaml/units.h"

namespace brewproof {
namespace {

constexpr std::int64_t longest_offset_ns = std::int64_t{366} * 24 * 3600 * 1'000'000'000;
// Beyond the year 2096, or before 1970, a packet's time is nonsense.
constexpr std::int64_t latest_ns = 4'000'000'000'000'000'000;
// From a sentinel's sending to its time in a capture on one and the same clock.
constexpr std::int64_t stamp_delay_ns = 5'000'000;

Result<std::vector<SentinelSeen>> sentinels_in(const AnalysisSource& source) {
  std::vector<SentinelSeen> sentinels;
  auto read = for_each_packet(source.captures, [&](const Packet& packet) {
    const auto seen = read_sentinel(packet);
    if (seen && seen->captured_ns >= 0 && seen->captured_ns <= latest_ns)
      sentinels.push_back(*seen);
  });
  if (!read) return pass_on(std::move(read));
  return sentinels;
}

std::int64_t longest_window_ns(const std::vector<Window>& windows) {
  std::int64_t longest = 0;
  for (const Window& window : windows) longest = std::max(longest, window.end_ns - window.begin_ns);
  return longest;
}

void take_from(const SentinelFit& fit, const std::vector<Window>& windows, LogClock& clock) {
  clock.why_unchecked = fit.fault;
  if (!fit.fault.empty()) return;
  clock.offset_ns = std::abs(fit.offset_ns) <= stamp_delay_ns ? 0 : fit.offset_ns;
  clock.uncertainty_ns = fit.uncertainty_ns + std::abs(fit.offset_ns - clock.offset_ns);
  if (clock.uncertainty_ns > longest_window_ns(windows) / 10)
    clock.why_unchecked = "sentinels-rough";
  else
    clock.how = "sentinels";
}

void set_back(std::vector<Trial>& trials, std::int64_t offset_ns) {
  for (Trial& trial : trials) {
    trial.start_ns -= offset_ns;
    trial.end_ns -= offset_ns;
    if (trial.act_ns) *trial.act_ns -= offset_ns;
  }
}

int shams_of(const std::vector<Trial>& trials, const std::string& event) {
  return static_cast<int>(std::ranges::count_if(trials, [&](const Trial& trial) {
    return trial.sham && trial.status == TrialStatus::ok &&
           (trial.event.empty() || trial.event == event);
  }));
}

}  // namespace

Result<std::int64_t> parse_log_offset(const std::string& text) {
  std::string size = text;
  const bool behind = size.starts_with('-');
  if (behind || size.starts_with('+')) size.erase(0, 1);
  if (size == "0") return 0;
  // "3s" is how people write options; the strict form has a space.
  const auto unit =
      std::ranges::find_if(size, [](unsigned char c) { return std::isalpha(c) != 0; });
  if (unit != size.end() && unit != size.begin() && *(unit - 1) != ' ') size.insert(unit, ' ');
  const auto parsed = yaml::parse_duration(size);
  if (!parsed)
    return fail(ErrorCode::usage,
                "--log-offset: {} is no time with a unit: write 0s where log and captures have one "
                "clock, +3s where the log's is 3 seconds ahead, -20s where it is behind",
                yaml::in_quotes(text));
  if (parsed->count() > longest_offset_ns)
    return fail(ErrorCode::usage,
                "--log-offset: {} is more than a year: are log and captures of one run, and the "
                "log's times in nanoseconds?",
                yaml::in_quotes(text));
  return behind ? -parsed->count() : parsed->count();
}

Result<LogClock> settle_log_clock(const AnalysisSource& source, const DecodeTotals& totals,
                                  std::vector<Trial>& trials) {
  LogClock clock;
  clock.captures = {totals.first_ns, totals.last_ns};
  clock.trials = static_cast<int>(trials.size());
  const auto first = std::ranges::min_element(trials, {}, &Trial::start_ns);
  const auto last = std::ranges::max_element(trials, {}, &Trial::end_ns);
  if (first != trials.end()) clock.log = {first->start_ns, last->end_ns};
  if (source.log_offset_ns) {
    clock.how = "stated";
    clock.offset_ns = *source.log_offset_ns;
  } else if (totals.sentinels == 0) {
    clock.why_unchecked = "no-sentinels";
  } else {
    auto sentinels = sentinels_in(source);
    if (!sentinels) return pass_on(std::move(sentinels));
    take_from(fit_sentinels(trials, *sentinels), source.plan.design.windows, clock);
  }
  set_back(trials, clock.offset_ns);
  if (totals.packets == 0) return clock;
  clock.outside = static_cast<int>(std::ranges::count_if(trials, [&](const Trial& trial) {
    return trial.end_ns < clock.captures.from_ns || trial.start_ns > clock.captures.to_ns;
  }));
  return clock;
}

void hold_back(const LogClock& clock, const std::vector<Trial>& trials, Findings& findings) {
  if (!clock.unchecked()) {
    // An act may have been so much later than it is taken to be.
    for (NoneSeen& none : findings.none)
      none.horizon_ns = std::max<std::int64_t>(0, none.horizon_ns - clock.uncertainty_ns);
    return;
  }
  if (!findings.none.empty()) findings.run.reasons.emplace_back("clock-unchecked");
  for (const NoneSeen& none : findings.none)
    findings.unprovable.push_back(
        {none.event, "clock-unchecked", none.trials, shams_of(trials, none.event)});
  std::ranges::sort(findings.unprovable, {}, &Unprovable::event);
  findings.none.clear();
  for (Background& background : findings.background) background.max_excess.clear();
  for (auto* list : {&findings.findings, &findings.candidates})
    for (Finding& finding : *list) finding.reasons.emplace_back("clock-unchecked");
}

}  // namespace brewproof
