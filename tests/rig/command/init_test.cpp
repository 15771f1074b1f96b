// `brewproof init` as a program: the file it writes, and the files it does not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "rig/process/child.h"
#include "tests/rig/process/started.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// Whatever hardware the station has, nothing of it is chosen.
constexpr const char* answers =
    "kiosk-1\nKalerm\nK95\nKD00412\n2.1.7\nnone\n02:c0:ff:ee:00:01\n"
    "/run/sim/panel\nlcus_relay\n4\n/run/sim/reader\nqibixx_mdb\n/run/sim/meter\npzem004t\n"
    "1=espresso 2=latte\n4\n60\n60\n200.00 EUR\n6 h\n";

class Init : public ::testing::Test {
 protected:
  Init() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    place =
        fs::path(::testing::TempDir()) / ("init-" + std::to_string(getpid()) + "-" + test->name());
    fs::remove_all(place);
    fs::create_directories(place);
  }
  ~Init() override { fs::remove_all(place); }

  Child start(const std::vector<std::string>& arguments) const {
    ChildSettings settings;
    settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";
    settings.arguments = arguments;
    settings.working_folder = place.string();
    settings.pipe_stdin = settings.pipe_stdout = settings.pipe_stderr = true;
    return started(settings);
  }
  Child::Output run(const std::vector<std::string>& arguments, const std::string& input) const {
    Child child = start(arguments);
    if (!input.empty()) {
      EXPECT_TRUE(child.write(input));
    }
    return output_of(std::move(child));
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(place), fs::directory_iterator()));
  }

  fs::path place;
};

TEST_F(Init, WritesAFileThatLintAccepts) {
  const auto output = run({"init"}, answers);
  EXPECT_EQ(output.exit.code, 0) << output.out << output.err;
  EXPECT_THAT(output.out, HasSubstr("Written: kiosk-1.bench.yaml"));
  ASSERT_TRUE(fs::exists(place / "kiosk-1.bench.yaml"));
  EXPECT_EQ(files(), 1u);
  const auto lint = run({"lint", "kiosk-1.bench.yaml"}, "");
  EXPECT_EQ(lint.exit.code, 0) << lint.out;
  std::ifstream in(place / "kiosk-1.bench.yaml");
  std::string first;
  std::getline(in, first);
  constexpr std::string_view language_server = "# yaml-language-server: $schema=";
  ASSERT_TRUE(first.starts_with(language_server)) << first;
  EXPECT_TRUE(fs::exists(first.substr(language_server.size()))) << first;
}

TEST_F(Init, NeverReplacesAFile) {
  std::ofstream(place / "bench.yaml") << "mine";
  const auto named = run({"init", "bench.yaml"}, answers);
  EXPECT_EQ(named.exit.code, 2);
  EXPECT_THAT(named.err, HasSubstr("bench.yaml is there already and is not replaced"));
  std::ofstream(place / "kiosk-1.bench.yaml") << "mine too";
  EXPECT_EQ(run({"init"}, answers).exit.code, 2);
  for (const char* name : {"bench.yaml", "kiosk-1.bench.yaml"}) {
    std::ifstream in(place / name);
    std::string text;
    std::getline(in, text);
    EXPECT_THAT(text, ::testing::StartsWith("mine"));
  }
  EXPECT_EQ(files(), 2u);
}

TEST_F(Init, AnswersThatEndEarlyWriteNothing) {
  const auto output = run({"init", "bench.yaml"}, "kiosk-1\nKalerm\n");
  EXPECT_EQ(output.exit.code, 2);
  EXPECT_THAT(output.err, HasSubstr("the answers ended before the last question; nothing was "
                                    "written"));
  EXPECT_EQ(files(), 0u);
}

TEST_F(Init, CtrlCInTheMiddleWritesNothing) {
  Child child = start({"init", "bench.yaml"});
  ASSERT_TRUE(child.write("kiosk-1\nKalerm\n"));
  for (int lines = 0; lines < 3; ++lines) ASSERT_TRUE(child.read_line(std::chrono::seconds(60)));
  child.signal(SIGINT);
  const auto output = output_of(std::move(child));
  EXPECT_EQ(output.exit.signal, SIGINT);
  EXPECT_EQ(files(), 0u);
}

TEST_F(Init, AFolderThatIsNotThereIsToldBeforeTheFileIsMissed) {
  const auto output = run({"init", "no/such/folder/bench.yaml"}, answers);
  EXPECT_EQ(output.exit.code, 3);
  EXPECT_THAT(output.err, HasSubstr("no/such/folder"));
}

TEST_F(Init, WithJsonTheQuestionsGoToStderrAndTheFileIsNamed) {
  const auto output = run({"init", "bench.yaml", "--json"}, answers);
  EXPECT_EQ(output.exit.code, 0) << output.err;
  EXPECT_EQ(nlohmann::json::parse(output.out, nullptr, false)["file"], "bench.yaml");
  EXPECT_THAT(output.err, HasSubstr("Name of this bench"));
}

}  // namespace
}  // namespace brewproof
