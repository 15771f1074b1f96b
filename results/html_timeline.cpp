// Pictures of what was done and what was sent: the timeline by blocks, and one raster a finding.
#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <ranges>
#include <set>

#include "results/html_parts.h"
#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {
namespace {

using picture::gutter, picture::right, picture::width;
constexpr std::size_t most_open_strips = 8;  // the rest is folded away
constexpr std::size_t trials_without_block = 16;
constexpr std::size_t most_raster_rows = 60;

struct Arm {
  std::string event;
  bool sham = false;
  friend auto operator<=>(const Arm&, const Arm&) = default;
  [[nodiscard]] std::string label() const {
    if (event.empty()) return "sham";
    return (sham ? "sham " : "") + event;
  }
};

std::vector<const TimelineMark*> by_time(const std::vector<TimelineMark>& marks) {
  std::vector<const TimelineMark*> sorted;
  sorted.reserve(marks.size());
  for (const TimelineMark& mark : marks) sorted.push_back(&mark);
  std::ranges::sort(sorted, {}, [](const TimelineMark* m) { return std::pair(m->time_ns, m); });
  return sorted;
}

std::span<const TimelineMark* const> between(const std::vector<const TimelineMark*>& marks,
                                             std::int64_t from_ns, std::int64_t to_ns) {
  const auto time = [](const TimelineMark* m) { return m->time_ns; };
  const auto first = std::ranges::lower_bound(marks, from_ns, {}, time);
  const auto last = std::ranges::upper_bound(marks, to_ns, {}, time);
  return {first, first < last ? last : first};
}

// What one meter showed in the whole run.
struct Series {
  std::string meter, unit;
  std::vector<const Sample*> samples;  // in order of time
};

std::vector<Series> series_of(const std::vector<Sample>& samples) {
  std::map<std::string, Series> by_meter;
  for (const Sample& sample : samples) {
    Series& series = by_meter[sample.meter];
    series.meter = sample.meter;
    series.unit = sample.unit;
    series.samples.push_back(&sample);
  }
  std::vector<Series> all;
  for (auto& [meter, series] : by_meter) {
    std::ranges::sort(series.samples, {},
                      [](const Sample* s) { return std::pair(s->at.real_ns, s); });
    all.push_back(std::move(series));
  }
  return all;
}

using Strip = std::vector<const Trial*>;

// Trials in their blocks; without blocks, so many at a time.
std::vector<Strip> strips_of(const std::vector<Trial>& trials) {
  std::vector<const Trial*> sorted;
  sorted.reserve(trials.size());
  for (const Trial& trial : trials) sorted.push_back(&trial);
  std::ranges::sort(sorted, {}, [](const Trial* t) { return std::pair(t->start_ns, t); });
  std::vector<Strip> strips;
  for (const Trial* trial : sorted) {
    const bool same = !strips.empty() && strips.back().back()->block == trial->block &&
                      (trial->block || strips.back().size() < trials_without_block);
    if (!same) strips.emplace_back();
    strips.back().push_back(trial);
  }
  return strips;
}

// Time on the x axis of one picture.
struct Axis {
  std::int64_t from_ns = 0, to_ns = 1;
  [[nodiscard]] double x(std::int64_t ns) const {
    const double share = static_cast<double>(ns - from_ns) /
                         static_cast<double>(std::max<std::int64_t>(1, to_ns - from_ns));
    return gutter + std::clamp(share, 0.0, 1.0) * (width - gutter - right);
  }
};

// 1, 2 or 5 times a power of ten nanoseconds, so that at most eight fit.
std::int64_t axis_step(std::int64_t span_ns) {
  for (std::int64_t power = 1'000'000;; power *= 10)
    for (const int factor : {1, 2, 5})
      if (span_ns / (power * factor) <= 8) return power * factor;
}

class StripPicture {
 public:
  StripPicture(const Strip& strip, const std::vector<Arm>& arms, const std::vector<Series>& meters,
               const std::vector<const TimelineMark*>& marks, const FindingColors& colors)
      : strip_(strip), arms_(arms), meters_(meters), marks_(marks), colors_(colors) {
    std::int64_t last = 0;
    axis_.from_ns = strip.front()->start_ns;
    for (const Trial* trial : strip) last = std::max(last, trial->end_ns);
    const std::int64_t margin = (last - axis_.from_ns) / 100;
    axis_.from_ns -= margin;
    axis_.to_ns = last + margin;
  }

