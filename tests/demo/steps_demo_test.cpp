// Every step that is no press of a button, on the simulated vending machine in its private network:
// coins, a card with too little on it, cut mains, a slow network.

#include <gmock/gmock.h>

#include <set>

#include "tests/demo/demo_run.h"
#include "tests/rig/evidence/journal_bodies.h"

namespace brewproof {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class StepsDemo : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = fresh("steps");
    output = run_on_testbed(shipped / "fixtures/profiles/vending.yaml",
                            shipped / "procedures/demo-steps.procedure.yaml", folder,
                            {"--seed", "20261"}, "demo-vending.bench.yaml");
  }
  static void TearDownTestSuite() { fs::remove_all(folder.parent_path()); }
  void SetUp() override {
    if (namespaces_forbidden(output)) GTEST_SKIP() << output.err;
    ASSERT_EQ(output.exit.code, 0) << output.err << output.out;
    findings = json::parse(text_of(folder / "findings.json"));
  }
  /// The steps with that key in acts, and in no sham.
  static std::vector<json> steps(const std::string& key) {
    std::vector<json> all;
    for (const json& body : journal_bodies((folder / "journal.jsonl").string(), "outcome"))
      if (body.contains("steps"))
        for (const json& step : body["steps"])
          if (step.contains(key)) all.push_back(step);
    return all;
  }
  std::set<std::string> claims() const {
    std::set<std::string> all;
    for (const json& finding : findings["findings"]) all.insert(claim(finding));
    return all;
  }

  static inline fs::path folder;
  static inline Child::Output output;
  json findings;
};

TEST_F(StepsDemo, IsWholeAndNoBlockIsLostByARestart) {
  EXPECT_EQ(findings["run"]["outcome"], "completed");
  EXPECT_EQ(findings["run"]["reasons"], json::array());
  std::map<std::string, int> of;
  std::istringstream lines(text_of(folder / "trials.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    const json trial = json::parse(line);
    EXPECT_EQ(trial["status"], "ok") << line;
    ++of[trial["event"]];
  }
  for (const char* event : {"coins", "refused", "restart", "throttled"}) EXPECT_EQ(of[event], 8);
}

TEST_F(StepsDemo, TheBooksAgreeWithEachCoin) {
  int bought = 0;
  for (const json& body : journal_bodies((folder / "journal.jsonl").string(), "books")) {
    if (body["verdict"] == "first") continue;
    EXPECT_EQ(body["verdict"], "agrees") << body["why"];
    if (body["cash"]["moved"] == 0) continue;
    ++bought;
    EXPECT_EQ(body["cash"]["moved"], body["cash"]["expected"][1]);
  }
  EXPECT_EQ(bought, 8);
}

TEST_F(StepsDemo, CoinsAreToldToTheCloudAndARefusedCardIsNot) {
  EXPECT_THAT(claims(), Contains("coins http POST /v1/order"));
  for (const std::string& each : claims()) EXPECT_THAT(each, Not(HasSubstr("refused")));
  for (const json& finding : findings["findings"]) {
    if (claim(finding) != "coins http POST /v1/order") continue;
    std::set<std::string> carried;
    for (const json& field : finding["fields"])
      if (field["kind"] == "stimulus") carried.insert(field["param"].get<std::string>());
    EXPECT_THAT(carried, Contains("amount"));
  }
}

TEST_F(StepsDemo, ARestartIsWhatMakesTheMachineRegisterAnew) {
  EXPECT_THAT(claims(), Contains("restart http POST /v1/devices"));
  const auto cuts = steps("power");
  EXPECT_EQ(cuts.size(), 8U);
  for (const json& cut : cuts) EXPECT_EQ(cut["off_ns"], 400'000'000);
}

TEST_F(StepsDemo, SilenceWasHeardBeforeEachRestart) {
  const auto waits = steps("quiet_ns");
  EXPECT_EQ(waits.size(), 16U);  // in shams too
  for (const json& wait : waits) EXPECT_EQ(wait["met"], true);
}

TEST_F(StepsDemo, ALimitStandsInActsAndShamsAndIsTakenBack) {
  EXPECT_EQ(steps("limit").size(), 16U);
  EXPECT_EQ(steps("unblock").size(), 16U);
}

}  // namespace
}  // namespace brewproof
