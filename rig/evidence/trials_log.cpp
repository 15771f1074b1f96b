#include "rig/evidence/trials_log.h"

#include <fmt/core.h>

#include <array>
#include <limits>
#include <map>
#include <string_view>

#include "rig/evidence/placed_json.h"
#include "rig/evidence/run_folder.h"
#include "rig/model/canonical_json.h"

namespace brewproof {
namespace {

constexpr std::size_t longest_line = 1 << 20;
// In the year 2096: sums of two such times still fit, and a wrong unit shows.
constexpr std::int64_t latest_ns = 4'000'000'000'000'000'000;

constexpr std::array<std::string_view, 13> known_keys = {
    "trial",   "block",  "event",    "of",     "start_ns", "act_ns",
    "end_ns",  "params", "observed", "status", "reason",   "start_uncertainty_ns",
    "currency"};

constexpr std::array<std::pair<std::string_view, TrialStatus>, 3> statuses = {
    {{"ok", TrialStatus::ok},
     {"excluded", TrialStatus::excluded},
     {"unconfirmed", TrialStatus::unconfirmed}}};

nlohmann::json values_json(const Parameters& values) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& entry : values)
    std::visit([&](const auto& value) { json[entry.first] = value; }, entry.second);
  return json;
}

// Reads one line. The first thing that is wrong stays; later reads then change nothing.
class LineReader {
 public:
  LineReader(const PlacedJson& json, std::string place) : json_(json), place_(std::move(place)) {
    if (!json.fault.empty()) refuse_at(json.fault_column, json.fault);
  }

  Result<Trial> read() {
    Trial trial;
    only_known_keys();
    trial.trial = number<int>("trial", 1);
    if (has("block")) trial.block = number<int>("block", 1);
    read_event(trial);
    trial.start_ns = time("start_ns");
    if (has("act_ns")) trial.act_ns = time("act_ns");
    trial.end_ns = time("end_ns");
    if (has("start_uncertainty_ns")) trial.start_uncertainty_ns = time("start_uncertainty_ns");
    trial.params = values("params");
    trial.observed = values("observed");
    if (has("currency")) trial.currency = text("currency");
    if (has("reason")) trial.reason = text("reason");
    read_status(trial);
    check_times(trial);
    if (!fault_.empty()) return fail(ErrorCode::bad_file, "{}", fault_);
    return trial;
  }

  [[nodiscard]] std::string place_of(const std::string& key) const {
    return fmt::format("{}:{}", place_, json_.column_of("/" + key));
  }

 private:
  [[nodiscard]] bool has(const std::string& key) const {
    return json_.object.is_object() && json_.object.contains(key);
  }
  void refuse_at(std::size_t column, const std::string& what) {
    if (fault_.empty()) fault_ = fmt::format("{}:{}: {}", place_, column, what);
  }
  void refuse(const std::string& key, const std::string& what) {
    refuse_at(json_.column_of("/" + key), what);
  }
  const nlohmann::json* member(const std::string& key) {
    if (!fault_.empty()) return nullptr;
    if (has(key)) return &json_.object[key];
    refuse_at(1, fmt::format("the trial has no \"{}\"", key));
    return nullptr;
  }

  void only_known_keys() {
    if (!fault_.empty()) return;
    for (const auto& [key, value] : json_.object.items())
      if (std::ranges::find(known_keys, key) == known_keys.end())
        refuse(key, fmt::format("{} is no key of a trial; known are: {}", shown(key),
                                fmt::join(known_keys.begin(), known_keys.end(), ", ")));
  }

  template <class Number>
  Number number(const std::string& key, Number smallest) {
    const nlohmann::json* value = member(key);
    if (value == nullptr) return smallest;
    const bool fits = value->is_number_unsigned()
                          ? value->get<std::uint64_t>() <=
                                static_cast<std::uint64_t>(std::numeric_limits<Number>::max())
                          : value->is_number_integer() && value->get<std::int64_t>() >= smallest;
    if (!fits || value->get<Number>() < smallest) {
      refuse(key, fmt::format("\"{}\" is an integer of at least {}, not {}", key, smallest,
                              shown(*value)));
      return smallest;
    }
    return value->get<Number>();
  }

  std::int64_t time(const std::string& key) {
    const auto ns = number<std::int64_t>(key, 0);
    if (ns > latest_ns)
      refuse(key, fmt::format("\"{}\" is in nanoseconds since 1970, and {} is too far", key, ns));
    return ns;
  }

  std::string text(const std::string& key) {
    const nlohmann::json* value = member(key);
    if (value == nullptr) return "";
    if (value->is_string()) return value->get<std::string>();
    refuse(key, fmt::format("\"{}\" is a text, not {}", key, shown(*value)));
    return "";
  }

  Parameters values(const std::string& key) {
    Parameters found;
    if (!fault_.empty() || !has(key)) return found;
    const nlohmann::json& object = json_.object[key];
    if (!object.is_object()) {
      refuse(key, fmt::format("\"{}\" is an object of names and values", key));
      return found;
    }
    for (const auto& [name, value] : object.items()) {
      if (value.is_string()) {
        found[name] = value.get<std::string>();
      } else if (value.is_number_integer() &&
                 (!value.is_number_unsigned() ||
                  value.get<std::uint64_t>() <=
                      std::uint64_t{std::numeric_limits<std::int64_t>::max()})) {
        found[name] = value.get<std::int64_t>();
      } else {
        refuse(
            key + "/" + name,
            fmt::format("the value of \"{}\" is a text or an integer (money: minor units)", name));
      }
    }
    return found;
  }

