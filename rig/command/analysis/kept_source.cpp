#include "rig/command/analysis/kept_source.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "rig/model/canonical_json.h"
#include "rig/model/sha256.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* schema = "brewproof.source/1";
constexpr const char* settings_file = "/source.json";
constexpr const char* log_file = "/source.trials.jsonl";

bool there(const std::string& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

std::string absolute(const std::string& path) {
  std::error_code error;
  const fs::path whole = fs::absolute(path, error);
  return error ? path : whole.lexically_normal().string();
}

Result<std::string> find_capture(const std::string& folder, const std::string& path,
                                 const std::string& hash) {
  const std::string beside = folder + "/" + fs::path(path).filename().string();
  const std::string& found = there(path) ? path : beside;
  if (!there(found))
    return fail(ErrorCode::bad_file,
                "{}: the capture that was analysed is no longer there: put it back, or into {}",
                path, folder);
  auto is = sha256_file(found);
  if (!is) return pass_on(std::move(is));
  if (*is != hash)
    return fail(ErrorCode::bad_file,
                "{}: is not the capture that was analysed (SHA-256 {}): put that one back, or "
                "analyze anew",
                found, hash);
  return found;
}

Result<AnalysisSource> read_kept(const std::string& folder) {
  const std::string path = folder + settings_file;
  auto text = read_file_whole(path);
  if (!text) return pass_on(std::move(text));
  ForeignCaptures foreign;
  std::vector<ProtoWish> protos;
  try {
    const json kept = json::parse(*text);
    if (kept.at("schema") != schema)
      return fail(ErrorCode::bad_file, "{}: is not {}: this program reads no other", path, schema);
    for (const json& capture : kept.at("captures")) {
      auto found = find_capture(folder, capture.at("path").get<std::string>(),
                                capture.at("sha256").get<std::string>());
      if (!found) return pass_on(std::move(found));
      foreign.captures.push_back(std::move(*found));
    }
    foreign.trials = folder + log_file;
    auto log = read_file_whole(foreign.trials);
    if (!log) return pass_on(std::move(log));
    if (sha256(*log) != kept.at("trials_sha256").get<std::string>())
      return fail(ErrorCode::bad_file, "{}: is not the log that was analysed: analyze anew",
                  foreign.trials);
    foreign.dut = kept.at("dut").get<std::vector<std::string>>();
    foreign.alpha = kept.at("alpha").get<double>();
    for (const json& window : kept.at("windows_ns"))
      foreign.windows.push_back(
          {window.at(0).get<std::int64_t>(), window.at(1).get<std::int64_t>()});
    if (const json& offset = kept.at("log_offset_ns"); !offset.is_null())
      foreign.log_offset_ns = offset.get<std::int64_t>();
    protos = parse_wishes(kept.at("protos").get<std::vector<std::string>>());
  } catch (const json::exception& fault) {
    return fail(ErrorCode::bad_file, "{}: is damaged ({}): analyze anew", path, fault.what());
  }
  auto source = source_of_captures(foreign);
  if (!source) return pass_on(std::move(source));
  source->protos = std::move(protos);
  return source;
}

}  // namespace

Result<void> keep_source(const std::string& folder, const ForeignCaptures& foreign,
                         const std::vector<ProtoWish>& protos,
                         const std::vector<CaptureFile>& captures) {
  auto log = read_file_whole(foreign.trials);
  if (!log) return pass_on(std::move(log));
  json kept = {
      {"schema", schema},         {"captures", json::array()}, {"trials_sha256", sha256(*log)},
      {"dut", foreign.dut},       {"alpha", foreign.alpha},    {"windows_ns", json::array()},
      {"log_offset_ns", nullptr}, {"protos", json::array()}};
  for (std::size_t i = 0; i < foreign.captures.size(); ++i)
    kept["captures"].push_back(
        {{"path", absolute(foreign.captures[i])}, {"sha256", captures.at(i).sha256}});
  for (const Window& window : foreign.windows)
    kept["windows_ns"].push_back({window.begin_ns, window.end_ns});
  if (foreign.log_offset_ns) kept["log_offset_ns"] = *foreign.log_offset_ns;
  for (ProtoWish wish : protos) {
    wish.file = absolute(wish.file);
    kept["protos"].push_back(wish_text(wish));
  }
  if (auto written = write_file_whole(folder + log_file, *log); !written) return written;
  return write_file_whole(folder + settings_file, canonical_json(kept) + "\n");
}

Result<AnalysisSource> source_in(const std::string& folder) {
  if (there(folder + settings_file)) return read_kept(folder);
  auto run = RunFolder::open(folder);
  if (run) return source_of_run(*run);
  if (there(folder + "/findings.json"))
    return fail(
        ErrorCode::bad_file,
        "{}: holds findings alone, and not what they were made of: brewproof analyze made "
        "them of a run folder (ask that one), or an older one did of captures (analyze those anew)",
        folder);
  return pass_on(std::move(run));
}

}  // namespace brewproof
