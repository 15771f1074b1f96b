// Every command in an `sh` block of the README is run, in order, in an empty folder with the
// shipped procedures and the small files of tests/data in it. `./dev` commands build and test the
// tree that runs this very test: of them it is checked that the verb exists.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "rig/process/child.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> shown_commands(const fs::path& readme) {
  std::vector<std::string> commands;
  std::ifstream in(readme);
  bool shell = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```")) {
      shell = line == "```sh";
    } else if (shell && !line.empty()) {
      commands.push_back(line);
    }
  }
  return commands;
}

std::set<std::string> verbs_of_dev() {
  ChildSettings settings;
  settings.program = std::string(BREWPROOF_SOURCE_DIR) + "/dev";
  settings.arguments = {"help"};
  settings.pipe_stdout = true;
  auto child = Child::start(settings);
  EXPECT_TRUE(child) << child.error().message;
  auto output = child->finish(std::chrono::seconds(20));
  EXPECT_TRUE(output);
  std::set<std::string> verbs;
  std::istringstream lines(output->out);
  for (std::string line, dev, verb; std::getline(lines, line);) {
    std::istringstream words(line);
    if (words >> dev >> verb && dev == "./dev") verbs.insert(verb);
  }
  return verbs;
}

TEST(Readme, EveryCommandItShowsWorks) {
  const fs::path source = BREWPROOF_SOURCE_DIR;
  const fs::path place =
      fs::path(::testing::TempDir()) / ("brewproof-readme-" + std::to_string(getpid()));
  fs::remove_all(place);
  fs::create_directories(place);
  fs::create_directory_symlink(source / "procedures", place / "procedures");
  fs::create_directory(place / "tests");
  fs::create_directory_symlink(source / "tests" / "data", place / "tests" / "data");
  const auto commands = shown_commands(source / "README.md");
  ASSERT_GT(commands.size(), 8u);
  const auto verbs = verbs_of_dev();
  for (const std::string& command : commands) {
    if (command.starts_with("./dev ")) {
      EXPECT_THAT(verbs, ::testing::Contains(command.substr(6))) << command;
      continue;
    }
    ChildSettings settings;
    settings.program = "/bin/bash";
    settings.arguments = {"-c", command};
    settings.working_folder = place.string();
    settings.environment["PATH"] = std::string(BREWPROOF_BINARY_DIR) + ":" + std::getenv("PATH");
    settings.pipe_stdout = settings.pipe_stderr = true;
    auto child = Child::start(settings);
    ASSERT_TRUE(child) << child.error().message;
    const auto output = child->finish(std::chrono::seconds(200));
    ASSERT_TRUE(output) << output.error().message;
    if (output->exit.code == 3 && output->err.find("namespace") != std::string::npos)
      GTEST_SKIP() << "namespaces are forbidden here: " << output->err;
    EXPECT_EQ(output->exit.code, 0) << "$ " << command << "\n" << output->out << output->err;
  }
  fs::remove_all(place);
}

}  // namespace
}  // namespace brewproof