  void read_event(Trial& trial) {
    trial.event = text("event");
    trial.sham = trial.event == "sham";
    if (trial.sham) {
      trial.event = has("of") ? text("of") : "";
      if (has("of") && (trial.event.empty() || trial.event == "sham"))
        refuse("of", "\"of\" names the event that the sham stands for");
    } else if (has("of")) {
      refuse("of", "\"of\" belongs to shams: \"event\":\"sham\"");
    } else if (trial.event.empty()) {
      refuse("event", "\"event\" is the event's name, or \"sham\"");
    }
  }

  void read_status(Trial& trial) {
    const std::string name = text("status");
    const auto found = std::ranges::find(statuses, name, [](const auto& s) { return s.first; });
    if (found != statuses.end())
      trial.status = found->second;
    else
      refuse("status",
             fmt::format("\"status\" is ok, excluded or unconfirmed, not {}", shown(name)));
  }

  void check_times(const Trial& trial) {
    if (trial.end_ns < trial.start_ns)
      refuse("end_ns", fmt::format("trial {} ends {} ns before it begins", trial.trial,
                                   trial.start_ns - trial.end_ns));
    if (trial.act_ns && (*trial.act_ns < trial.start_ns || *trial.act_ns > trial.end_ns))
      refuse("act_ns", fmt::format("the act of trial {} lies outside of the trial", trial.trial));
  }

  const PlacedJson& json_;
  std::string place_;  // file:line
  std::string fault_;
};

// Reads all lines; `torn` is where a partial last line goes, nullptr makes it an error.
Result<std::vector<Trial>> read_lines(const std::string& path, const std::string& text,
                                      std::string* torn) {
  std::vector<Trial> trials;
  std::map<int, std::string> places;
  std::string_view rest = text;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::string place = fmt::format("{}:{}", path, number);
    if (line.find_first_not_of(" \t") == std::string_view::npos)
      return fail(ErrorCode::bad_file, "{}:1: an empty line: each line is one trial", place);
    if (line.size() > longest_line)
      return fail(ErrorCode::bad_file, "{}:1: the line is longer than {} bytes", place,
                  longest_line);
    const PlacedJson json = read_placed_json(line);
    if (torn != nullptr && end == std::string_view::npos && !json.fault.empty()) {
      *torn = fmt::format("{}: is torn: the file ends after {} bytes of it", place, line.size());
      break;
    }
    LineReader reader(json, place);
    auto trial = reader.read();
    if (!trial) return pass_on(std::move(trial));
    const auto [first, is_new] = places.emplace(trial->trial, place);
    if (!is_new)
      return fail(ErrorCode::bad_file, "{}: trial {} stands at {} already",
                  reader.place_of("trial"), trial->trial, first->second);
    if (!trials.empty() && trials.front().block.has_value() != trial->block.has_value())
      return fail(ErrorCode::bad_file,
                  "{}: \"block\" stands in all lines or in none: the test needs to know how the "
                  "lots were drawn",
                  reader.place_of("block"));
    trials.push_back(std::move(*trial));
  }
  return trials;
}

}  // namespace

std::string trial_json(const Trial& trial) {
  nlohmann::json json = {{"trial", trial.trial},
                         {"event", trial.sham ? "sham" : trial.event},
                         {"start_ns", trial.start_ns},
                         {"end_ns", trial.end_ns},
                         {"params", values_json(trial.params)},
                         {"observed", values_json(trial.observed)}};
  if (trial.block) json["block"] = *trial.block;
  if (trial.sham && !trial.event.empty()) json["of"] = trial.event;
  if (trial.act_ns) json["act_ns"] = *trial.act_ns;
  if (trial.start_uncertainty_ns != 0) json["start_uncertainty_ns"] = trial.start_uncertainty_ns;
  if (!trial.currency.empty()) json["currency"] = trial.currency;
  if (!trial.reason.empty()) json["reason"] = trial.reason;
  for (const auto& [name, status] : statuses)
    if (status == trial.status) json["status"] = name;
  return canonical_json(json);
}

Result<std::vector<Trial>> read_trials_log(const std::string& path) {
  auto text = read_file_whole(path);
  if (!text) return pass_on(std::move(text));
  auto trials = read_lines(path, *text, nullptr);
  if (trials && trials->empty())
    return fail(ErrorCode::bad_file, "{}:1:1: the trials log is empty: nothing was done", path);
  return trials;
}

Result<TrialsPrefix> read_trials_prefix(const std::string& path) {
  auto text = read_file_whole(path);
  if (!text) return pass_on(std::move(text));
  TrialsPrefix prefix;
  auto trials = read_lines(path, *text, &prefix.torn);
  if (!trials) return pass_on(std::move(trials));
  prefix.trials = std::move(*trials);
  return prefix;
}

}  // namespace brewproof
