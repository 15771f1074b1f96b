// Values of which most, but not all, are different: a card that pays twice, payments without one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "rig/model/sha256.h"
#include "rig/proof/attribute.h"
#include "rig/proof/explain.h"
#include "tests/rig/proof/found.h"
#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::field_at;
using synthetic::ms;
using synthetic::param;
using synthetic::text;
using synthetic::World;

void send_digests(World& world) {
  for (const Trial* act : world.trials_of("pay", false))
    world.send(act->origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /a",
               {text("h", param(act, "card").empty() ? "" : sha256(param(act, "card")))});
}

TEST(RepeatedValues, ACardThatPaidTwiceIsStillFoundAsItsDigest) {
  World world(31);
  world.deal({"pay"}, 8);
  world.deal_tokens("pay", "card");
  const auto acts = world.trials_of("pay", false);
  acts[5]->params["card"] = acts[20]->params["card"];
  send_digests(world);
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  const FieldFinding* field = field_at(proof.findings[0], "h|sha256");
  ASSERT_TRUE(field);
  EXPECT_EQ(field->matched, 32);
  EXPECT_EQ(field->of, 32);
  // Of 32! deals of these values 2! agree everywhere.
  EXPECT_NEAR(*field->p / std::exp(std::lgamma(3.0) - std::lgamma(33.0)), 1, 1e-9);
  EXPECT_THAT(arithmetic(world.input, "F1"),
              testing::HasSubstr("32 values, 31 of them different, each dealt to one act"));
  EXPECT_THAT(arithmetic(world.input, "F1"), testing::HasSubstr(" = 2!/32!"));
}

TEST(RepeatedValues, ActsWithoutACardAreNotAmongThoseItWasDealtTo) {
  World world(32);
  world.deal({"pay"}, 8);
  world.deal_levels("pay", "method", {"card", "app"});
  world.deal_tokens("pay", "card");
  for (Trial* act : world.trials_of("pay", false))
    if (param(act, "method") == "app") act->params["card"] = std::string();
  send_digests(world);
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  const FieldFinding* field = field_at(proof.findings[0], "h|sha256");
  ASSERT_TRUE(field);
  EXPECT_EQ(field->matched, 16);
  EXPECT_NEAR(*field->p / std::exp(-std::lgamma(17.0)), 1, 1e-9);
  EXPECT_THAT(arithmetic(world.input, "F1"),
              testing::HasSubstr("16 values, each dealt to one act"));
}

// A field that always holds the card that paid twice agrees with it twice under every deal.
TEST(RepeatedValues, AConstantThatIsARepeatedValueProvesNothing) {
  World world(33);
  world.deal({"pay"}, 4);
  world.deal_tokens("pay", "card");
  const auto acts = world.trials_of("pay", false);
  for (std::size_t i = 0; i < 6; ++i) acts[i]->params["card"] = acts[6]->params["card"];
  for (const Trial* act : acts)
    world.send(act->origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /a",
               {text("c", param(acts[6], "card"))});
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(proof.findings[0].fields.at(0).kind, FieldKind::constant);
}

}  // namespace
}  // namespace brewproof
