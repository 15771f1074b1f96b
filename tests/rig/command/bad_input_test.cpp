// What a person gets for bad input: the exit code of the table, a message that says what, where and
// what to do, and nothing half-made.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "rig/process/child.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class CommandLine : public ::testing::Test {
 protected:
  CommandLine() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    place = fs::path(::testing::TempDir()) /
            ("command-" + std::to_string(getpid()) + "-" + test->name());
    fs::remove_all(place);
    fs::create_directories(place);
  }
  ~CommandLine() override { fs::remove_all(place); }

  Child::Output run(const std::vector<std::string>& arguments) const {
    ChildSettings settings;
    settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";
    settings.arguments = arguments;
    settings.working_folder = place.string();
    settings.pipe_stdout = settings.pipe_stderr = true;
    auto child = Child::start(settings);
    EXPECT_TRUE(child) << child.error().message;
    auto output = child->finish(std::chrono::seconds(60));
    EXPECT_TRUE(output) << output.error().message;
    return output ? *output : Child::Output{};
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

  fs::path place;
};

TEST_F(CommandLine, AnUnknownVerbIsAUsageError) { EXPECT_EQ(run({"brow"}).exit.code, 2); }

TEST_F(CommandLine, VersionAndHelpAreNoErrors) {
  EXPECT_EQ(run({"--version"}).exit.code, 0);
  EXPECT_EQ(run({"run", "--help"}).exit.code, 0);
}

TEST_F(CommandLine, TheShippedFilesHaveNoFaults) {
  const auto lint = run({"lint", shipped("demo.bench.yaml"), shipped("demo.procedure.yaml"),
                         shipped("demo.contract.yaml")});
  EXPECT_EQ(lint.exit.code, 0) << lint.out << lint.err;
}

TEST_F(CommandLine, AnUnknownDriverIsNamedWithItsPlaceAndTheLikelyOne) {
  const auto lint = run({"lint", changed("demo.bench.yaml", "lcus_relay", "lcus_relais")});
  EXPECT_EQ(lint.exit.code, 2);
  EXPECT_THAT(lint.out, AllOf(HasSubstr("demo.bench.yaml:"), HasSubstr("lcus_relais"),
                              HasSubstr("lcus_relay")));
}

TEST_F(CommandLine, AMissingPortIsABenchFaultAndNothingIsBrewed) {
  const auto run_ = run({"run", shipped("demo.procedure.yaml"), "--bench",
                         changed("demo.bench.yaml", "capture: dut0", "capture: lo"), "--out", "r"});
  EXPECT_EQ(run_.exit.code, 3) << run_.out;
}

TEST_F(CommandLine, AParameterWithOneValueProvesNothingAndIsRefusedBeforeAnythingMoves) {
  const auto refused =
      run({"run", changed("demo.procedure.yaml", "[espresso, latte]", "[espresso]"), "--bench",
           shipped("demo.bench.yaml"), "--out", "r"});
  EXPECT_EQ(refused.exit.code, 2) << refused.err;
  EXPECT_THAT(refused.err, AllOf(HasSubstr("demo.procedure.yaml:"), HasSubstr("drink")));
  EXPECT_FALSE(fs::exists(place / "r"));
}

TEST_F(CommandLine, ADesignTooSmallToProveAnythingIsRefused) {
  const auto refused = run({"plan", changed("demo.procedure.yaml", "blocks: 4", "blocks: 1"),
                            "--bench", shipped("demo.bench.yaml")});
  EXPECT_EQ(refused.exit.code, 2) << refused.out;
}

TEST_F(CommandLine, AFolderThatIsNotEmptyIsNotWrittenOver) {
  fs::create_directories(place / "r");
  std::ofstream(place / "r/precious") << "data";
  const auto refused = run(
      {"run", shipped("demo.procedure.yaml"), "--bench", shipped("demo.bench.yaml"), "--out", "r"});
  EXPECT_EQ(refused.exit.code, 2) << refused.err;
  EXPECT_EQ(text_of((place / "r/precious").string()), "data");
}

