#include "rig/proof/clock_fit.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "rig/proof/ascii.h"

namespace brewproof {
namespace {

constexpr double clock_tolerance_s = 2, own_clock_span_s = 20;

/// Non-negative decimal number, NaN for anything else; never the locale's.
double plain_number(std::string_view text) {
  if (text.empty() || text.size() > 24 || !is_digit(text.front()) || !is_digit(text.back())) {
    return NAN;
  }
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return error == std::errc{} && end == text.data() + text.size() ? value : NAN;
}

/// Reads digits and separators off the front of an ISO 8601 text.
class IsoReader {
 public:
  explicit IsoReader(std::string_view text) : text_(text) {}
  int number(std::size_t digits) {
    if (text_.size() < digits || !all_digits(text_.substr(0, digits))) {
      ok = false;
      return 0;
    }
    int value = 0;
    const std::string_view number = text_.substr(0, digits);
    std::from_chars(number.data(), number.data() + number.size(), value);
    text_.remove_prefix(digits);
    return value;
  }
  bool skip(std::string_view any_of) {
    if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) return false;
    text_.remove_prefix(1);
    return true;
  }
  double fraction() {
    double value = 0, digit = 0.1;
    while (!text_.empty() && is_digit(text_.front())) {
      value += digit * (text_.front() - '0');
      digit /= 10;
      text_.remove_prefix(1);
    }
    return value;
  }
  [[nodiscard]] bool at(char c) const { return !text_.empty() && text_.front() == c; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

  bool ok = true;

 private:
  std::string_view text_;
};

std::optional<ClockFit> fit(ClockForm form, const ClockReadings& readings) {
  const auto& [values, sent_ns] = readings;
  double least = INFINITY, most = -INFINITY;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double reading = read_clock(form, values[i]);
    if (!std::isfinite(reading)) return std::nullopt;
    const double offset = reading - static_cast<double>(sent_ns[i]) * 1e-9;
    least = std::min(least, offset);
    most = std::max(most, offset);
  }
  const bool true_clock =
      std::abs(least) <= clock_tolerance_s && std::abs(most) <= clock_tolerance_s;
  const auto [first, last] = std::minmax_element(sent_ns.begin(), sent_ns.end());
  const double span = static_cast<double>(*last - *first) * 1e-9;
  const bool own_clock =
      values.size() >= 3 && span >= own_clock_span_s && most - least <= clock_tolerance_s;
  if (!true_clock && !own_clock) return std::nullopt;
  return ClockFit{form, (least + most) / 2, most - least};
}

}  // namespace

double iso_seconds(std::string_view text) {
  IsoReader reader(text);
  const int year = reader.number(4);
  const bool dashes = reader.skip("-/");
  const int month = reader.number(2);
  if (dashes && !reader.skip("-/")) return NAN;
  const int day = reader.number(2);
  reader.skip("T t");
  const int hour = reader.number(2);
  const bool colons = reader.skip(":");
  const int minute = reader.number(2);
  if (colons && !reader.skip(":")) return NAN;
  const int second = reader.number(2);
  const double fraction = reader.skip(".,") ? reader.fraction() : 0;
  int zone_minutes = 0;
  if (!reader.skip("Zz") && (reader.at('+') || reader.at('-'))) {
    const int sign = reader.at('-') ? -1 : 1;
    reader.skip("+-");
    zone_minutes = reader.number(2) * 60;
    reader.skip(":");
    if (!reader.empty()) zone_minutes += reader.number(2);
    zone_minutes *= sign;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!reader.ok || !reader.empty() || !date.ok() || hour > 24 || minute > 59 || second > 60) {
    return NAN;
  }
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return static_cast<double>(days) * 86400.0 + hour * 3600 + minute * 60 + second + fraction -
         zone_minutes * 60;
}

double read_clock(ClockForm form, std::string_view text) {
  switch (form) {
    case ClockForm::iso8601:
      return iso_seconds(text);
    case ClockForm::seconds:
      return plain_number(text);
    case ClockForm::milliseconds:
      return plain_number(text) * 1e-3;
    case ClockForm::microseconds:
      return plain_number(text) * 1e-6;
    case ClockForm::nanoseconds:
      return plain_number(text) * 1e-9;
  }
  return NAN;
}

std::optional<ClockFit> fit_clock(const ClockReadings& readings) {
  if (readings.values.size() < 2) return std::nullopt;
  for (const ClockForm form : clock_forms) {
    if (const auto found = fit(form, readings)) return found;
  }
  return std::nullopt;
}

}  // namespace brewproof