  std::string svg(const std::string& title) {
    const double meters_y = top + row * static_cast<double>(arms_.size()) + 8;
    const double packets_y = meters_y + meter * static_cast<double>(meters_.size());
    const double height = packets_y + packets + 20;
    out_ = fmt::format(
        "<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">\n"
        "<text class=\"strong\" x=\"0\" y=\"13\">{}</text>\n",
        width, height, title, title);
    for (std::size_t i = 0; i < arms_.size(); ++i) arm(i);
    for (std::size_t i = 0; i < meters_.size(); ++i)
      line(meters_[i], meters_y + meter * static_cast<double>(i));
    scale(height);
    ticks(packets_y);
    return out_ + "</svg>\n";
  }

 private:
  static constexpr double top = 24, row = 17, meter = 40, packets = 26;

  void arm(std::size_t index) {
    const double y = top + row * static_cast<double>(index);
    out_ += fmt::format(
        "<text x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>"
        "<path class=\"lane\" d=\"M{:.0f} {:.1f}H{:.0f}\"/>\n",
        gutter - 10, y + 12, inert_html(arms_[index].label(), 16), gutter, y + 8, width - right);
    for (const Trial* trial : strip_) {
      if (Arm{trial->event, trial->sham} != arms_[index]) continue;
      const double x0 = axis_.x(trial->start_ns), x1 = axis_.x(trial->end_ns);
      const char* look = trial->status == TrialStatus::excluded ? "left"
                         : trial->sham                          ? "sham"
                                                                : "real";
      out_ += fmt::format(
          "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"11\" rx=\"2\">"
          "<title>{}</title></rect>\n",
          look, x0, y + 2.5, std::max(2.0, x1 - x0), told(*trial));
    }
  }

  static std::string told(const Trial& trial) {
    std::string text =
        fmt::format("trial {}: {}", trial.trial, Arm{trial.event, trial.sham}.label());
    for (const auto& [name, value] : trial.params)
      text += fmt::format(", {} {}", name, to_text(value));
    if (trial.status != TrialStatus::ok) text += ", " + trial.reason;
    return inert_html(text, 160);
  }

  void scale(double height) {
    const std::int64_t step = axis_step(axis_.to_ns - axis_.from_ns);
    const std::int64_t zero = strip_.front()->start_ns;
    for (std::int64_t t = zero; t <= axis_.to_ns; t += step)
      out_ += fmt::format(
          "<path class=\"axis\" d=\"M{0:.1f} {1:.0f}V{2:.0f}\"/>"
          "<text x=\"{0:.1f}\" y=\"{3:.0f}\" text-anchor=\"middle\">{4}</text>\n",
          axis_.x(t), top, height - 18, height - 4, t == zero ? "0" : "+" + span_text(t - zero));
  }

  // From the least to the most that the meter showed in this strip; of the readings in one column
  // of the picture the greatest.
  void line(const Series& series, double y) {
    std::map<int, double> columns;
    const auto time = [](const Sample* sample) { return sample->at.real_ns; };
    for (auto at = std::ranges::lower_bound(series.samples, axis_.from_ns, {}, time);
         at != series.samples.end() && time(*at) <= axis_.to_ns; ++at) {
      const auto [column, is_new] =
          columns.emplace(static_cast<int>(axis_.x(time(*at))), (*at)->value);
      if (!is_new) column->second = std::max(column->second, (*at)->value);
    }
    out_ += fmt::format("<text x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
                        gutter - 10, y + 14, inert_html(series.meter, 16));
    if (columns.empty()) return;
    const auto [least, most] = std::ranges::minmax(columns | std::views::values);
    out_ += fmt::format("<text x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">{:.4g} {}</text>\n",
                        gutter - 10, y + 28, most, inert_html(series.unit, 4));
    const double height = meter - 14, span = most > least ? most - least : 1;
    const auto level = [&, from = least](double value) {
      return fmt::format("{:.1f}", y + 2 + height * (1 - (value - from) / span));
    };
    std::string points;
    for (auto at = columns.begin(); at != columns.end(); ++at) {
      // In the middle of a level stretch a point draws nothing.
      const auto after = std::next(at);
      if (at != columns.begin() && after != columns.end() &&
          level(std::prev(at)->second) == level(at->second) &&
          level(after->second) == level(at->second))
        continue;
      points += fmt::format("{}{} {}", points.empty() ? 'M' : 'L', at->first, level(at->second));
    }
    out_ += fmt::format(
        "<path class=\"meter\" d=\"{}\"><title>{}</title></path>\n", points,
        inert_html(fmt::format("{}: {:.4g} to {:.4g} {}", series.meter, least, most, series.unit),
                   80));
  }

