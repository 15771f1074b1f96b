// The built program, run as a person runs it, in a folder of the test's own that goes with it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/rig/process/started.h"

namespace brewproof {

class CommandLine : public ::testing::Test {
 protected:
  CommandLine() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    place = std::filesystem::path(::testing::TempDir()) /
            ("command-" + std::to_string(getpid()) + "-" + test->name());
    std::filesystem::remove_all(place);
    std::filesystem::create_directories(place);
  }
  ~CommandLine() override { std::filesystem::remove_all(place); }

  Child::Output run(const std::vector<std::string>& arguments,
                    const std::map<std::string, std::string>& environment = {}) const {
    ChildSettings settings;
    settings.environment = environment;
    settings.program = BREWPROOF_BINARY_DIR "/brewproof";
    settings.arguments = arguments;
    settings.working_folder = place.string();
    settings.pipe_stdout = settings.pipe_stderr = true;
    return output_of(started(settings));
  }

  /// `brewproof-sim WORDS...`, ready.
  static Child simulator(std::vector<std::string> words) {
    ChildSettings settings;
    settings.program = BREWPROOF_BINARY_DIR "/brewproof-sim";
    settings.arguments = std::move(words);
    settings.pipe_stdin = settings.pipe_stdout = true;
    Child child = started(settings);
    const auto ready = child.read_line(std::chrono::seconds(60));
    EXPECT_TRUE(ready && *ready == "ready");
    return child;
  }

  std::string shipped(const std::string& name) const {
    return std::string(BREWPROOF_SOURCE_DIR) + "/procedures/" + name;
  }

  std::string text_of(const std::string& path) const {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  // The shipped file with one text replaced, in this test's own place.
  std::string changed(const std::string& name, const std::string& what,
                      const std::string& with) const {
    std::string text = text_of(shipped(name));
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    text.replace(at, what.size(), with);
    std::ofstream(place / name, std::ios::binary) << text;
    return (place / name).string();
  }

  std::filesystem::path place;
};

}  // namespace brewproof
