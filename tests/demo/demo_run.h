// The program run as a user runs it, and what its claims and the simulated machine's truth have in
// common.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <vector>

#include "rig/process/child.h"
#include "tests/rig/process/started.h"

namespace brewproof {

namespace fs = std::filesystem;
using nlohmann::json;

inline const std::string program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";

inline Child::Output run(const std::vector<std::string>& arguments,
                         const std::map<std::string, std::string>& environment = {}) {
  ChildSettings settings;
  settings.program = program;
  settings.arguments = arguments;
  settings.environment = environment;
  settings.pipe_stdout = settings.pipe_stderr = true;
  return output_of(started(settings), std::chrono::minutes(5));
}

inline const fs::path shipped = fs::path(BREWPROOF_BINARY_DIR) / "share/brewproof";

// `brewproof run PROCEDURE --out FOLDER ...` on the simulated bench, beside a machine of this
// profile.
inline Child::Output run_on_testbed(const fs::path& profile, const fs::path& procedure,
                                    const fs::path& folder, const std::vector<std::string>& more,
                                    const std::string& bench = "demo.bench.yaml") {
  ChildSettings settings;
  settings.program = BREWPROOF_BINARY_DIR "/brewproof-testbed";
  settings.arguments = {"--profile",   profile.string(),
                        "--truth",     folder.string() + ".truth.jsonl",
                        "--seed",      "20261",
                        "--",          program,
                        "run",         procedure.string(),
                        "--bench",     (shipped / "procedures" / bench).string(),
                        "--out",       folder.string(),
                        "--bench-log", folder.string() + ".bench.log"};
  settings.arguments.insert(settings.arguments.end(), more.begin(), more.end());
  settings.pipe_stdout = settings.pipe_stderr = true;
  return output_of(started(settings), std::chrono::minutes(10));
}

inline std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline fs::path fresh(const std::string& name) {
  const fs::path folder =
      fs::path(::testing::TempDir()) / ("brewproof-" + std::to_string(getpid())) / name;
  fs::remove_all(folder);
  fs::remove(folder.string() + ".truth.jsonl");
  fs::create_directories(folder.parent_path());
  return folder;
}

inline bool namespaces_forbidden(const Child::Output& output) {
  return output.exit.code == 3 && output.err.find("namespace") != std::string::npos;
}

// What was done and what it caused: "pay http POST /v1/order".
inline std::string claim(const json& finding) {
  return finding["event"].get<std::string>() + " " + finding["protocol"].get<std::string>() + " " +
         finding["message"].get<std::string>();
}

// The truth names its messages whole; a finding's template has {} where a segment identifies the
// DUT.
inline bool same_message(const std::string& message, const std::string& whole) {
  if (message == whole) return true;
  std::string pattern;
  for (std::size_t at = 0; at < message.size(); ++at) {
    if (message.compare(at, 2, "{}") == 0) {
      pattern += "[^/]+";
      ++at;
    } else if (std::isalnum(static_cast<unsigned char>(message[at])) != 0) {
      pattern += message[at];
    } else {
      pattern += std::string("\\") + message[at];
    }
  }
  return std::regex_match(whole, std::regex(pattern));
}

}  // namespace brewproof