  // The background is one path: it is much and has no names; what belongs to a finding has.
  void ticks(double y) {
    out_ += fmt::format("<text x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">packets</text>\n",
                        gutter - 10, y + 17);
    std::string others, named;
    for (const TimelineMark* mark : between(marks_, axis_.from_ns, axis_.to_ns)) {
      const double x = axis_.x(mark->time_ns);
      const auto color = colors_.find(mark->finding);
      if (color == colors_.end())
        others += fmt::format("M{:.1f} {:.1f}v10", x, y + 8);
      else
        named += fmt::format(
            "<path class=\"mark {}\" d=\"M{:.1f} {:.1f}v{:.0f}\"><title>{}</title></path>\n",
            color->second, x, y, packets,
            inert_html(fmt::format("{}: {}, {} bytes", mark->finding, mark->label, mark->size),
                       160));
    }
    if (!others.empty()) out_ += "<path class=\"ticks\" d=\"" + others + "\"/>\n";
    out_ += named;
  }

  const Strip& strip_;
  const std::vector<Arm>& arms_;
  const std::vector<Series>& meters_;
  const std::vector<const TimelineMark*>& marks_;
  const FindingColors& colors_;
  Axis axis_;
  std::string out_;
};

std::vector<Arm> arms_of(const std::vector<Trial>& trials) {
  std::set<Arm> arms;
  for (const Trial& trial : trials) arms.insert({trial.event, trial.sham});
  return {arms.begin(), arms.end()};
}

std::string legend(const Findings& findings, const FindingColors& colors) {
  std::string out =
      "<ul class=\"legend\"><li><i class=\"r\"></i>act</li><li><i class=\"s\"></i>sham: "
      "everything but the last contact</li><li><i class=\"x\"></i>left out</li>";
  for (const Finding& finding : findings.findings)
    out += fmt::format("<li class=\"{}\"><i class=\"m\"></i>{} {}</li>", colors.at(finding.id),
                       inert_html(finding.id, 16), inert_html(finding.message, 60));
  return out + "<li><i class=\"g\"></i>other packets</li></ul>\n";
}

// The rows of one arm in a raster.
struct RasterArm {
  std::vector<const Trial*> trials;
  std::string label;
};

}  // namespace

std::string timeline_section(const ReportInput& input, const FindingColors& colors) {
  if (input.trials.empty()) return "";
  const std::vector<Arm> arms = arms_of(input.trials);
  const std::vector<Series> meters = series_of(input.samples);
  const auto marks = by_time(input.marks);
  const std::vector<Strip> strips = strips_of(input.trials);
  std::string lead =
      "Each strip is one block of the plan. Upper rows: what the rig did, in the order that the "
      "lots gave. Lower row: when the machine sent something.";
  if (!meters.empty())
    lead +=
        " Between them: what the meters showed by which acts are confirmed, with the most of the "
        "strip.";
  std::string out = section_head("timeline", "What was done, and what was sent", lead);
  out += "<div class=\"card\">" + legend(input.findings, colors);
  out +=
      "<svg width=\"0\" height=\"0\" aria-hidden=\"true\"><defs><pattern id=\"left\" "
      "width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
      "<path d=\"M0 0V5\" stroke=\"currentColor\" stroke-width=\"1\"/></pattern></defs></svg>\n";
  for (std::size_t i = 0; i < strips.size(); ++i) {
    if (i == most_open_strips)
      out += fmt::format("<details><summary>{} more</summary>\n", strips.size() - i);
    const auto& block = strips[i].front()->block;
    for (const Stop& stop : input.findings.run.stops)
      if (block && stop.before_block == *block)
        out += "<p class=\"note\">" + inert_html(stop_sentence(stop), 500) + "</p>\n";
    const std::string title =
        block ? fmt::format("Block {}", *block)
              : fmt::format("Trials {} to {}", strips[i].front()->trial, strips[i].back()->trial);
    out += "<div class=\"scroll\" tabindex=\"0\">" +
           StripPicture(strips[i], arms, meters, marks, colors).svg(title) + "</div>\n";
  }
  if (strips.size() > most_open_strips) out += "</details>\n";
  return out + "</div>\n";
}

