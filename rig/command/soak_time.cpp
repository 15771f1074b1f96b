#include "rig/command/soak_time.h"

#include "rig/yaml/units.h"

namespace brewproof {

Result<std::int64_t> soak_ns(const std::string& text) {
  constexpr std::int64_t second = 1'000'000'000, week = 7 * 24 * 3600 * second;
  // Files want a space before the unit, a shell wants quotes for it.
  std::string spaced = text;
  const std::size_t unit = text.find_first_not_of("0123456789.");
  if (unit != std::string::npos && unit > 0 && text[unit] != ' ') spaced.insert(unit, " ");
  if (spaced.ends_with(" m")) spaced += "in";
  const auto time = yaml::parse_duration(spaced);
  if (!time)
    return fail(ErrorCode::usage, "--soak {}: is no time: {}; say how long to listen, as 30m", text,
                time.error());
  if (time->count() < second || time->count() > week)
    return fail(ErrorCode::usage, "--soak {}: listen for 1 s at least and a week at most", text);
  return time->count();
}

}  // namespace brewproof
