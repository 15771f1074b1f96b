// A run that holds the machine against an earlier run, on a bench without a network: nothing is
// sent, so nothing comes back, and nothing is new.
#include <gmock/gmock.h>

#include "results/findings_json.h"
#include "rig/command/regress.h"
#include "rig/evidence/journal.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class RegressedRun : public SmallBench {
 protected:
  RegressedRun() {
    // Four blocks and a rule for an early end: what a regression run does without.
    std::string text = procedure_text();
    text.replace(text.find("blocks: 2"), 9, "stop: {when: decided}, blocks: 4");
    write("presses.procedure.yaml", text);
  }
  Findings base(std::uint64_t seed = 6) const {
    Findings findings;
    findings.run.id = "small/run/1";
    findings.run.seed = seed;
    findings.run.outcome = "completed";
    Finding& finding = findings.findings.emplace_back();
    finding.id = "F1";
    finding.event = "brew";
    finding.destination = {"api.example", "203.0.113.10", 80};
    finding.protocol = "http";
    finding.message = "POST /v1/brew";
    finding.timing = Timing{16, 16, 0, 16, {0, 100'000'000}, 4e-8, 1e-4};
    SentSignature& sent = findings.signatures.emplace_back();
    sent.destination = finding.destination;
    sent.protocol = finding.protocol;
    sent.message = finding.message;
    sent.count = 16;
    return findings;
  }
  void write_base(const Findings& findings) const {
    fs::create_directories(place / "base");
    write("base/findings.json", findings_json(findings));
  }
  Child::Output go(const std::vector<std::string>& more = {"--seed", "7"}) const {
    std::vector<std::string> words = {"--regress", "base"};
    words.insert(words.end(), more.begin(), more.end());
    return run(run_words(words));
  }
};

TEST_F(RegressedRun, ARedLineIsAskedAgainAtOnceWithNewLotsBeforeItCounts) {
  write_base(base());
  const auto output = go();
  EXPECT_EQ(output.exit.code, 1) << output.err;
  EXPECT_THAT(output.out, HasSubstr("1 red line, asked once more with new lots in r-again"));
  EXPECT_THAT(output.out, HasSubstr("Regression: FAIL  red in both passes:\n"
                                    "  RED F1: brew does not send POST /v1/brew to "
                                    "api.example:80 as it did"));
  const json first = json_of("r/plan.json"), second = json_of("r-again/plan.json");
  EXPECT_EQ(first["design"]["seed"], 7);
  EXPECT_EQ(second["design"]["seed"], second_seed(7));
  for (const json& plan : {first, second}) {
    EXPECT_EQ(plan["blocks"], 2);
    EXPECT_EQ(plan["slots"].size(), 16u);  // 8 cups, 8 shams
    EXPECT_FALSE(plan["design"].contains("stop"));
  }
  for (const char* folder : {"r", "r-again"}) {
    const json findings = json_of(std::string(folder) + "/findings.json");
    EXPECT_EQ(findings["regression"]["base"], "small/run/1");
    EXPECT_EQ(findings["regression"]["lines"][0]["what"], "claim-gone");
    EXPECT_EQ(text_of((place / folder / "base.findings.json").string()),
              text_of((place / "base/findings.json").string()));
    const std::string bytes = text_of((place / folder / "findings.json").string());
    EXPECT_EQ(run({"verify", folder}).exit.code, 0);
    EXPECT_EQ(run({"analyze", folder}).exit.code, 1);
    EXPECT_EQ(text_of((place / folder / "findings.json").string()), bytes);
  }
}

TEST_F(RegressedRun, TheClaimsStandInTheJournalBeforeTheFirstAct) {
  write_base(base());
  (void)go();
  const auto journal = read_journal((place / "r/journal.jsonl").string());
  ASSERT_TRUE(journal) << journal.error().message;
  EXPECT_EQ(journal->records[1].type, "confirm");
  EXPECT_EQ(journal->records[1].body["regress"], true);
  EXPECT_EQ(journal->records[1].body["claims"].size(), 1u);
}

