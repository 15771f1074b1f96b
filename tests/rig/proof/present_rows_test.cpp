// A message that comes with one level of a parameter: it tells the level by coming, and what stands
// in it does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "rig/proof/attribute.h"
#include "rig/proof/explain.h"
#include "tests/rig/proof/found.h"
#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::field_at;
using synthetic::kind_at;
using synthetic::ms;
using synthetic::param;
using synthetic::text;
using synthetic::World;

std::set<std::string> stimuli_of(const Finding& finding) {
  std::set<std::string> stimuli;
  for (const FieldFinding& field : finding.fields)
    if (field.kind == FieldKind::stimulus)
      stimuli.insert(field.path + " " + field.parameter + " " + field.form);
  return stimuli;
}

bool is(const Trial& trial, const std::string& parameter, const std::string& level) {
  return param(&trial, parameter) == level;
}

TEST(PresentRows, AMessageOfOneLevelTellsItByComingAndItsFieldsDoNot) {
  World world(21);
  world.deal({"pay"}, 8);
  world.deal_levels("pay", "method", {"card", "app"});
  int sequence = 0;
  for (const Trial& trial : world.input.trials) {
    if (trial.sham || !is(trial, "method", "card")) continue;
    world.send(
        trial.origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /v1/auth",
        {text("seq", std::to_string(++sequence)),
         text("ts", std::to_string(trial.origin_ns() / 1'000'000'000)), text("rnd", world.hex(8)),
         text("temp", std::to_string(880 + world.within(0, 9))), text("sn", "KD00412")});
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_THAT(stimuli_of(proof.findings[0]), testing::ElementsAre("presence method presence"));
  const FieldFinding* presence = field_at(proof.findings[0], "presence");
  ASSERT_TRUE(presence);
  EXPECT_EQ(presence->matched, 32);
  EXPECT_EQ(presence->of, 32);
  EXPECT_EQ(proof.findings[0].grade, 'B');
  EXPECT_THAT(arithmetic(world.input, "F1"), testing::HasSubstr("(absent)"));
}

TEST(PresentRows, RandomDatagramsOfTwoLengthsHoldNoLevel) {
  World world(22);
  world.deal({"pay"}, 8);
  world.deal_levels("pay", "method", {"card", "app"});
  for (const Trial& trial : world.input.trials) {
    if (trial.sham) continue;
    const bool card = is(trial, "method", "card");
    world.send(trial.origin_ns() + 10 * ms, "", 9009, "udp", card ? "300 B" : "340 B",
               {{"payload", world.hex(card ? 75 : 85), FieldType::bytes}});
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 2u);
  for (const Finding& finding : proof.findings)
    EXPECT_THAT(stimuli_of(finding), testing::ElementsAre("presence method presence"));
}

// One kind of message, longer with one level: the bytes that the other does not have are no code.
TEST(PresentRows, BytesThatOnlyLongMessagesHaveAreNoLevel) {
  World world(23);
  world.deal({"pay"}, 8);
  world.deal_levels("pay", "method", {"card", "app"});
  for (const Trial& trial : world.input.trials) {
    if (trial.sham) continue;
    world.send(trial.origin_ns() + 10 * ms, "", 9009, "udp", "80 B",
               {{"payload", world.hex(is(trial, "method", "card") ? 84 : 80), FieldType::bytes}});
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_THAT(stimuli_of(proof.findings[0]), testing::IsEmpty());
}

TEST(PresentRows, AFieldThatComesWithOneLevelTellsItByStandingThere) {
  World world(24);
  world.deal({"brew"}, 8);
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  for (const Trial& trial : world.input.trials) {
    if (trial.sham) continue;
    std::vector<Field> fields = {text("body|json:/temp", std::to_string(world.within(880, 889)))};
    if (is(trial, "drink", "latte"))
      fields.push_back(text("body|json:/milk_ml", std::to_string(world.within(120, 124))));
    world.send(trial.origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /brew", fields);
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_THAT(stimuli_of(proof.findings[0]),
              testing::ElementsAre("body|json:/milk_ml drink presence"));
  const FieldFinding* milk = field_at(proof.findings[0], "body|json:/milk_ml");
  ASSERT_TRUE(milk);
  EXPECT_EQ(milk->matched, 32);
  EXPECT_THAT(milk->mapping, testing::ElementsAre(testing::Pair("espresso", "absent"),
                                                  testing::Pair("latte", "present")));
}

// Among the card payments the drink is read as ever.
TEST(PresentRows, WhatElseTheMessageSaysIsReadAmongItsOwnActs) {
  World world(25);
  world.deal({"pay"}, 8);
  world.deal_levels("pay", "method", {"card", "app"});
  world.deal_levels("pay", "drink", {"espresso", "latte"});
  int cards = 0;
  for (const Trial& trial : world.input.trials) {
    if (trial.sham || !is(trial, "method", "card")) continue;
    ++cards;
    world.send(trial.origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /v1/auth",
               {text("d", is(trial, "drink", "latte") ? "2" : "1"), text("rnd", world.hex(8))});
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_THAT(stimuli_of(proof.findings[0]),
              testing::ElementsAre("d drink mapping", "presence method presence"));
  EXPECT_EQ(field_at(proof.findings[0], "d")->matched, cards);
  EXPECT_EQ(field_at(proof.findings[0], "d")->of, cards);
  EXPECT_EQ(proof.findings[0].grade, 'A');
  EXPECT_THAT(arithmetic(world.input, "F1"), testing::HasSubstr("shuffled among its own acts"));
}

}  // namespace
}  // namespace brewproof
