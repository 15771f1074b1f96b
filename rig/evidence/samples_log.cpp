#include "rig/evidence/samples_log.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "rig/evidence/run_folder.h"
#include "rig/model/canonical_json.h"
#include "rig/model/record.h"

namespace brewproof {

std::string sample_json(const Sample& sample) {
  return canonical_json({{"meter", sample.meter},
                         {"quantity", sample.quantity},
                         {"unit", sample.unit},
                         {"value", sample.value},
                         {"moving", sample.moving},
                         {"raw_ns", sample.at.raw_ns},
                         {"real_ns", sample.at.real_ns}});
}

Result<std::vector<Sample>> read_samples_log(const std::string& path) {
  std::vector<Sample> samples;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return samples;
  auto text = read_file_whole(path);
  if (!text) return pass_on(std::move(text));
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object()) continue;
    const auto raw_ns = integer_of(json, "raw_ns"), real_ns = integer_of(json, "real_ns");
    const auto value = json.find("value");
    if (!raw_ns || !real_ns || value == json.end() || !value->is_number()) continue;
    samples.push_back({text_of(json, "meter"), text_of(json, "quantity"), text_of(json, "unit"),
                       value->get<double>(), Instant{*raw_ns, *real_ns},
                       json.value("moving", nlohmann::json()) == true});
  }
  return samples;
}

}  // namespace brewproof
