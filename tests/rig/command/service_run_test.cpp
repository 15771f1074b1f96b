// Stops for service in a run on a real terminal: what is asked, who answers, what is left of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/command/at_a_terminal.h"
#include "tests/rig/evidence/journal_bodies.h"

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

// Beans for one block: the plan stops before the second, and before the reserve if it is needed.
class ServedRun : public AtATerminal {
 protected:
  ServedRun() { beans(""); }
  void beans(const std::string& more) const {
    write("small.bench.yaml", bench_text("  feed: {output: panel/2, press: 60 ms, max_on: 20 s}\n"
                                         "consumables: {beans: {holds: 4, use: {espresso: 1}" +
                                         more + "}}\n"));
  }
  std::vector<json> lines(const std::string& type) const {
    return journal_bodies((place / "r/journal.jsonl").string(), type);
  }
};

TEST_F(ServedRun, IsAnnouncedByPlanWithWhatToDoAndWhoIsNeeded) {
  const auto planned = run({"plan", "presses.procedure.yaml", "--bench", "small.bench.yaml"});
  EXPECT_EQ(planned.exit.code, 0) << planned.err;
  EXPECT_THAT(planned.out, HasSubstr("Stops for service  (somebody must be there for 2 of 2)"));
  EXPECT_THAT(planned.out, HasSubstr("  before block 2, about "));
  EXPECT_THAT(planned.out, HasSubstr(": refill beans\n"));
}

TEST_F(ServedRun, WaitsForEnterAndTellsTheStopApart) {
  start({"--seed", "7", "--operator", "Anna"});
  ASSERT_TRUE(sees("stop for service, please refill beans  (Enter: it is done, s: stop)"))
      << screen;
  EXPECT_THAT(journalled(), Not(::testing::Contains("damage")));
  EXPECT_EQ(lines("service").size(), 1u);  // begun, and nothing goes on by itself
  press('\n');
  ASSERT_TRUE(sees("block 2/2")) << screen;
  while (sees("\n")) continue;
  (void)exit_code();
  const auto stops = lines("service");
  ASSERT_EQ(stops.size(), 3u);
  EXPECT_EQ(stops[1]["operator"], "Anna");
  EXPECT_EQ(stops[1]["done"], json({"refill beans"}));
  EXPECT_EQ(stops[2]["stage"], "end");
  const json run = json_of("r/findings.json")["run"];
  ASSERT_EQ(run["stops"].size(), 1u);
  EXPECT_EQ(run["outcome"], "completed");
  EXPECT_EQ(run["stops"][0]["operator"], "Anna");
  EXPECT_EQ(run["stops"][0]["before_block"], 2);
  EXPECT_THAT(text_of((place / "r/report.html").string()),
              HasSubstr("refill beans by Anna; 0 messages of the machine"));
  EXPECT_EQ(this->run({"verify", "r"}).exit.code, 0);
}

TEST_F(ServedRun, StoppedAtTheStopItGoesOnThere) {
  start();
  ASSERT_TRUE(sees("please refill beans")) << screen;
  press('s');
  EXPECT_EQ(exit_code(), 130);
  close(master);
  start({"--resume", "--operator", "Ben"});
  ASSERT_TRUE(sees("please refill beans")) << screen;
  press('\n');
  while (sees("\n")) continue;
  (void)exit_code();
  const json findings = json_of("r/findings.json");
  EXPECT_EQ(findings["run"]["outcome"], "completed");
  EXPECT_EQ(findings["run"]["stops"].size(), 2u);  // the one that was left, and the one taken
  EXPECT_EQ(findings["run"]["stops"][1]["operator"], "Ben");
  EXPECT_EQ(findings["exclusions"].size(), 0u);  // no block was lost by it
  EXPECT_EQ(lines("intent").size(), 16u);
}

TEST_F(ServedRun, WithoutATerminalItIsRefusedBeforeAnythingIsWritten) {
  const auto refused = run({"run", "presses.procedure.yaml", "--bench", "small.bench.yaml", "--out",
                            "r", "--seed", "7"});
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("the plan stops before block 2 for somebody to refill beans"));
  EXPECT_THAT(refused.err, HasSubstr("`by:` in consumables.beans"));
  EXPECT_FALSE(fs::exists(place / "r"));
}

TEST_F(ServedRun, AControlThatRefillsNeedsNobody) {
  beans(", by: feed");
  const auto done = run({"run", "presses.procedure.yaml", "--bench", "small.bench.yaml", "--out",
                         "r", "--seed", "7", "--json"});
  const json findings = json::parse(done.out);
  EXPECT_EQ(findings["run"]["outcome"], "completed");
  EXPECT_EQ(findings["run"]["stops"][0]["operator"], nullptr);
  int presses = 0;
  for (const json& intent : lines("intent"))
    if (intent.contains("action")) {
      EXPECT_EQ(intent["action"], "service");
      EXPECT_EQ(intent["control"], "feed");
      ++presses;
    }
  EXPECT_EQ(presses, 1);
}

}  // namespace
}  // namespace brewproof
