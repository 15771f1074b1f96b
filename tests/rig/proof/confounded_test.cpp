// Parameters that always went together, and those that were always the same.
#include "rig/proof/confounded.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "rig/proof/attribute.h"
#include "tests/rig/proof/found.h"
#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::field_at;
using synthetic::ms;
using synthetic::param;
using synthetic::text;
using synthetic::World;

/// Each espresso is paid by card and each latte by app.
World always_together() {
  World world(41);
  world.deal({"pay"});
  world.deal_levels("pay", "drink", {"espresso", "latte"});
  world.deal_levels("pay", "method", {"card", "app"});
  for (Trial& trial : world.input.trials)
    trial.params["method"] = std::string(param(&trial, "drink") == "latte" ? "app" : "card");
  return world;
}

TEST(Confounded, WhatCarriesTheOneMayCarryTheOther) {
  World world = always_together();
  for (const Trial* act : world.trials_of("pay", false))
    world.send(act->origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /a",
               {text("code", param(act, "drink") == "latte" ? "2" : "1")});
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  const FieldFinding* code = field_at(proof.findings[0], "code");
  ASSERT_TRUE(code);
  EXPECT_EQ(code->parameter, "drink or method");
  EXPECT_THAT(proof.findings[0].reasons,
              testing::ElementsAre("drink and method always went together in pay: what carries the "
                                   "one may carry the other"));
}

TEST(Confounded, AFindingThatCarriesNeitherHasNoDoubt) {
  World world = always_together();
  world.deal_tokens("pay", "card");
  for (const Trial* act : world.trials_of("pay", false))
    world.send(act->origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /a",
               {text("c", param(act, "card"))});
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(field_at(proof.findings[0], "c")->parameter, "card");
  EXPECT_TRUE(proof.findings[0].reasons.empty());
}

TEST(Confounded, AWordSaysWhichOfThemItIs) {
  World world = always_together();
  for (const Trial* act : world.trials_of("pay", false))
    world.send(act->origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /a",
               {text("m", param(act, "method")), text("d", param(act, "drink"))});
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(field_at(proof.findings[0], "m")->parameter, "method");
  EXPECT_EQ(field_at(proof.findings[0], "m")->form, "text");
  EXPECT_EQ(field_at(proof.findings[0], "d")->parameter, "drink");
}

TEST(Confounded, WhatNeverVariedIsSaid) {
  World world(42);
  world.deal({"pay"});
  world.deal_levels("pay", "drink", {"espresso"});
  world.deal_levels("pay", "method", {"card", "app"});
  for (const Trial* act : world.trials_of("pay", false))
    world.send(act->origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /a",
               {text("m", param(act, "method"))});
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(field_at(proof.findings[0], "m")->parameter, "method");
  EXPECT_THAT(proof.findings[0].reasons,
              testing::ElementsAre("drink never varied in pay: nothing can tell what carries it"));
}

TEST(Confounded, ParametersThatPartOnceAreTold) {
  World world = always_together();
  world.trials_of("pay", false)[3]->params["method"] = std::string("cash");
  std::vector<const Trial*> acts;
  for (const Trial* act : world.trials_of("pay", false)) acts.push_back(act);
  const auto apart = told_together(drawn_parameters(world.input.design, "pay", acts), acts);
  ASSERT_EQ(apart.size(), 2u);
  EXPECT_TRUE(apart[0].together.empty());
}

// Each amount and each card came once: that says nothing of the two.
TEST(Confounded, ValuesThatComeOnceEachAreToldApartByThemselves) {
  World world(43);
  world.deal({"pay"});
  world.deal_amounts("pay", "amount");
  world.deal_tokens("pay", "card");
  std::vector<const Trial*> acts;
  for (const Trial* act : world.trials_of("pay", false)) acts.push_back(act);
  EXPECT_EQ(told_together(drawn_parameters(world.input.design, "pay", acts), acts).size(), 2u);
}

}  // namespace
}  // namespace brewproof
