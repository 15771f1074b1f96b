// A run that asks an earlier run's claims again, on a bench without a network: nothing is sent, so
// nothing is confirmed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/findings_json.h"
#include "rig/evidence/journal.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;

class ConfirmedRun : public SmallBench {
 protected:
  Child::Output go(std::vector<std::string> more) const {
    std::vector<std::string> words = {"run", "presses.procedure.yaml", "--bench",
                                      "small.bench.yaml"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  // The folder of a run that claims this of `event`.
  void claim(const std::string& folder, const std::string& event, std::uint64_t seed) const {
    Findings findings;
    findings.run.id = "small/run/1";
    findings.run.seed = seed;
    findings.run.outcome = "completed";
    Finding& finding = findings.findings.emplace_back();
    finding.id = "F1";
    finding.event = event;
    finding.destination = {"api.example", "203.0.113.10", 80};
    finding.protocol = "http";
    finding.message = "POST /v1/brew";
    finding.timing = Timing{8, 8, 0, 8, {0, 100'000'000}, 2e-4, 1e-3};
    fs::create_directories(place / folder);
    write(folder + "/findings.json", findings_json(findings));
  }
};

TEST_F(ConfirmedRun, CommitsTheClaimsAndSaysWhatCameOfThem) {
  claim("base", "brew", 6);
  const auto again = go({"--out", "r", "--seed", "7", "--confirm", "base"});
  EXPECT_EQ(again.exit.code, 1) << again.err;
  EXPECT_THAT(again.out,
              HasSubstr("F1: brew sends POST /v1/brew to api.example:80: NOT CONFIRMED"));
  const auto journal = read_journal((place / "r/journal.jsonl").string());
  ASSERT_TRUE(journal) << journal.error().message;
  ASSERT_GE(journal->records.size(), 2U);
  EXPECT_EQ(journal->records[0].type, "plan");
  EXPECT_EQ(journal->records[1].type, "confirm");
  const nlohmann::json findings = json_of("r/findings.json");
  EXPECT_EQ(findings["confirming"]["run"], "small/run/1");
  EXPECT_EQ(findings["confirmations"][0]["verdict"], "not_confirmed");
  EXPECT_EQ(run({"verify", "r"}).exit.code, 0);
  EXPECT_EQ(run({"analyze", "r"}).exit.code, 1);
}

TEST_F(ConfirmedRun, IsRefusedWhereItCouldConfirmNothing) {
  const auto refused = [&](const std::string& base, const std::string& seed) {
    const auto said = go({"--out", "r", "--seed", seed, "--confirm", base});
    EXPECT_EQ(said.exit.code, 2) << said.out;
    EXPECT_FALSE(fs::exists(place / "r"));
    return said.err;
  };
  claim("base", "brew", 7);
  EXPECT_THAT(refused("base", "7"), HasSubstr("same seed 7"));
  EXPECT_THAT(refused("gone", "8"), HasSubstr("--confirm gone: "));
  claim("other", "pay", 1);
  EXPECT_THAT(refused("other", "8"),
              HasSubstr("about pay, which presses.procedure.yaml never does"));
  claim("none", "brew", 1);
  Findings nothing;
  nothing.run.outcome = "completed";
  write("none/findings.json", findings_json(nothing));
  EXPECT_THAT(refused("none", "8"), HasSubstr("claims nothing"));
  std::string few = procedure_text();
  few.replace(few.find("blocks: 2"), 9, "blocks: 1");
  few.replace(few.find("alpha: 0.01"), 11, "alpha: 0.1");
  write("presses.procedure.yaml", few);
  EXPECT_THAT(refused("base", "8"), HasSubstr("take more blocks"));
}

}  // namespace
}  // namespace brewproof
