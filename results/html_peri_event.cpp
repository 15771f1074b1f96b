// The peri-event histogram of a finding: acts above the line, shams below it, on one scale.
#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "results/html_parts.h"
#include "results/sentences.h"

namespace brewproof {
namespace {

using picture::gutter, picture::right, picture::width;
constexpr double half = 64, top = 10, below = 24;  // of acts, and of shams; above; for the scale

// Messages a trial in one bin.
double rate(std::uint64_t messages, int trials) {
  return trials > 0 ? static_cast<double>(messages) / trials : 0;
}

class Histogram {
 public:
  Histogram(const PeriEvent& around, const std::optional<Timing>& timing)
      : around_(around), timing_(timing), bins_(std::max<std::size_t>(1, around.acts.size())) {
    for (std::size_t i = 0; i < around.acts.size(); ++i)
      most_ = std::max({most_, rate(around.acts[i], around.act_count),
                        rate(around.shams[i], around.sham_count)});
  }

  std::string svg() const {
    constexpr double line = top + half;
    std::string out = fmt::format(
        "<div class=\"scroll raster\" tabindex=\"0\"><svg viewBox=\"0 0 {:.0f} {:.0f}\" "
        "role=\"img\" aria-label=\"How many messages came at which lag, around acts and around "
        "shams\">\n",
        width, line + half + below);
    if (timing_) {
      const double from = x(timing_->window.begin_ns), to = x(timing_->window.end_ns);
      out += fmt::format(
          "<rect class=\"windowed\" x=\"{:.1f}\" y=\"{:.0f}\" width=\"{:.1f}\" height=\"{:.0f}\"/>"
          "\n",
          from, top, std::max(0.0, to - from), 2 * half);
    }
    label(out, line - half / 2, "acts", around_.acts, around_.act_count);
    label(out, line + half / 2, "shams", around_.shams, around_.sham_count);
    for (std::size_t i = 0; i < around_.acts.size(); ++i) {
      bar(out, i, around_.acts[i], around_.act_count, "real", true);
      bar(out, i, around_.shams[i], around_.sham_count, "sham", false);
    }
    out += fmt::format("<path class=\"lane\" d=\"M{:.0f} {:.1f}H{:.0f}\"/>\n", gutter, line,
                       width - right);
    scale(out);
    return out + "</svg></div>\n";
  }

 private:
  [[nodiscard]] double x(std::int64_t lag_ns) const {
    const double all = static_cast<double>(around_.bin_ns) * static_cast<double>(bins_);
    const double share = static_cast<double>(lag_ns - around_.from_ns) / all;
    return gutter + std::clamp(share, 0.0, 1.0) * (width - gutter - right);
  }
  [[nodiscard]] std::int64_t begin_of(std::size_t bin) const {
    return around_.from_ns + static_cast<std::int64_t>(bin) * around_.bin_ns;
  }

  static void label(std::string& out, double y, const char* arm,
                    const std::vector<std::uint64_t>& bins, int trials) {
    const std::uint64_t all = std::accumulate(bins.begin(), bins.end(), std::uint64_t{0});
    out += fmt::format(
        "<text class=\"strong\" x=\"{0:.0f}\" y=\"{1:.1f}\" text-anchor=\"end\">{2}</text>"
        "<text x=\"{0:.0f}\" y=\"{3:.1f}\" text-anchor=\"end\">{4} in {5}</text>\n",
        gutter - 10, y, arm, y + 14, all, trials);
  }

  void bar(std::string& out, std::size_t bin, std::uint64_t messages, int trials, const char* shape,
           bool up) const {
    if (messages == 0 || most_ <= 0) return;
    const double height = half * rate(messages, trials) / most_;
    const double left = x(begin_of(bin)), span = x(begin_of(bin + 1)) - left;
    out += fmt::format(
        "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"><title>{} "
        "from {} to {}</title></rect>\n",
        shape, left + 1, up ? top + half - height : top + half, std::max(1.0, span - 2), height,
        messages, lag(begin_of(bin)), lag(begin_of(bin + 1)));
  }

  static std::string lag(std::int64_t ns) {
    return ns == 0 ? "the contact" : (ns < 0 ? "-" : "+") + span_text(std::abs(ns));
  }

  void scale(std::string& out) const {
    constexpr std::size_t each = 5;  // bins from mark to mark; the contact is on one
    for (std::size_t bin = 0; bin <= bins_; bin += each) {
      const std::int64_t ns = begin_of(bin);
      out += fmt::format(
          "<path class=\"axis\" d=\"M{0:.1f} {1:.0f}V{2:.0f}\"/><text x=\"{0:.1f}\" y=\"{3:.0f}\" "
          "text-anchor=\"middle\">{4}</text>\n",
          x(ns), top, top + 2 * half, top + 2 * half + 16, ns == 0 ? "act" : lag(ns));
    }
  }

  const PeriEvent& around_;
  const std::optional<Timing>& timing_;
  std::size_t bins_;
  double most_ = 0;
};

}  // namespace

std::string peri_event_picture(const Finding& finding) {
  if (!finding.peri_event || finding.peri_event->acts.empty()) return "";
  const PeriEvent& around = *finding.peri_event;
  return "<h4>When it comes, around acts and around shams</h4>\n" +
         Histogram(around, finding.timing).svg() +
         fmt::format(
             "<p class=\"note\">All its messages by lag, {} a bar, as many a trial; shaded: the "
             "window that was tested. One message counts around each trial that it lies near. The "
             "test counts trials; this only shows when.</p>\n",
             span_text(around.bin_ns));
}

}  // namespace brewproof
