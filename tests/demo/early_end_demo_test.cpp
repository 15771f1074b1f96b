// A run of the simulated kiosk that its own rule ends: real packets, decoded at each border.

#include <gmock/gmock.h>

#include <cmath>

#include "tests/demo/demo_run.h"
#include "tests/rig/evidence/journal_bodies.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;

// The demo's procedure with ten blocks in the place of four.
class EarlyEndDemo : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = fresh("early-end");
    std::string procedure = text_of(shipped / "procedures/demo.procedure.yaml");
    procedure.replace(procedure.find("blocks: 4"), 9, "blocks: 10");
    procedure.replace(procedure.find("  alpha"), 7, "  stop: {when: decided}\n  alpha");
    procedure.erase(procedure.find("contract:"));
    const fs::path file = folder.string() + ".procedure.yaml";
    std::ofstream(file, std::ios::binary) << procedure;
    output =
        run_on_testbed(shipped / "fixtures/profiles/kiosk.yaml", file, folder, {"--seed", "20261"});
  }
  static void TearDownTestSuite() { fs::remove_all(folder.parent_path()); }
  void SetUp() override {
    if (namespaces_forbidden(output)) GTEST_SKIP() << output.err;
    ASSERT_EQ(output.exit.code, 0) << output.err << output.out;
    findings = json::parse(text_of(folder / "findings.json"));
  }
  std::vector<json> journalled(const std::string& type) const {
    return journal_bodies((folder / "journal.jsonl").string(), type);
  }

  static inline fs::path folder;
  static inline Child::Output output;
  json findings;
};

TEST_F(EarlyEndDemo, EndsBeforeItsBlocksAreDoneAndSaysHowManyCupsThatSaved) {
  const json end = findings["run"]["early_end"];
  EXPECT_EQ(findings["run"]["outcome"], "completed");
  EXPECT_EQ(findings["run"]["reasons"], json::array());
  EXPECT_EQ(end["reason"], "decided");
  EXPECT_EQ(end["of_blocks"], 10);
  const int after = end["after_blocks"].get<int>();
  EXPECT_GE(after, 2);
  EXPECT_LE(after, 6);
  EXPECT_EQ(end["cups_saved"], (10 - after) * 8);
  EXPECT_THAT(output.out, HasSubstr("stopped after block " + std::to_string(after) +
                                    " of 10: " + std::to_string((10 - after) * 8)));
  EXPECT_THAT(text_of(folder / "report.html"),
              HasSubstr("stopped after block " + std::to_string(after) + " of 10"));
}

TEST_F(EarlyEndDemo, ClaimsWhatBothEventsSendByBetsOnTheLots) {
  std::map<std::string, int> sent;
  for (const json& finding : findings["findings"]) {
    if (finding["relation"] != "sends") continue;
    ++sent[finding["event"].get<std::string>()];
    const json& timing = finding["timing"];
    const double e = std::exp(timing["e_value"]["ln_e"].get<double>());
    EXPECT_NEAR(timing["p"].get<double>() * e, 1, 1e-6);
    EXPECT_NEAR(timing["p_adjusted"].get<double>() * timing["e_value"]["share"].get<double>() * e,
                1, 1e-6);
    EXPECT_LE(timing["p_adjusted"].get<double>(), 0.005);
  }
  EXPECT_GE(sent["brew"], 1);
  EXPECT_GE(sent["pay"], 1);
}

TEST_F(EarlyEndDemo, TheJournalHasALookForEachBorderAndTheLastOneDecides) {
  const auto looks = journalled("early-look");
  const auto end = journalled("early-end");
  ASSERT_EQ(end.size(), 1u);
  ASSERT_EQ(looks.size(), end[0]["after_blocks"].get<std::size_t>());
  for (std::size_t i = 0; i < looks.size(); ++i) {
    EXPECT_EQ(looks[i]["fault"], "");
    const json& events = looks[i]["events"];
    EXPECT_EQ(events["brew"]["decided"] == true && events["pay"]["decided"] == true,
              i + 1 == looks.size());
  }
}

TEST_F(EarlyEndDemo, AnAnalysisOfTheFolderMakesTheSameBytes) {
  const std::string before = text_of(folder / "findings.json");
  EXPECT_EQ(run({"analyze", folder.string()}).exit.code, 0);
  EXPECT_EQ(text_of(folder / "findings.json"), before);
  EXPECT_EQ(run({"verify", folder.string()}).exit.code, 0);
}

}  // namespace
}  // namespace brewproof