std::string raster(const ReportInput& input, const Finding& finding) {
  RasterArm arms[2] = {{{}, inert_html(finding.event, 14)},
                       {{}, "sham " + inert_html(finding.event, 10)}};
  std::int64_t longest = finding.timing ? finding.timing->window.end_ns : 0;
  for (const Trial& trial : input.trials) {
    const bool pooled = trial.sham && trial.event.empty();
    if ((trial.event != finding.event && !pooled) || trial.status == TrialStatus::excluded)
      continue;
    arms[trial.sham ? 1 : 0].trials.push_back(&trial);
    longest = std::max(longest, trial.end_ns - trial.origin_ns());
  }
  if (arms[0].trials.empty() || longest <= 0) return "";
  const auto marks = by_time(input.marks);
  const Axis axis{0, longest};
  constexpr double row = 6.5, gap = 16;
  double y = 8;
  std::string rows;
  for (const RasterArm& arm : arms) {
    const std::size_t shown = std::min(arm.trials.size(), most_raster_rows);
    if (shown == 0) continue;
    const double height = row * static_cast<double>(shown);
    rows += fmt::format(
        "<text class=\"strong\" x=\"{0:.0f}\" y=\"{1:.1f}\" text-anchor=\"end\">{2}</text>"
        "<text x=\"{0:.0f}\" y=\"{3:.1f}\" text-anchor=\"end\">{4} trials</text>\n",
        gutter - 10, y + height / 2, arm.label, y + height / 2 + 14, arm.trials.size());
    if (finding.timing) {
      const double x0 = axis.x(finding.timing->window.begin_ns);
      rows += fmt::format(
          "<rect class=\"windowed\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
          "height=\"{:.1f}\"/>\n",
          x0, y, axis.x(finding.timing->window.end_ns) - x0, height);
    }
    for (std::size_t i = 0; i < shown; ++i, y += row) {
      const Trial& trial = *arm.trials[i];
      rows += fmt::format("<path class=\"lane\" d=\"M{:.0f} {:.1f}H{:.0f}\"/>", gutter, y + row / 2,
                          width - right);
      for (const TimelineMark* mark :
           between(marks, trial.origin_ns(), trial.origin_ns() + longest)) {
        const double x = axis.x(mark->time_ns - trial.origin_ns());
        if (mark->finding == finding.id)
          rows += fmt::format("<circle class=\"dot\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\"/>", x,
                              y + row / 2);
        else
          rows +=
              fmt::format("<path class=\"ticks\" d=\"M{:.1f} {:.1f}v5\"/>", x, y + row / 2 - 2.5);
      }
      rows += '\n';
    }
    y += gap;
  }
  std::string scale;
  const std::int64_t step = axis_step(longest);
  for (std::int64_t t = 0; t <= longest; t += step)
    scale += fmt::format(
        "<path class=\"axis\" d=\"M{0:.1f} 4V{1:.1f}\"/>"
        "<text x=\"{0:.1f}\" y=\"{2:.1f}\" text-anchor=\"middle\">{3}</text>\n",
        axis.x(t), y - gap + 4, y + 4, t == 0 ? std::string("act") : "+" + span_text(t));
  return fmt::format(
      "<div class=\"scroll raster\" tabindex=\"0\"><svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" "
      "aria-label=\"Each trial as a row: when the message came after the "
      "act\">\n{}{}</svg></div>\n",
      width, y + 10, scale, rows);
}

}  // namespace brewproof
