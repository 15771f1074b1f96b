#include "rig/proof/kinds.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "rig/proof/ascii.h"
#include "rig/proof/clock_fit.h"

namespace brewproof {
namespace {

constexpr std::size_t shortest_passing = 4, longest_passing = 4096;
constexpr double random_bits = 24;

ClockReadings present(const FieldColumn& column) {
  ClockReadings there;
  for (std::size_t r = 0; r < column.by_row.size(); ++r) {
    if (column.by_row[r] != nullptr) there.add(column.by_row[r]->value, column.from[r]->time_ns);
  }
  return there;
}

/// Is each reading one of a clock that counts from 1970, at most a day before the packet? What was
/// kept until it could be sent says when it was done, be it one act ago or ten.
bool tells_kept_times(const ClockReadings& there, ClockForm form) {
  constexpr double tolerance_s = 2, kept_s = 86'400;
  for (std::size_t i = 0; i < there.values.size(); ++i) {
    const double told = read_clock(form, there.values[i]);
    const double sent = static_cast<double>(there.sent_ns[i]) * 1e-9;
    // A NaN is in no order with anything.
    if (!(told >= sent - kept_s && told <= sent + tolerance_s)) return false;
  }
  return true;
}

/// The same values against the times of the acts that they belong to; empty where one has none.
ClockReadings at_acts(const FieldColumn& column, std::span<const FieldRow> rows) {
  ClockReadings there;
  for (std::size_t r = 0; r < column.by_row.size() && r < rows.size(); ++r) {
    if (column.by_row[r] == nullptr) continue;
    if (rows[r].trial == nullptr) return {};
    there.add(column.by_row[r]->value, rows[r].trial->origin_ns());
  }
  return there;
}

/// "a clock that keeps within 0.8 s of the packets'", "a clock of its own, 28800 s behind the
/// packets', that moves by 0.3 s".
std::string clock_in_words(const ClockFit& fit, std::string_view against) {
  constexpr double near_s = 2;
  if (std::abs(fit.offset_s) + fit.spread_s / 2 <= near_s)
    return fmt::format("a clock that keeps within {:.1f} s of {}",
                       std::abs(fit.offset_s) + fit.spread_s / 2, against);
  return fmt::format("a clock of its own, {:.0f} s {} {}, that moves by {:.1f} s against it",
                     std::abs(fit.offset_s), fit.offset_s < 0 ? "behind" : "ahead of", against,
                     fit.spread_s);
}

/// By which clock it tells the time; "" = it does not.
std::string tells_time(const FieldColumn& column, const ClockReadings& there,
                       std::span<const FieldRow> rows) {
  if (const auto fit = fit_clock(there)) return clock_in_words(*fit, "the packets' clock");
  for (const ClockForm form : clock_forms)
    if (tells_kept_times(there, form))
      return "times since 1970, a day before the message at the most: of what was kept";
  const ClockReadings acts = at_acts(column, rows);
  if (acts.values.size() != there.values.size()) return "";
  const auto fit = fit_clock(acts);
  return fit ? clock_in_words(*fit, "the times of the acts") : "";
}

std::size_t common_prefix(const std::vector<std::string_view>& values) {
  std::size_t length = values.front().size();
  for (const std::string_view value : values) {
    const auto end =
        std::mismatch(value.begin(), value.end(), values.front().begin(), values.front().end())
            .first;
    length = std::min(length, static_cast<std::size_t>(end - value.begin()));
  }
  return length;
}

/// "A-0012" -> 12, where all values begin with "A-".
std::optional<std::int64_t> count_behind(std::string_view value, std::size_t prefix) {
  std::int64_t count = 0;
  value.remove_prefix(prefix);
  const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), count);
  if (error != std::errc{} || stop != value.data() + value.size()) return std::nullopt;
  return count;
}

/// How it counts; "" = it does not.
std::string counts_in_words(const ClockReadings& column) {
  if (column.values.empty()) return "";
  std::size_t prefix = common_prefix(column.values);
  const std::string_view first = column.values.front();
  while (prefix > 0 && is_digit(first[prefix - 1])) --prefix;
  if (prefix == 1 && first.front() == '-') prefix = 0;
  std::vector<std::int64_t> counts;
  counts.reserve(column.values.size());
  for (const std::string_view value : column.values) {
    const auto count = count_behind(value, prefix);
    if (!count) return "";
    counts.push_back(*count);
  }
  // Where nothing was counted in between the number stays.
  counts.erase(std::ranges::unique(counts).begin(), counts.end());
  if (!counts_on(counts)) return "";
  return fmt::format("a number that only {} from message to message, {} times",
                     counts.back() > counts.front() ? "grows" : "falls", counts.size() - 1);
}

