// The simulated kiosk held against itself, and against a firmware that changed; and heard out while
// nobody does anything.

#include <gmock/gmock.h>

#include "tests/demo/demo_run.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const fs::path kiosk = shipped / "fixtures/profiles/kiosk.yaml";
const fs::path demo_procedure = shipped / "procedures/demo.procedure.yaml";

class RegressDemo : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    base = fresh("regress-base");
    output = run_on_testbed(kiosk, demo_procedure, base, {"--seed", "20261"});
  }
  static void TearDownTestSuite() { fs::remove_all(base.parent_path()); }
  void SetUp() override {
    if (namespaces_forbidden(output)) GTEST_SKIP() << output.err;
    ASSERT_EQ(output.exit.code, 0) << output.err << output.out;
  }
  static Child::Output held(const fs::path& profile, const std::string& name,
                            const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"--regress", base.string(), "--seed", "20262"};
    words.insert(words.end(), more.begin(), more.end());
    return run_on_testbed(profile, demo_procedure, base.parent_path() / name, words);
  }

  static inline fs::path base;
  static inline Child::Output output;
};

TEST_F(RegressDemo, TheSameMachinePassesWithEightCupsAnEvent) {
  const auto held_against_itself = held(kiosk, "same");
  EXPECT_EQ(held_against_itself.exit.code, 0) << held_against_itself.out;
  EXPECT_THAT(held_against_itself.out, HasSubstr("Regression: PASS"));
  const fs::path folder = base.parent_path() / "same";
  EXPECT_FALSE(fs::exists(folder.string() + "-again"));
  const json findings = json::parse(text_of(folder / "findings.json"));
  EXPECT_EQ(findings["regression"]["lines"], json::array());
  for (const json& one : findings["confirmations"]) EXPECT_EQ(one["verdict"], "confirmed");
  EXPECT_EQ(json::parse(text_of(folder / "plan.json"))["slots"].size(), 32u);
  const std::string bytes = text_of(folder / "findings.json");
  EXPECT_EQ(run({"analyze", folder.string()}).exit.code, 0);
  EXPECT_EQ(text_of(folder / "findings.json"), bytes);
  EXPECT_EQ(run({"verify", folder.string()}).exit.code, 0);
}

TEST_F(RegressDemo, AFirmwareThatChangedFailsAfterASecondPass) {
  std::string changed = text_of(kiosk);
  changed.replace(changed.find("/v1/order"), 9, "/v2/order");
  changed.replace(changed.find("program: 3"), 10, "program: 3\n        user: guest");
  const fs::path profile = base.parent_path() / "changed.yaml";
  std::ofstream(profile, std::ios::binary) << changed;
  const auto held_against = held(profile, "changed", {"--no-contract"});
  EXPECT_EQ(held_against.exit.code, 1) << held_against.out << held_against.err;
  EXPECT_THAT(held_against.out, HasSubstr("Regression: FAIL  red in both passes:"));
  EXPECT_THAT(held_against.out, HasSubstr("pay does not send POST /v1/order to "
                                          "api.kiosk.example:80 as it did"));
  EXPECT_THAT(held_against.out, HasSubstr("RED new: POST /v2/order to api.kiosk.example:80, http"));
  EXPECT_THAT(held_against.out, HasSubstr("payload|json:/user"));
  const json second =
      json::parse(text_of(fs::path(base.parent_path() / "changed-again/findings.json")));
  EXPECT_EQ(second["confirmations"].size(), 1u);  // what came back is not asked again
}

TEST(SoakDemo, MeasuresWhatTheMachineSendsByItselfAndWhatADesignHasToDeclare) {
  const fs::path folder = fresh("soak");
  const auto output = run_on_testbed(kiosk, demo_procedure, folder, {"--soak", "12s"});
  if (namespaces_forbidden(output)) GTEST_SKIP() << output.err;
  EXPECT_EQ(output.exit.code, 0) << output.out << output.err;
  EXPECT_THAT(output.out, HasSubstr("MEASURED"));
  EXPECT_THAT(output.out, HasSubstr("design:\n  background: "));
  const json findings = json::parse(text_of(folder / "findings.json"));
  EXPECT_EQ(findings["run"]["outcome"], "completed");
  EXPECT_EQ(findings["run"]["reasons"], json::array());
  std::map<std::string, json> kinds;
  for (const json& kind : findings["soak"]["kinds"]) kinds[kind["message"]] = kind;
  // profile: every 250..400 ms
  ASSERT_TRUE(kinds.contains("PUBLISH kiosk/{}/hb")) << findings["soak"].dump(1);
  const json& heartbeat = kinds["PUBLISH kiosk/{}/hb"];
  EXPECT_GE(heartbeat["count"], 25);
  EXPECT_NEAR(heartbeat["period_ms"].get<double>(), 325, 60);
  EXPECT_LT(heartbeat["jitter_ms"].get<double>(), 200);
  EXPECT_GE(findings["soak"]["background_ms"], 350);
  EXPECT_LE(findings["soak"]["background_ms"], 900);
  EXPECT_GE(findings["soak"]["lasted_ms"], 12'000);
  EXPECT_THAT(text_of(folder / "report.html"), HasSubstr("<h2 id=\"soak\">"));
  EXPECT_THAT(text_of(folder / "journal.jsonl"), Not(HasSubstr("\"intent\"")));
  const std::string bytes = text_of(folder / "findings.json");
  EXPECT_EQ(run({"analyze", folder.string()}).exit.code, 0);
  EXPECT_EQ(text_of(folder / "findings.json"), bytes);
  EXPECT_EQ(run({"verify", folder.string()}).exit.code, 0);
  fs::remove_all(folder.parent_path());
}

}  // namespace
}  // namespace brewproof
