#include "rig/proof/batches.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "rig/model/parallel.h"
#include "rig/proof/ascii.h"
#include "rig/proof/by_heading.h"
#include "rig/proof/clock_fit.h"
#include "rig/proof/fields.h"

namespace brewproof {
namespace {

constexpr double slack_s = 2;             // of a record behind its carrier, before the capture
constexpr std::size_t most_offsets = 16;  // clocks of the machine that are tried
constexpr std::size_t most_records = 1'000'000;

/// What a column's first value shows: most columns hold no clock, and are not kept.
bool may_be_clock(std::string_view value) {
  return std::ranges::any_of(clock_forms,
                             [&](ClockForm form) { return !std::isnan(read_clock(form, value)); });
}

/// The clock of the packets first, then those that the machine's own messages tell.
std::vector<ClockFit> clocks_of(const Traffic& traffic) {
  std::vector<ClockFit> clocks{{}};
  for (const Signature& signature : traffic.signatures) {
    std::map<std::string_view, ClockReadings> columns;
    ByHeading<std::vector<ClockReadings*>> headings;  // by column; null = it stands in an array
    for (const std::size_t m : signature.messages) {
      const KeptMessage& message = *traffic.messages[m];
      const auto& readings = headings.of(message, [&] {
        std::vector<ClockReadings*> of;
        IndexedPath split;
        for (const MessageHeading::Column& column : message.heading().columns)
          of.push_back(split_index(column.path, split) ? nullptr : &columns[column.path]);
        return of;
      });
      std::size_t c = 0;
      for (const FieldView& field : message.fields()) {
        ClockReadings* const of = readings[c++];
        if (of == nullptr || field.value.empty()) continue;
        if (of->values.empty() || may_be_clock(of->values.front()))
          of->add(field.value, message.time_ns);
      }
    }
    for (const auto& [path, readings] : columns) {
      if (readings.values.size() < 3 || clocks.size() == most_offsets) continue;
      const auto clock = fit_clock(readings);
      if (clock && std::abs(clock->offset_s) > slack_s) clocks.push_back(*clock);
    }
  }
  return clocks;
}

/// One record, before its clock is known.
struct Unplaced {
  std::int64_t time_ns = 0;  // its carrier's, until its own is known
  std::size_t carrier = 0;
  std::vector<Field> fields;
};

struct Array {  // of one unit
  std::vector<Unplaced> records;
  std::set<std::string_view> paths;  // behind the index, of all records so far
};

using Arrays = std::map<std::string_view, Array>;  // by the array's path

bool has_array(const MessageHeading& heading) {
  IndexedPath split;
  return std::ranges::any_of(heading.columns, [&](const MessageHeading::Column& column) {
    return split_index(column.path, split);
  });
}

Arrays arrays_of(const Traffic& traffic, const Signature& signature) {
  Arrays arrays;
  ByHeading<bool> headings;
  for (const std::size_t m : signature.messages) {
    const KeptMessage& carrier = *traffic.messages[m];
    if (!headings.of(carrier, [&] { return has_array(carrier.heading()); })) continue;
    std::map<std::pair<std::string_view, std::size_t>, std::size_t> here;
    for (const FieldView& field : carrier.fields()) {
      IndexedPath split;
      if (!split_index(field.path, split)) continue;
      Array& array = arrays[split.array];
      const auto [known, fresh] =
          here.try_emplace({split.array, split.index}, array.records.size());
      if (fresh) array.records.push_back({carrier.time_ns, m, {}});
      array.paths.insert(split.rest);
      array.records[known->second].fields.push_back(
          {std::string(split.array) + "*" + std::string(split.rest), std::string(field.value),
           field.type});
    }
  }
  return arrays;
}

/// The stated times of all records, in seconds on the packets' clock; empty where one has none or
/// an impossible one.
std::vector<double> stated(const Traffic& traffic, const Array& array, const std::string& path,
                           ClockForm form, const ClockFit& clock) {
  std::vector<double> times;
  times.reserve(array.records.size());
  const double start_s = static_cast<double>(traffic.messages.front()->time_ns) * 1e-9;
  for (const Unplaced& record : array.records) {
    const auto field = std::ranges::find(record.fields, path, &Field::path);
    if (field == record.fields.end()) return {};
    const double time = read_clock(form, field->value) - clock.offset_s;
    const double carrier_s = static_cast<double>(record.time_ns) * 1e-9;
    if (!(time >= start_s - slack_s && time <= carrier_s + slack_s)) return {};
    times.push_back(time);
  }
  return times;
}

/// Whole seconds hide up to one second.
double resolution_of(const std::vector<double>& readings) {
  const auto whole = [](double s) { return std::abs(s - std::round(s)) < 1e-6; };
  return std::ranges::all_of(readings, whole) ? 1.0 : 0.001;
}

/// Sets the records' times and tells how exact they are; negative where no path is their time.
double place(const Traffic& traffic, std::string_view array_path, Array& array,
             const std::vector<ClockFit>& clocks) {
  for (const ClockFit& clock : clocks) {
    for (const std::string_view rest : array.paths) {
      const std::string path = std::string(array_path) + "*" + std::string(rest);
      for (const ClockForm form : clock_forms) {
        const std::vector<double> times = stated(traffic, array, path, form, clock);
        if (times.empty()) continue;
        std::vector<double> readings = times;
        for (double& reading : readings) reading += clock.offset_s;
        for (std::size_t r = 0; r < times.size(); ++r) {
          array.records[r].time_ns = std::llround(times[r] * 1e9);
        }
        return resolution_of(readings) + clock.spread_s;
      }
    }
  }
  return -1;
}

/// "body|json:/records/" -> "records/*".
std::string label_of(std::string_view array_path) {
  array_path.remove_suffix(1);
  return std::string(last_step(array_path)) + "/*";
}

}  // namespace

bool split_index(std::string_view path, IndexedPath& split) {
  for (const std::string_view structure : {"json:/", "cbor:/", "msgpack:/"}) {
    const std::size_t begin = path.find(structure);
    if (begin == std::string_view::npos) continue;
    std::size_t at = begin + structure.size();
    while (at < path.size()) {
      const std::size_t end = path.find_first_of("/|", at);
      if (end == std::string_view::npos || path[end] == '|') return false;
      const std::string_view step = path.substr(at, end - at);
      if (all_digits(step)) {
        const auto [stop, error] =
            std::from_chars(step.data(), step.data() + step.size(), split.index);
        if (error != std::errc{}) return false;
        split.array = path.substr(0, at);
        split.rest = path.substr(end);
        return true;
      }
      at = end + 1;
    }
    return false;
  }
  return false;
}

Batches find_batches(const Traffic& traffic) {
  Batches batches;
  if (traffic.messages.empty()) return batches;
  std::vector<Arrays> arrays(traffic.signatures.size());
  in_parallel(arrays.size(), traffic.messages.size() * steps_of_a_message,
              [&](std::size_t s) { arrays[s] = arrays_of(traffic, traffic.signatures[s]); });
  std::vector<ClockFit> clocks;
  MessageKeeper keeper;
  for (std::size_t s = 0; s < traffic.signatures.size(); ++s) {
    for (auto& [path, array] : arrays[s]) {
      if (batches.all.size() + array.records.size() > most_records) return batches;
      if (clocks.empty()) clocks = clocks_of(traffic);
      const double tolerance_s = place(traffic, path, array, clocks);
      if (tolerance_s < 0) continue;
      BatchArray found{s, label_of(path), {}, std::llround(tolerance_s * 1e9)};
      std::ranges::sort(array.records, {}, [](const Unplaced& record) {
        return std::pair(record.time_ns, record.carrier);
      });
      for (Unplaced& record : array.records) {
        found.records.push_back(batches.all.size());
        Message message;
        message.time_ns = record.time_ns;
        message.fields = std::move(record.fields);
        batches.all.push_back({keeper.keep(message), record.carrier});
      }
      batches.arrays.push_back(std::move(found));
    }
  }
  return batches;
}

}  // namespace brewproof