bool is_servers_constant(std::string_view value, std::int64_t first_sent_ns,
                         const Passage& passage) {
  return value.size() >= 8 && std::any_of(value.begin(), value.end(), is_digit) &&
         passage.came_in_first(value, first_sent_ns);
}

bool is_servers(const ClockReadings& column, const Passage& passage) {
  for (std::size_t i = 0; i < column.values.size(); ++i) {
    if (!passage.came_in_first(column.values[i], column.sent_ns[i])) return false;
  }
  return !column.values.empty();
}

/// All different, and behind the common prefix each value is worth `random_bits`: its length times
/// the entropy of the characters met there.
bool is_random(const ClockReadings& column) {
  const std::set<std::string_view> different(column.values.begin(), column.values.end());
  if (column.values.size() < 2 || different.size() != column.values.size()) return false;
  const std::size_t prefix = common_prefix(column.values);
  std::array<double, 256> met{};
  double characters = 0;
  for (std::string_view value : column.values) {
    value.remove_prefix(prefix);
    for (const char c : value) ++met[static_cast<unsigned char>(c)];
    characters += static_cast<double>(value.size());
  }
  double bits = 0;  // of all values together
  for (const double count : met) {
    if (count > 0) bits -= count * std::log2(count / characters);
  }
  return bits / static_cast<double>(column.values.size()) >= random_bits;
}

}  // namespace

bool counts_on(std::span<const std::int64_t> values) {
  constexpr std::size_t shortest = 5;
  if (values.size() < shortest) return false;
  return std::ranges::adjacent_find(values, std::greater_equal{}) == values.end() ||
         std::ranges::adjacent_find(values, std::less_equal{}) == values.end();
}

void Passage::want(const FieldTable& table) {
  for (const FieldColumn& column : table.columns) {
    for (const std::string_view value : present_values(column)) {
      if (value.size() >= shortest_passing && value.size() <= longest_passing) seen_[value];
    }
  }
}

void Passage::see(const std::vector<KeptMessage>& messages) {
  if (seen_.empty()) return;
  for (const KeptMessage& message : messages) {
    for (const FieldView& field : message.fields()) {
      if (field.value.size() < shortest_passing || field.value.size() > longest_passing) continue;
      const auto wanted = seen_.find(field.value);
      if (wanted == seen_.end()) continue;
      std::int64_t& first = message.from_dut ? wanted->second.out_ns : wanted->second.in_ns;
      first = std::min(first, message.time_ns);
    }
  }
}

bool Passage::came_in_first(std::string_view value, std::int64_t before_ns) const {
  const auto seen = seen_.find(value);
  return seen != seen_.end() && seen->second.in_ns < before_ns &&
         seen->second.in_ns < seen->second.out_ns;
}

KindFound kind_of(const FieldColumn& column, const Passage& passage,
                  std::span<const FieldRow> rows) {
  const ClockReadings there = present(column);
  const std::size_t count = there.values.size();
  if (count < 2)
    return {FieldKind::unexplained, "it stands in one message only: nothing to compare it with"};
  const std::set<std::string_view> different(there.values.begin(), there.values.end());
  if (different.size() == 1) {
    const std::string same = fmt::format("one value in {} messages", count);
    if (is_servers_constant(there.values.front(), there.sent_ns.front(), passage))
      return {FieldKind::server, same + ", which had come in before it first went out"};
    return {FieldKind::constant, same};
  }
  if (std::string clock = tells_time(column, there, rows); !clock.empty())
    return {FieldKind::time, std::move(clock)};
  if (std::string counts = counts_in_words(there); !counts.empty())
    return {FieldKind::counter, std::move(counts)};
  if (is_servers(there, passage))
    return {FieldKind::server,
            fmt::format("each of its {} values had come in before it first went out",
                        different.size())};
  if (is_random(there))
    return {FieldKind::random,
            fmt::format("{} values, all different, worth {:.0f} bits each and more", count,
                        random_bits)};
  return {FieldKind::unexplained,
          fmt::format("{} different values in {} messages, by none of the rules", different.size(),
                      count)};
}

}  // namespace brewproof
