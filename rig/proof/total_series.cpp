#include "rig/proof/total_series.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "rig/model/parallel.h"
#include "rig/proof/ascii.h"
#include "rig/proof/carried.h"
#include "rig/proof/size_class.h"

namespace brewproof {
namespace {

constexpr std::size_t fewest_steps = 3;   // that are none of nothing
constexpr std::size_t most_classes = 12;  // of sizes, of one destination, in runs
constexpr std::size_t most_series = 512;

std::optional<double> whole_number(std::string_view digits, int base) {
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(digits.begin(), digits.end(), number, base);
  if (error != std::errc{} || stop != digits.end()) return std::nullopt;
  return static_cast<double>(number);
}

/// "17", "-3.50"; bytes as an integer.
std::optional<double> number_of(const FieldView& field, bool little_endian) {
  std::string_view text = field.value;
  if (field.type == FieldType::bytes) {
    if (text.size() > 16 || text.size() % 2 != 0) return std::nullopt;
    std::string turned;
    for (std::size_t i = text.size(); little_endian && i > 0; i -= 2) {
      turned += text.substr(i - 2, 2);
    }
    return whole_number(little_endian ? turned : text, 16);
  }
  const bool starts = !text.empty() && (is_digit(text[0]) || text[0] == '-');
  if (!starts || text.size() > 18) return std::nullopt;
  double number = 0;
  const auto [stop, error] =
      std::from_chars(text.begin(), text.end(), number, std::chars_format::fixed);
  if (error != std::errc{} || stop != text.end()) return std::nullopt;
  return number;
}

/// Does it count on, but for restarts? Then which way: 1, -1; else 0.
int direction_of(const Figures& steps) {
  std::size_t up = 0, down = 0;
  for (const double step : steps) {
    up += step > 0 ? 1 : 0;
    down += step < 0 ? 1 : 0;
  }
  const auto [less, more] = std::minmax(up, down);
  if (more < fewest_steps || less * 4 > more) return 0;
  return up > down ? 1 : -1;
}

class SeriesMaker {
 public:
  SeriesMaker(const Traffic& traffic, const Slots& slots) : traffic_(traffic), slots_(slots) {}

  std::vector<TotalSeries> make() && {
    std::vector<std::vector<TotalSeries>> of(traffic_.signatures.size());
    in_parallel(of.size(), traffic_.messages.size() * steps_of_a_message,
                [&](std::size_t s) { of[s] = of_unit(s); });
    for (std::vector<TotalSeries>& unit : of)
      for (TotalSeries& series : unit) add(std::move(series));
    add_runs_of_classes();
    return std::move(all_);
  }

 private:
  /// The latest value of each path in each slot.
  FieldTable latest_of(const std::vector<std::size_t>& messages,
                       std::vector<std::size_t>& slots) const {
    FieldTableBuilder builder;
    for (std::size_t end = messages.size(); end > 0;) {
      const std::size_t slot = slots_.at(traffic_.messages[messages[end - 1]]->time_ns);
      builder.begin({nullptr, traffic_.messages[messages[end - 1]], nullptr});
      slots.push_back(slot);
      std::size_t read = 0;
      for (; end > 0; --end) {
        const KeptMessage& message = *traffic_.messages[messages[end - 1]];
        if (slots_.at(message.time_ns) != slot) break;
        if (read++ < most_read_after_act) builder.add(message);
      }
    }
    return std::move(builder).finish();
  }

  [[nodiscard]] std::vector<TotalSeries> of_unit(std::size_t s) const {
    const std::vector<std::size_t>& messages = traffic_.signatures[s].messages;
    if (messages.size() < least_freedom) return {};
    std::vector<TotalSeries> all{bytes_of({s}, messages)};
    std::vector<std::size_t> slots;  // by row, latest first
    const FieldTable table = latest_of(messages, slots);
    for (const FieldColumn& column : table.columns) {
      if (is_framing(column.path) || column.path == "size") continue;
      const bool bytes = column.slice && column.slice->width > 1;
      for (const bool little_endian : {false, true}) {
        if (little_endian && !bytes) continue;
        if (auto series = steps_of(s, column, slots, little_endian))
          all.push_back(std::move(*series));
      }
    }
    return all;
  }

  /// Which of the unit's messages this is.
  [[nodiscard]] std::size_t number_of_message(std::size_t s, const KeptMessage& message) const {
    const auto time_of = [&](std::size_t m) { return traffic_.messages[m]->time_ns; };
    auto m =
        std::ranges::lower_bound(traffic_.signatures[s].messages, message.time_ns, {}, time_of);
    while (traffic_.messages[*m] != &message) ++m;
    return *m;
  }

