// What a person gets for bad input: the exit code of the table, a message that says what, where and
// what to do, and nothing half-made.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/rig/command/command_line.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST_F(CommandLine, AnUnknownVerbIsAnsweredWithTheKnownOnes) {
  const auto refused = run({"brow"});
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("\"brow\""), HasSubstr("demo, devices")));
}

TEST_F(CommandLine, JsonGivesOneObjectAlsoForACommandLineThatCannotBeRead) {
  const auto refused = run({"--json", "plan"});
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.out, AllOf(HasSubstr("{\"error\":"), HasSubstr("\"exit\":2")));
}

TEST_F(CommandLine, ASeedThatNoReaderKeepsExactlyIsRefusedAndNotReplaced) {
  for (const char* seed : {"-1", "1e3", "9007199254740992", "99999999999999999999999"}) {
    const auto refused = run({"plan", shipped("demo.procedure.yaml"), "--bench",
                              shipped("demo.bench.yaml"), "--seed", seed});
    EXPECT_EQ(refused.exit.code, 2) << seed;
    EXPECT_THAT(refused.err, HasSubstr(seed));
  }
}

TEST_F(CommandLine, ADemoWritesOverNeitherARunNorTheTruthOfAnother) {
  std::ofstream(place / "r.truth.jsonl") << "{}\n";
  const auto refused = run({"demo", "--out", "r"});
  EXPECT_EQ(refused.exit.code, 2) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("r.truth.jsonl"));
  EXPECT_EQ(text_of((place / "r.truth.jsonl").string()), "{}\n");
  EXPECT_FALSE(fs::exists(place / "r"));
}

TEST_F(CommandLine, AnAnalysisGoesIntoNoOtherRunsFolder) {
  fs::create_directories(place / "r");
  std::ofstream(place / "r/journal.jsonl") << "";
  const auto refused =
      run({"analyze", "x.pcap", "--trials", "t.jsonl", "--dut", "all", "--out", "r"});
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--out"));
}

TEST_F(CommandLine, AMachineThatIsNamedByNoAddressIsRefused) {
  const auto refused =
      run({"analyze", "x.pcap", "--trials", "t.jsonl", "--dut", "kiosk", "--out", "o"});
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--dut kiosk"));
}

TEST_F(CommandLine, NoWindowsAreRefused) {
  const auto refused = run(
      {"analyze", "x.pcap", "--trials", "t.jsonl", "--dut", "all", "--out", "o", "--windows", ""});
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--windows"));
}

TEST_F(CommandLine, AnInputThatIsNotThereIsABadFileAndNoFaultOfTheBench) {
  std::ofstream(place / "t.jsonl")
      << R"({"trial":1,"event":"pay","start_ns":1,"end_ns":2,"params":{},"status":"ok"})"
      << "\n";
  const auto capture =
      run({"analyze", "x.pcap", "--trials", "t.jsonl", "--dut", "all", "--out", "o"});
  EXPECT_EQ(capture.exit.code, 2) << capture.err;
  EXPECT_THAT(capture.err, HasSubstr("x.pcap"));
  const auto trials = run({"analyze", "x.pcap", "--trials", ".", "--dut", "all", "--out", "o"});
  EXPECT_EQ(trials.exit.code, 2) << trials.err;
}

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

TEST_F(CommandLine, AContractThatIsNotThereIsNamedWithItsPlace) {
  const auto lint =
      run({"lint", changed("demo.procedure.yaml", "demo.contract.yaml", "gone.contract.yaml")});
  EXPECT_EQ(lint.exit.code, 2);
  EXPECT_THAT(lint.out, AllOf(HasSubstr("demo.procedure.yaml:"), HasSubstr("gone.contract.yaml"),
                              HasSubstr("leave the key out")));
}

TEST_F(CommandLine, ARunWhoseContractIsNotThereIsRefusedBeforeAnythingMoves) {
  const auto refused =
      run({"run", changed("demo.procedure.yaml", "demo.contract.yaml", "gone.contract.yaml"),
           "--bench", shipped("demo.bench.yaml"), "--out", "r"});
  EXPECT_EQ(refused.exit.code, 2) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("gone.contract.yaml beside the procedure"));
  EXPECT_FALSE(fs::exists(place / "r"));
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
