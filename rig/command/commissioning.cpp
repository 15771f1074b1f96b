#include "rig/command/commissioning.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "rig/evidence/bench_log.h"
#include "rig/evidence/run_folder.h"
#include "rig/model/canonical_json.h"
#include "rig/model/sha256.h"

namespace brewproof {
namespace {

constexpr std::int64_t day_ns = 86'400'000'000'000;

tl::unexpected<Error> refused(const BenchFile& bench, const std::string& why) {
  return fail(
      ErrorCode::host,
      "bench {} is not commissioned as it stands: {}. Type: brewproof commission --bench {}",
      bench.name, why, bench.path);
}

CommissioningRecord record_of(const nlohmann::json& json) {
  CommissioningRecord record;
  record.bench = json.at("bench").get<std::string>();
  record.at_ns = json.at("at_ns").get<std::int64_t>();
  record.by = json.at("operator").get<std::string>();
  record.power_off = json.at("power_off").get<std::string>();
  for (const auto& [name, board] : json.at("boards").items())
    record.boards[name] = {
        board.at("driver").get<std::string>(),
        board.at("identity").get<std::string>(),
        {board.at("place").get<std::string>(), board.at("serial").get<std::string>(),
         board.at("appearance").get<std::string>()}};
  for (const auto& [name, control] : json.at("controls").items())
    record.controls[name] = {control.at("wiring").get<std::string>(),
                             control.at("result").get<std::string>(),
                             control.at("by").get<std::string>()};
  return record;
}

// The bench's log holds the record's hash: what was edited afterwards is no record.
Result<std::string> logged_hash(const std::string& bench_log) {
  auto log = read_bench_log(bench_log);
  if (!log) return pass_on(std::move(log));
  for (auto work = log->work.rbegin(); work != log->work.rend(); ++work)
    if (work->kind == "commission" && work->end.contains("record_sha256"))
      return work->end["record_sha256"].get<std::string>();
  return std::string();
}

Result<CommissioningState> state_of(const BenchFile& bench, const std::string& bench_log,
                                    Clock& clock) {
  const std::string path = commissioning_path(bench_log);
  auto record = read_commissioning(path);
  if (!record) return pass_on(std::move(record));
  if (!*record)
    return CommissioningState{
        std::nullopt, "there is no record " + std::filesystem::path(path).filename().string()};
  auto hash = logged_hash(bench_log);
  if (!hash) return pass_on(std::move(hash));
  auto now = sha256_file(path);
  if (!now) return pass_on(std::move(now));
  if (*now != *hash)
    return CommissioningState{std::nullopt, path + " is not the record that the bench's log knows"};
  const std::string changed = what_changed(**record, bench, places_of(bench), clock.now().real_ns);
  if (!changed.empty()) return CommissioningState{std::nullopt, changed};
  return CommissioningState{std::move(*record), ""};
}

}  // namespace

bool CommissioningRecord::passed() const {
  return !power_off.starts_with("failed") && std::ranges::all_of(controls, [](const auto& one) {
    return one.second.result == "confirmed";
  });
}

std::string commissioning_path(const std::string& bench_log) {
  constexpr std::string_view ending = ".bench.log";
  std::string path = bench_log;
  if (path.ends_with(ending)) path.resize(path.size() - ending.size());
  return path + ".commissioning.json";
}

std::string commissioning_json(const CommissioningRecord& record) {
  nlohmann::json json = {{"schema", "brewproof.commissioning/1"},
                         {"bench", record.bench},
                         {"at_ns", record.at_ns},
                         {"operator", record.by},
                         {"passed", record.passed()},
                         {"power_off", record.power_off},
                         {"boards", nlohmann::json::object()},
                         {"controls", nlohmann::json::object()}};
  for (const auto& [name, board] : record.boards)
    json["boards"][name] = {{"driver", board.driver},
                            {"identity", board.identity},
                            {"place", board.at.place},
                            {"serial", board.at.serial},
                            {"appearance", board.at.appearance}};
  for (const auto& [name, control] : record.controls)
    json["controls"][name] = {
        {"wiring", control.wiring}, {"result", control.result}, {"by", control.by}};
  return canonical_json(json) + "\n";
}

Result<std::optional<CommissioningRecord>> read_commissioning(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) return std::nullopt;
  auto text = read_file_whole(path);
  if (!text) return pass_on(std::move(text));
  try {
    const nlohmann::json json = nlohmann::json::parse(*text);
    if (json.at("schema") == "brewproof.commissioning/1") return record_of(json);
  } catch (const nlohmann::json::exception&) {  // somebody's file, not a bug
  }
  return fail(ErrorCode::bad_file,
              "{}: is no commissioning record: brewproof commission makes it anew", path);
}

