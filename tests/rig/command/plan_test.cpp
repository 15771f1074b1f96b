// What `plan` says that a design can prove, and when a rule ends it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/rig/command/command_line.h"

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class PlanVerb : public CommandLine {
 protected:
  Child::Output plan(const std::string& blocks_line, bool as_json = false) const {
    std::vector<std::string> words = {
        "plan",    changed("demo.procedure.yaml", "blocks: 4", blocks_line),
        "--bench", shipped("demo.bench.yaml"),
        "--seed",  "7"};
    if (as_json) words.emplace_back("--json");
    return run(words);
  }
};

TEST_F(PlanVerb, SaysHowLikelyWhatFollowsPartOfTheActsIsProven) {
  const auto output = plan("blocks: 4");
  EXPECT_EQ(output.exit.code, 0) << output.err;
  EXPECT_THAT(output.out, HasSubstr("Chance to be proven  (16 acts"));
  EXPECT_THAT(output.out, HasSubstr("in 60 %"));
  const json power = json::parse(plan("blocks: 4", true).out)["power"];
  EXPECT_EQ(power["acts"], 16);
  EXPECT_EQ(power["rows"][0]["chances"][0]["proven"], 1.0);
  const double often = power["rows"][0]["chances"][1]["proven"];
  const double seldom = power["rows"][0]["chances"][2]["proven"];
  EXPECT_GT(often, 0.7);
  EXPECT_LT(seldom, 0.5);
}

TEST_F(PlanVerb, ARulesWarningsBeginWhereItsTableDoes) {
  const auto output = plan("blocks: 6\n  stop: {when: decided}");
  EXPECT_EQ(output.exit.code, 0) << output.err;
  const json all = json::parse(plan("blocks: 6\n  stop: {when: decided}", true).out);
  const int soonest = all["early_end"]["outlook"][0]["blocks_if_always"];
  EXPECT_GT(soonest, 1);
  EXPECT_THAT(all["warnings"].dump(), Not(HasSubstr("after 1 block")));
  EXPECT_THAT(all["warnings"].dump(),
              HasSubstr("may end the run after " + std::to_string(soonest) + " blocks"));
  EXPECT_THAT(output.out, Not(HasSubstr("Chance to be proven")));
}

}  // namespace
}  // namespace brewproof