TEST_F(RegressedRun, OfARunThatClaimedNothingNothingIsMissed) {
  Findings nothing = base();
  nothing.findings.clear();
  write_base(nothing);
  const auto output = go();
  EXPECT_THAT(output.out, HasSubstr("no red line: every claim came back, and nothing is new"));
  EXPECT_FALSE(fs::exists(place / "r-again"));
  EXPECT_THAT(output.out, HasSubstr("Regression: "));
  EXPECT_NE(output.exit.code, 1);
}

TEST_F(RegressedRun, JsonIsOneObjectWithBothPasses) {
  write_base(base());
  const auto output = go({"--seed", "7", "--json"});
  const json answer = json::parse(output.out);
  EXPECT_EQ(answer["schema"], "brewproof.regress/1");
  EXPECT_EQ(answer["verdict"], "FAIL");
  ASSERT_EQ(answer["passes"].size(), 2u);
  EXPECT_EQ(answer["passes"][0]["folder"], "r");
  EXPECT_EQ(answer["passes"][1]["folder"], "r-again");
  EXPECT_EQ(answer["passes"][1]["findings"]["run"]["seed"], second_seed(7));
}

TEST_F(RegressedRun, ABaseThatWasChangedAfterwardsIsNoticed) {
  write_base(base());
  (void)go();
  write("r/base.findings.json", findings_json(base(5)));
  const auto verified = run({"verify", "r"});
  EXPECT_EQ(verified.exit.code, 1);
  EXPECT_THAT(verified.out, HasSubstr("is not what was journalled before the first act"));
}

TEST_F(RegressedRun, IsRefusedBeforeAnythingMoves) {
  const auto refused = [&](const Findings& findings,
                           const std::vector<std::string>& more = {"--seed", "7"}) {
    write_base(findings);
    const auto output = go(more);
    EXPECT_EQ(output.exit.code, 2) << output.out;
    EXPECT_FALSE(fs::exists(place / "r"));
    return output.err;
  };
  EXPECT_THAT(refused(base(7)), HasSubstr("--regress base: it was run with the same seed 7"));
  Findings aborted = base();
  aborted.run.outcome = "aborted";
  EXPECT_THAT(refused(aborted), HasSubstr("its outcome is aborted"));
  Findings old = base();
  old.signatures.clear();
  EXPECT_THAT(refused(old), HasSubstr("brewproof analyze base makes it anew"));
  EXPECT_THAT(refused(base(), {"--blocks", "1", "--seed", "7"}), HasSubstr("blocks"));
  EXPECT_THAT(refused(base(), {"--blocks", "1.5"}), HasSubstr("'1.5' is not a whole number"));
  EXPECT_THAT(refused(base(), {"--resume"}), HasSubstr("--re"));
  fs::create_directories(place / "r-again");
  write("r-again/x", "");
  EXPECT_THAT(refused(base()), HasSubstr("r-again"));
}

TEST_F(RegressedRun, TheContractOfTheEarlierRunIsNotForgotten) {
  write_base(base());
  write("base/procedure.yaml",
        text_of((place / "presses.procedure.yaml").string()) + "contract: small.contract.yaml\n");
  const auto refused = go();
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("names the contract small.contract.yaml"));
  EXPECT_FALSE(fs::exists(place / "r"));
  EXPECT_THAT(
      go({"--seed", "7", "--no-contract"}).out,
      HasSubstr("Note: presses.procedure.yaml is not the procedure that base was run with"));
}

TEST(SecondSeed, FollowsFromTheFirst) {
  // printf 'brewproof.regress/1\n7' | sha256sum
  EXPECT_EQ(second_seed(7), 491'693'974'857'991u);  // its first 16 digits modulo 2^53
}

}  // namespace
}  // namespace brewproof