  [[nodiscard]] std::optional<TotalSeries> steps_of(std::size_t s, const FieldColumn& column,
                                                    const std::vector<std::size_t>& slots,
                                                    bool little_endian) const {
    std::vector<std::size_t> rows;
    Figures told;
    for (std::size_t r = slots.size(); r-- > 0;) {
      if (column.by_row[r] == nullptr) continue;
      const auto value = number_of(*column.by_row[r], little_endian);
      if (!value) return std::nullopt;
      rows.push_back(r);
      told.push_back(*value);
    }
    if (told.size() <= least_freedom) return std::nullopt;
    Figures steps(told.size() - 1);
    for (std::size_t i = 0; i < steps.size(); ++i) steps[i] = told[i + 1] - told[i];
    const int direction = direction_of(steps);
    if (direction == 0) return std::nullopt;
    TotalSeries series;
    series.signatures = {s};
    series.path = column.path;
    series.slice = column.slice;
    series.little_endian = little_endian;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (steps[i] * direction < 0) continue;  // it began anew
      const KeptMessage &before = *column.from[rows[i]], &after = *column.from[rows[i + 1]];
      add_span(series, slots[rows[i]], slots[rows[i + 1]], before, after, steps[i]);
      series.readings.push_back(number_of_message(s, after));
    }
    return series;
  }

  [[nodiscard]] TotalSeries bytes_of(std::vector<std::size_t> signatures,
                                     const std::vector<std::size_t>& messages) const {
    TotalSeries series;
    series.signatures = std::move(signatures);
    series.path = "size";
    series.bytes = true;
    std::size_t last = none, slot = 0;
    for (std::size_t at = 0; at < messages.size();) {
      const std::size_t here = slots_.at(traffic_.messages[messages[at]]->time_ns);
      double size = 0;
      std::size_t m = messages[at];
      for (; at < messages.size(); ++at) {
        if (slots_.at(traffic_.messages[messages[at]]->time_ns) != here) break;
        m = messages[at];
        size += static_cast<double>(traffic_.messages[m]->size);
      }
      if (last != none) {
        add_span(series, slot, here, *traffic_.messages[last], *traffic_.messages[m], size);
        series.readings.push_back(m);
      }
      last = m;
      slot = here;
    }
    return series;
  }

  static void add_span(TotalSeries& series, std::size_t from, std::size_t to,
                       const KeptMessage& before, const KeptMessage& after, double number) {
    series.from.push_back(from);
    series.to.push_back(to);
    series.numbers.push_back(number);
    series.seconds.push_back(static_cast<double>(after.time_ns - before.time_ns) * 1e-9);
  }

  void add(TotalSeries series) {
    if (series.numbers.size() <= least_freedom || all_.size() == most_series) return;
    const auto [least, most] = std::minmax_element(series.numbers.begin(), series.numbers.end());
    if (*least < *most) all_.push_back(std::move(series));
  }

  void add_runs_of_classes() {
    using Key = std::tuple<std::string, std::string, std::uint16_t, std::string, bool>;
    std::map<Key, std::vector<std::pair<std::uint64_t, std::size_t>>> by_destination;
    for (std::size_t s = 0; s < traffic_.signatures.size(); ++s) {
      const Signature& signature = traffic_.signatures[s];
      const auto size = size_of(signature.message);
      const bool is_class = signature.message.find("..") != std::string::npos;
      if (!size || !is_class) continue;
      const Destination& to = signature.destination;
      by_destination[{to.name, to.name.empty() ? to.address : "", to.port, signature.protocol,
                      signature.tls}]
          .emplace_back(size->low, s);
    }
    for (auto& [key, classes] : by_destination) {
      std::sort(classes.begin(), classes.end());
      // The rarest go first where there are too many for every run: none goes, the run from each
      // class to the last one stays.
      const bool all_runs = classes.size() <= most_classes;
      for (std::size_t a = 0; a + 1 < classes.size(); ++a) {
        for (std::size_t b = all_runs ? a + 1 : classes.size() - 1; b < classes.size(); ++b) {
          std::vector<std::size_t> signatures, messages;
          for (std::size_t c = a; c <= b; ++c) {
            signatures.push_back(classes[c].second);
            const auto& of = traffic_.signatures[classes[c].second].messages;
            messages.insert(messages.end(), of.begin(), of.end());
          }
          std::sort(messages.begin(), messages.end());
          add(bytes_of(std::move(signatures), messages));
        }
      }
    }
  }

  const Traffic& traffic_;
  const Slots& slots_;
  std::vector<TotalSeries> all_;
};

}  // namespace

std::vector<TotalSeries> total_series(const Traffic& traffic, const Slots& slots) {
  return SeriesMaker(traffic, slots).make();
}

}  // namespace brewproof
