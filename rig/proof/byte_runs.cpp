#include "rig/proof/byte_runs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "rig/proof/clock_fit.h"
#include "rig/proof/kinds.h"

namespace brewproof {
namespace {

using Reading = ByteRun::Reading;
using Numbers = std::vector<std::optional<std::uint64_t>>;

constexpr std::size_t clock_widths[] = {4, 6, 8}, counter_widths[] = {1, 2, 3, 4, 8};
constexpr double true_clock_s = 2;

class Splitter {
 public:
  Splitter(const Opaque& bytes, std::size_t of, std::vector<bool> free,
           const std::vector<std::int64_t>& sent_ns)
      : bytes_(bytes), of_(of), free_(std::move(free)), sent_ns_(sent_ns) {}

  std::vector<ByteRun> split() && {
    const std::vector<bool> all_free = free_;
    for (const bool own : {false, true}) {
      take(clock_widths, [&](const Numbers& numbers) { return is_clock(numbers, own); });
    }
    take(counter_widths, is_counter);
    take_rest(true);
    if (runs_.size() > most_runs) {
      free_ = all_free;
      runs_.clear();
      take_rest(false);
    }
    std::ranges::sort(runs_, {}, [](const ByteRun& run) { return run.slice.offset; });
    return std::move(runs_);
  }

 private:
  template <class Widths, class Test>
  void take(const Widths& widths, const Test& fits) {
    for (const std::size_t width : widths) {
      for (std::size_t at = 0; at + width <= free_.size(); ++at) {
        const Slice slice{of_, at, width};
        if (!is_free(slice) || bytes_.constant(slice)) continue;
        for (const Reading reading : {Reading::little_endian, Reading::big_endian}) {
          const bool little_endian = reading == Reading::little_endian;
          // What counts on changes in its lowest byte.
          if (bytes_.constant(little_endian ? slice.offset : slice.end() - 1)) continue;
          if (!fits(bytes_.integers(slice, little_endian))) continue;
          occupy({slice, reading});
          break;
        }
      }
    }
  }

  /// Side by side and, where `apart`, all constant or all varying.
  void take_rest(bool apart) {
    for (std::size_t at = 0; at < free_.size();) {
      std::size_t end = at;
      while (end < free_.size() && free_[end] &&
             (!apart || bytes_.constant(end) == bytes_.constant(at))) {
        ++end;
      }
      if (end > at) occupy({{of_, at, end - at}, Reading::bytes});
      at = std::max(end, at + 1);
    }
  }

  [[nodiscard]] bool is_free(const Slice& slice) const {
    for (std::size_t at = slice.offset; at < slice.end(); ++at) {
      if (!free_[at]) return false;
    }
    return true;
  }
  void occupy(const ByteRun& run) {
    for (std::size_t at = run.slice.offset; at < run.slice.end(); ++at) free_[at] = false;
    runs_.push_back(run);
  }

  [[nodiscard]] bool is_clock(const Numbers& numbers, bool own) const {
    std::vector<std::string> texts;
    for (const auto& number : numbers) texts.push_back(number ? std::to_string(*number) : "");
    ClockReadings readings;
    for (std::size_t r = 0; r < texts.size(); ++r) {
      if (numbers[r]) readings.add(texts[r], sent_ns_[r]);
    }
    const auto fit = fit_clock(readings);
    return fit && (own || std::abs(fit->offset_s) <= true_clock_s);
  }

  static bool is_counter(const Numbers& numbers) {
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    std::vector<std::int64_t> counts;
    for (const auto& number : numbers) {
      if (!number) continue;
      if (*number > most) return false;
      counts.push_back(static_cast<std::int64_t>(*number));
    }
    return counts_on(counts);
  }

  const Opaque& bytes_;
  std::size_t of_;
  std::vector<bool> free_;  // by offset
  const std::vector<std::int64_t>& sent_ns_;
  std::vector<ByteRun> runs_;
};

}  // namespace

std::vector<ByteRun> runs_of(const Opaque& bytes, std::size_t of, std::vector<bool> free,
                             const std::vector<std::int64_t>& sent_ns) {
  return Splitter(bytes, of, std::move(free), sent_ns).split();
}

}  // namespace brewproof
