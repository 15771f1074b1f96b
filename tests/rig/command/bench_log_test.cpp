// Every run and act of a bench stands in its log, and the count of runs is part of a nonce's seed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/evidence/bench_log.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class KeptLog : public SmallBench {
 protected:
  std::vector<std::string> logged() const {
    std::vector<std::string> found;
    const auto log = read_bench_log((place / "small.bench.log").string());
    EXPECT_TRUE(log);
    EXPECT_EQ(log->fault, "");
    for (const BenchWork& work : log->work) found.push_back(work.kind + " " + work.outcome);
    return found;
  }
  Child::Output press() const {
    return run({"act", "espresso", "--bench", "small.bench.yaml", "--out", fresh_name()});
  }
  Child::Output presses(const std::string& out, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {
        "run", "presses.procedure.yaml", "--bench", "small.bench.yaml", "--out", out};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
  std::string fresh_name() const {
    int number = 1;
    while (fs::exists(place / ("act" + std::to_string(number)))) ++number;
    return "act" + std::to_string(number);
  }
};

TEST_F(KeptLog, StandsBesideTheBenchFileAndKnowsAnAct) {
  const auto pressed = press();
  ASSERT_EQ(pressed.exit.code, 0) << pressed.err;
  EXPECT_THAT(logged(), ElementsAre("act completed"));
  const auto log = read_bench_log((place / "small.bench.log").string());
  EXPECT_EQ(log->work[0].begin["control"], "espresso");
  EXPECT_EQ(log->work[0].machine, "Example K95 KD1");
}

TEST_F(KeptLog, KnowsAnActThatFailed) {
  unplug_panel();  // nobody answers
  EXPECT_EQ(press().exit.code, 3);
  EXPECT_THAT(logged(), ElementsAre("act rig_fault"));
}

TEST_F(KeptLog, MayStandElsewhere) {
  const auto pressed = run(
      {"act", "espresso", "--bench", "small.bench.yaml", "--out", "a", "--bench-log", "other.log"});
  ASSERT_EQ(pressed.exit.code, 0) << pressed.err;
  EXPECT_FALSE(fs::exists(place / "small.bench.log"));
  const auto verified = run({"verify", "other.log"});
  EXPECT_EQ(verified.exit.code, 0) << verified.err;
  EXPECT_THAT(verified.out, HasSubstr("completed"));
}

TEST_F(KeptLog, ThatWasChangedFailsVerifyAndStopsTheNextAct) {
  ASSERT_EQ(press().exit.code, 0);
  std::string text = text_of((place / "small.bench.log").string());
  text.replace(text.find("espresso"), 8, "expresso");
  write("small.bench.log", text);
  const auto verified = run({"verify", "small.bench.log"});
  EXPECT_EQ(verified.exit.code, 1);
  EXPECT_THAT(verified.out, HasSubstr("line 1"));
  const auto refused = press();
  EXPECT_EQ(refused.exit.code, 2) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("damaged line"));
}

TEST_F(KeptLog, TheReportSaysWhichTryItIsAndStaysAsItWas) {
  const auto first = presses("r1", {"--seed", "1"});
  const auto second = presses("r2", {"--seed", "2"});
  ASSERT_TRUE(fs::exists(place / "r2/findings.json")) << first.err << second.err;
  EXPECT_THAT(second.out, HasSubstr("run 2 of 2 with this procedure on this machine"));
  EXPECT_THAT(text_of((place / "r2/report.html").string()), HasSubstr("run 2 of 2"));
  const json history = json_of("r2/findings.json")["run"]["history"];
  EXPECT_EQ(history["others"][0]["id"], json_of("r1/findings.json")["run"]["id"]);
  const std::string before = text_of((place / "r1/findings.json").string());
  EXPECT_THAT(before, HasSubstr(R"("number":1,"of":1)"));
  (void)run({"analyze", "r1"});
  EXPECT_EQ(text_of((place / "r1/findings.json").string()), before);
}

TEST_F(KeptLog, ANonceCountsTheRunsThatWereMadeAndItsShellLinePrintsTheSeed) {
  const std::vector<std::string> plan = {
      "plan",  "presses.procedure.yaml", "--bench", "small.bench.yaml", "--nonce", "it's ours",
      "--json"};
  const json before = json::parse(run(plan).out);
  EXPECT_EQ(before["counter"], 0);
  EXPECT_FALSE(fs::exists(place / "small.bench.log"));  // planning writes nothing
  const std::string line = before["seed_command"];
  EXPECT_EQ(shell(line), std::to_string(before["seed"].get<std::uint64_t>()) + "\n");

  const auto done = presses("r1", {"--nonce", "it's ours"});
  ASSERT_TRUE(fs::exists(place / "r1/plan.json")) << done.err;
  EXPECT_THAT(done.out, HasSubstr(line));
  EXPECT_EQ(json_of("r1/plan.json")["design"]["seed"], before["seed"]);
  EXPECT_THAT(run({"verify", "r1"}).out, HasSubstr("the nonce stands for"));

  const json after = json::parse(run(plan).out);
  EXPECT_EQ(after["counter"], 1);
  EXPECT_NE(after["seed"], before["seed"]);
}

}  // namespace
}  // namespace brewproof
