#include "rig/command/bench_work.h"

#include <pwd.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>

#include "rig/command/program.h"
#include "rig/evidence/bench_log.h"
#include "rig/model/sha256.h"

namespace brewproof {

std::string login_name() {
  const passwd* user = getpwuid(getuid());
  return user == nullptr ? "" : user->pw_name;
}

std::string bench_log_of(const BenchFile& bench, const std::string& chosen) {
  return chosen.empty() ? bench_log_path(bench.path) : chosen;
}

std::string machine_of(const BenchFile& bench) {
  const nlohmann::json dut = nlohmann::json::parse(bench.dut_json, nullptr, false);
  std::string machine;
  const auto add = [&](const std::string& word) {
    if (!word.empty()) machine += (machine.empty() ? "" : " ") + word;
  };
  if (dut.is_object()) {
    add(dut.value("maker", ""));
    add(dut.value("model", ""));
  }
  if (!bench.dut_identities.empty()) add(bench.dut_identities.front());
  return machine;
}

std::string work_id(const BenchFile& bench, const std::string& kind, Clock& clock) {
  const std::time_t seconds = clock.now().real_ns / 1'000'000'000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &utc);
  return bench.name + "-" + (kind == "run" ? "" : kind + "-") + stamp;
}

nlohmann::json work_keys(const BenchFile& bench, const std::string& operator_name,
                         const std::string& folder) {
  std::error_code ignored;
  return {{"bench", bench.name},
          {"bench_sha256", sha256(bench.text)},
          {"machine", machine_of(bench)},
          {"operator", operator_name.empty() ? login_name() : operator_name},
          {"program", program_version()},
          {"folder", std::filesystem::absolute(folder, ignored).lexically_normal().string()}};
}

}  // namespace brewproof
