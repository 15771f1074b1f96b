#include "rig/proof/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::ms;
using synthetic::World;
using testing::HasSubstr;
using testing::Not;

TEST(Arithmetic, LaysOpenBlocksLawAndPrice) {
  World world(7);
  synthetic::kiosk(world);
  world.input.design.draws = 9999;
  const std::string text = arithmetic(world.input, "F2");
  EXPECT_THAT(text, HasSubstr("F2: pay -> http POST /v1/order to api.kiosk.example"));
  EXPECT_THAT(text, HasSubstr("Law: blocks of 4+4. Window: 0..100 ms"));
  EXPECT_THAT(text, HasSubstr("    1             4 of 4              0 of 4\n"));
  EXPECT_THAT(text, HasSubstr("  all           16 of 16             0 of 16\n"));
  EXPECT_THAT(
      text,
      HasSubstr("block 1: N=8 n=4 T=4  P(a) = 0: 1/70, 1: 16/70, 2: 36/70, 3: 16/70, 4: 1/70"));
  EXPECT_THAT(text, HasSubstr("p = P(A >= 16) = 4.165e-08"));
  EXPECT_THAT(text, HasSubstr("p_adjusted = (1 + 0) / (1 + 9999) = 0.0001"));
  EXPECT_THAT(text, HasSubstr("app -> 02"));
  EXPECT_THAT(text, HasSubstr("= 4.779e-14 = 1/16!"));
  EXPECT_THAT(text, HasSubstr("12870 (all arrangements there are)"));
  EXPECT_THAT(text, HasSubstr("x 5 parameters"));
}

TEST(Arithmetic, AFindingThatDoesNotExistIsSaid) {
  World world(7);
  synthetic::kiosk(world);
  EXPECT_THAT(arithmetic(world.input, "F9"),
              HasSubstr("There is no finding \"F9\": this run has 3 findings"));
  EXPECT_THAT(arithmetic({}, "\x1b[2J"), HasSubstr("\"\\x1b[2J\""));
}

TEST(Arithmetic, TextOfTheMachineIsEscaped) {
  World world(7);
  world.deal({"brew"});
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  for (const Trial& trial : world.input.trials) {
    if (trial.sham) continue;
    const std::string drink = std::get<std::string>(trial.params.at("drink"));
    world.send(trial.origin_ns() + 10 * ms, "evil\x1b]0;x", 80, "http", "POST /\x1b[2J\n",
               {synthetic::text("p\x07q", drink == "latte" ? "\x9b"
                                                             "31m"
                                                           : "\r")});
  }
  const std::string text = arithmetic(world.input, "F1");
  EXPECT_THAT(text, HasSubstr("POST /\\x1b[2J\\x0a"));
  EXPECT_THAT(text, HasSubstr("p\\x07q"));
  EXPECT_THAT(text, HasSubstr("latte -> \\x9b31m"));
  for (const char c : text) EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << static_cast<int>(c);
}

}  // namespace
}  // namespace brewproof
