// What a run without any act measured.
#include <fmt/core.h>

#include <algorithm>

#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {
namespace {

// As a procedure writes it, and no coarser than it was rounded.
std::string time_for_yaml(std::int64_t ns) {
  constexpr std::int64_t ms = 1'000'000, s = 1'000 * ms, min = 60 * s;
  if (ns % min == 0) return fmt::format("{} min", ns / min);
  return ns % s == 0 ? fmt::format("{} s", ns / s) : fmt::format("{} ms", ns / ms);
}

}  // namespace

std::string recurrence_text(const Recurrence& kind) {
  std::string text =
      kind.times == 1 ? std::string("once") : fmt::format("{} times", count_text(kind.times));
  if (kind.period_ns && kind.jitter_ns)
    text =
        *kind.jitter_ns * 2 <= *kind.period_ns
            ? fmt::format("every {}, {} more or less, {}", span_text(*kind.period_ns),
                          span_text(*kind.jitter_ns), text)
            : fmt::format("irregularly, {} apart in the middle and {} at most, {}",
                          span_text(*kind.period_ns), span_text(kind.longest_ns.value_or(0)), text);
  if (kind.count != kind.times) text += fmt::format(" ({} messages)", count_text(kind.count));
  return text;
}

std::string background_text(const BackgroundBytes& of) {
  const Recurrence& kind = of.kind;
  if (of.why == "serves") return "looks up, or opens, what other messages here go over";
  if (of.why == "once") return kind.count == 1 ? "once" : "once, in one go";
  if (of.why == "on-connect")
    return fmt::format("after each connect: within 1 s in {} of {} connections", of.on_connect,
                       of.connections);
  if (of.why == "regular" && kind.period_ns)
    return fmt::format("every {}, {} more or less, in {} of {} gaps", span_text(*kind.period_ns),
                       span_text(of.steady_ns), of.steady_gaps, of.gaps);
  if (of.why == "few" || !kind.period_ns)
    return fmt::format("{} times: too few to tell a period", count_text(kind.times));
  return fmt::format("at no regular times: {} apart in the middle, {} at most",
                     span_text(*kind.period_ns), span_text(kind.longest_ns.value_or(0)));
}

std::vector<std::string> design_lines(const Soak& soak) {
  std::vector<std::string> lines;
  if (soak.background_ns)
    for (const char* key : {"background", "idle"})
      lines.push_back(fmt::format("{}: {}", key, time_for_yaml(*soak.background_ns)));
  if (soak.jitter_ns) lines.push_back("jitter: " + time_for_yaml(*soak.jitter_ns));
  return lines;
}

std::string soak_limits(const Soak& soak) {
  if (soak.kinds.empty()) return "The machine sent nothing.";
  const auto rare = std::ranges::count_if(
      soak.kinds, [](const Recurrence& kind) { return !kind.period_ns.has_value(); });
  if (rare == 0) return "";
  return fmt::format(
      "{} of {} kinds came less than four times in {}: their period is not known, and may be "
      "longer "
      "than this. A longer soak can tell.",
      rare, soak.kinds.size(), span_text(soak.lasted_ns));
}

}  // namespace brewproof
