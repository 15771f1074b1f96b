// What `run` and `plan` say of an early end: bounds of the command line, the rule's outlook.

#include <gmock/gmock.h>

#include <ctime>

#include "rig/command/time_of_day.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class EarlyEndRun : public SmallBench {
 protected:
  EarlyEndRun() { design("blocks: 3"); }
  void design(const std::string& blocks) const {
    std::string text = procedure_text();
    text.replace(text.find("blocks: 2"), 9, blocks);
    write("presses.procedure.yaml", text);
  }
  Child::Output begun(std::vector<std::string> more) const {
    more.insert(more.end(), {"--seed", "7"});
    return run(run_words(more));
  }
};

TEST_F(EarlyEndRun, MaxCupsEndsTheRunAtABorderAndItIsComplete) {
  const auto done = begun({"--max-cups", "11"});  // four a block
  const json findings = json_of("r/findings.json");
  EXPECT_EQ(findings["run"]["outcome"], "completed");
  EXPECT_EQ(
      findings["run"]["early_end"],
      json({{"reason", "max-cups"}, {"after_blocks", 2}, {"of_blocks", 3}, {"cups_saved", 4}}));
  EXPECT_THAT(findings["run"]["reasons"], Not(Contains("too-few-trials")));
  EXPECT_EQ(findings["analysis"]["law"], "blocks of 4+4");
  EXPECT_THAT(done.out, HasSubstr("stopped after block 2 of 3: 4 cups saved (--max-cups"));
  EXPECT_THAT(text_of((place / "r/journal.jsonl").string()),
              HasSubstr("\"reason\":\"max-cups after block 2 of 3\""));
  const std::string bytes = text_of((place / "r/findings.json").string());
  (void)run({"analyze", "r"});
  EXPECT_EQ(text_of((place / "r/findings.json").string()), bytes);
  EXPECT_EQ(run({"verify", "r"}).exit.code, 0);
  EXPECT_EQ(begun({"--resume"}).exit.code, 2);  // there is nothing to go on with
}

TEST_F(EarlyEndRun, TrialsThatThenAreTooFewAreInconclusive) {
  EXPECT_EQ(begun({"--max-cups", "4"}).exit.code, 4);
  const json run = json_of("r/findings.json")["run"];
  EXPECT_EQ(run["early_end"]["after_blocks"], 1);
  EXPECT_THAT(run["reasons"], Contains("too-few-trials"));
}

TEST_F(EarlyEndRun, ABoundBelowOneBlockIsRefusedBeforeAnythingIsWritten) {
  const auto refused = begun({"--max-cups", "3"});
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--max-cups 3: the first block alone brews 4"));
  EXPECT_FALSE(fs::exists(place / "r"));
}

TEST_F(EarlyEndRun, CupsAreWhole) {
  for (const char* text : {"8.5", "0", "-4", "1e3", "8x", ""}) {
    const auto refused = begun({"--max-cups", text});
    EXPECT_EQ(refused.exit.code, 2) << text;
    EXPECT_THAT(refused.err, HasSubstr("--max-cups"));
    EXPECT_FALSE(fs::exists(place / "r"));
  }
  EXPECT_THAT(begun({"--max-cups", "8.5"}).err,
              HasSubstr("'8.5' is not a whole number from 1 to 1000000"));
}

TEST_F(EarlyEndRun, UntilIsATimeOfDay) {
  for (const char* text : {"24:00", "9:30", "12:60", "noon", "12.30", "-1:30", "12:3x"}) {
    const auto refused = begun({"--until", text});
    EXPECT_EQ(refused.exit.code, 2) << text;
    EXPECT_THAT(refused.err, HasSubstr("is no time of day: HH:MM is expected"));
  }
}

TEST(TimeOfDay, IsTodayOrTomorrow) {
  std::tm day{};
  day.tm_year = 126;
  day.tm_mon = 2;
  day.tm_mday = 10;
  day.tm_hour = 14;
  day.tm_isdst = -1;
  const std::int64_t second = 1'000'000'000, minute = 60 * second, hour = 60 * minute;
  const std::int64_t now = std::mktime(&day) * second;
  EXPECT_EQ(next_time_of_day("14:01", now).value(), now + minute);
  EXPECT_EQ(next_time_of_day("22:30", now).value(), now + 8 * hour + 30 * minute);
  EXPECT_EQ(next_time_of_day("14:00", now).value(), now + 24 * hour);
  EXPECT_EQ(next_time_of_day("00:00", now).value(), now + 10 * hour);
}

TEST_F(EarlyEndRun, PlanSaysWhatTheRuleNeeds) {
  const auto silent = run({"plan", "presses.procedure.yaml", "--bench", "small.bench.yaml"});
  EXPECT_THAT(silent.out, Not(HasSubstr("Early end")));
  design("stop: {when: decided}, blocks: 6");
  const std::vector<std::string> words = {
      "plan", "presses.procedure.yaml", "--bench", "small.bench.yaml", "--seed", "7"};
  const auto planned = run(words);
  EXPECT_EQ(planned.exit.code, 0) << planned.err;
  EXPECT_THAT(planned.out, HasSubstr("Early end  (decided, not before block 1;"));
  EXPECT_THAT(planned.out, HasSubstr("         1          8 acts       8 (100 %)"));
  EXPECT_THAT(planned.out, HasSubstr("        10         12 acts      12 (100 %)"));
  EXPECT_EQ(run(words).out, planned.out);
}

// A bench that captures nothing has nothing to look at.
TEST_F(EarlyEndRun, WithoutACaptureTheRuleIsNotAsked) {
  design("stop: {when: decided}, blocks: 3");
  (void)begun({});
  const json findings = json_of("r/findings.json");
  EXPECT_FALSE(findings["run"].contains("early_end"));
  EXPECT_THAT(findings["analysis"]["law"].get<std::string>(), HasSubstr("half of timing's level"));
  EXPECT_THAT(text_of((place / "r/journal.jsonl").string()), Not(HasSubstr("early-look")));
}

}  // namespace
}  // namespace brewproof