std::string wiring_of(const ControlConfig& control) {
  switch (control.kind) {
    case ControlConfig::Kind::output:
    case ControlConfig::Kind::input:
      return fmt::format("{}/{}", control.resource, control.channel);
    case ControlConfig::Kind::meter:
      return fmt::format("{} {}", control.resource, control.quantity);
    case ControlConfig::Kind::reader:
      return control.resource;
  }
  return "";
}

std::map<std::string, BoardPlace> places_of(const BenchFile& bench) {
  std::map<std::string, BoardPlace> places;
  for (const auto& [name, resource] : bench.resources) places[name] = place_of(resource);
  return places;
}

std::string what_changed(const CommissioningRecord& record, const BenchFile& bench,
                         const std::map<std::string, BoardPlace>& places, std::int64_t now_ns) {
  if (!record.passed()) return "the last commissioning failed";
  if (bench.commissioning_days && now_ns - record.at_ns > *bench.commissioning_days * day_ns)
    return fmt::format("it was commissioned {} days ago, and that is valid for {}",
                       (now_ns - record.at_ns) / day_ns, *bench.commissioning_days);
  for (const auto& [name, resource] : bench.resources) {
    const auto known = record.boards.find(name);
    if (known == record.boards.end() || known->second.driver != resource.driver)
      return fmt::format("resource {} is new", name);
    const BoardPlace& then = known->second.at;
    const BoardPlace& now = places.at(name);
    if (now.serial != then.serial)
      return fmt::format("resource {} is another board: its serial number was {} and is {}", name,
                         then.serial.empty() ? "none" : then.serial,
                         now.serial.empty() ? "none" : now.serial);
    if (now.place != then.place)
      return fmt::format("resource {} was at {} and is at {}", name, then.place,
                         now.place.empty() ? "no place that is known" : now.place);
    if (now.serial.empty() && now.appearance != then.appearance)
      return fmt::format(
          "resource {} has no serial number and was plugged in again since: it may be another "
          "board",
          name);
  }
  for (const auto& [name, control] : bench.controls) {
    const auto known = record.controls.find(name);
    if (known == record.controls.end() || known->second.wiring != wiring_of(control))
      return fmt::format("control {} was not tried at {}", name, wiring_of(control));
  }
  return "";
}

std::string who_changed(const CommissioningRecord& record,
                        const std::map<std::string, std::string>& identities) {
  for (const auto& [name, identity] : identities) {
    const auto known = record.boards.find(name);
    if (known != record.boards.end() && known->second.identity != identity)
      return fmt::format("resource {} was \"{}\" and answers \"{}\"", name, known->second.identity,
                         identity);
  }
  return "";
}

Result<CommissioningState> commissioning_of(const BenchFile& bench, const std::string& bench_log,
                                            Clock& clock) {
  auto state = state_of(bench, bench_log, clock);
  if (state && !state->record && bench.commissioning_days) return refused(bench, state->missing);
  return state;
}

Result<void> same_boards(const CommissioningState& state, const BenchFile& bench,
                         const std::map<std::string, std::string>& identities) {
  if (!state.record || !bench.commissioning_days) return {};
  const std::string changed = who_changed(*state.record, identities);
  if (!changed.empty()) return refused(bench, changed);
  return {};
}

}  // namespace brewproof