TEST_F(CommandLine, SeedAndNonceExcludeEachOther) {
  const auto refused = run({"plan", shipped("demo.procedure.yaml"), "--bench",
                            shipped("demo.bench.yaml"), "--seed", "1", "--nonce", "x"});
  EXPECT_EQ(refused.exit.code, 2);
}

TEST_F(CommandLine, TheSameSeedGivesTheSamePlan) {
  const auto once = run({"plan", shipped("demo.procedure.yaml"), "--bench",
                         shipped("demo.bench.yaml"), "--seed", "7", "--canonical"});
  const auto again = run({"plan", shipped("demo.procedure.yaml"), "--bench",
                          shipped("demo.bench.yaml"), "--seed", "7", "--canonical"});
  const auto other = run({"plan", shipped("demo.procedure.yaml"), "--bench",
                          shipped("demo.bench.yaml"), "--seed", "8", "--canonical"});
  EXPECT_EQ(once.exit.code, 0) << once.err;
  EXPECT_EQ(once.out, again.out);
  EXPECT_NE(once.out, other.out);
}

TEST_F(CommandLine, CapturesWithoutATrialsLogAreRefusedWithWhatToDo) {
  std::ofstream(place / "x.pcap") << "";
  const auto refused = run({"analyze", "x.pcap", "--dut", "all", "--out", "o"});
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--trials"));
}

TEST_F(CommandLine, AnEmptyTrialsLogIsRefused) {
  std::ofstream(place / "x.pcap") << "";
  std::ofstream(place / "t.jsonl") << "";
  const auto refused =
      run({"analyze", "x.pcap", "--trials", "t.jsonl", "--dut", "all", "--out", "o"});
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("t.jsonl"));
}

TEST_F(CommandLine, ATrialThatEndsBeforeItBeginsIsRefusedAtItsPlace) {
  std::ofstream(place / "x.pcap") << "";
  std::ofstream(place / "t.jsonl")
      << R"({"trial":1,"event":"pay","start_ns":1760000006000000000,"end_ns":1760000000000000000,"params":{},"status":"ok"})"
      << "\n";
  const auto refused =
      run({"analyze", "x.pcap", "--trials", "t.jsonl", "--dut", "all", "--out", "o"});
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("t.jsonl:1:"));
}

TEST_F(CommandLine, AnUnreadableCaptureIsNamed) {
  std::ofstream(place / "x.pcapng") << "this is no capture at all";
  std::ofstream(place / "t.jsonl")
      << R"({"trial":1,"event":"pay","start_ns":1760000000000000000,"end_ns":1760000006000000000,"params":{},"status":"ok"})"
      << "\n"
      << R"({"trial":2,"event":"sham","of":"pay","start_ns":1760000010000000000,"end_ns":1760000016000000000,"params":{},"status":"ok"})"
      << "\n";
  const auto refused =
      run({"analyze", "x.pcapng", "--trials", "t.jsonl", "--dut", "all", "--out", "o"});
  EXPECT_EQ(refused.exit.code, 2) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("x.pcapng"));
}

TEST_F(CommandLine, AFolderThatIsNoRunIsRefused) {
  fs::create_directories(place / "empty");
  EXPECT_EQ(run({"verify", "empty"}).exit.code, 2);
  EXPECT_EQ(run({"report", "empty"}).exit.code, 2);
}

TEST_F(CommandLine, AnUnknownProfileIsAnsweredWithTheKnownOnes) {
  const auto refused = run({"demo", "--profile", "kisok"});
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("kiosk"), HasSubstr("mute"), HasSubstr("deaf")));
}

TEST_F(CommandLine, JsonGivesOneObjectAlsoForAnError) {
  const auto refused = run({"--json", "verify", "nowhere"});
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.out, AllOf(HasSubstr("{\"error\":"), HasSubstr("\"exit\":2")));
}

}  // namespace
}  // namespace brewproof
