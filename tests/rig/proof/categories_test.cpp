#include "rig/proof/categories.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/rig/proof/found.h"
#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

DataCategories table() {
  DataCategories table;
  table.table = {7, "00"};
  table.all = {{"drink", "", {"drink"}, {"brew"}, {}, {}, {"drink", "cup"}},
               {"payment", "", {"amount", "method"}, {"pay"}, {}, {}, {"pay", "cents", "price"}},
               {"location", "", {}, {}, {"location"}, {}, {"site"}},
               {"identity", "", {}, {}, {"serial", "mac", "uuid"}, {}, {"device"}},
               {"time", "", {}, {}, {}, {FieldKind::time}, {"time"}},
               {"diagnostics", "", {}, {}, {}, {FieldKind::counter}, {"temp", "seq"}}};
  return table;
}

FieldFinding field(const std::string& path, FieldKind kind = FieldKind::unexplained) {
  FieldFinding field;
  field.path = path;
  field.kind = kind;
  return field;
}

std::string category(const FieldFinding& field, const Identity& identity = {}) {
  return meaning_of(field, identity, table()).category;
}

TEST(MeaningOf, WhatAFieldWasFoundToCarryCountsMost) {
  FieldFinding amount = field("body|json:/temp", FieldKind::stimulus);
  amount.parameter = "amount";
  EXPECT_EQ(category(amount, {"mac", "because"}), "payment");
  EXPECT_EQ(meaning_of(amount, {}, table()).category_reason, "it carries amount");
  amount.parameter = "cupSize";  // no parameter of the table: its words
  EXPECT_EQ(category(amount), "drink");
  amount.parameter = "tilt";  // nothing is known of it: the field's own name
  EXPECT_EQ(category(amount), "diagnostics");
}

TEST(MeaningOf, WhatAddsUpIsDataOfWhatItAddsUp) {
  FieldFinding total = field("payload|json:/n", FieldKind::counter);
  total.carries = "count of brew with drink=latte";
  EXPECT_EQ(category(total), "drink");
  total.carries = "sum of amount";
  EXPECT_EQ(meaning_of(total, {}, table()).category_reason, "it adds up: sum of amount");
  EXPECT_EQ(category(total), "payment");
  total.carries = "count of tilt";
  EXPECT_EQ(category(total), "diagnostics");  // it only counts
}

TEST(MeaningOf, AnIdentityIsOneWhateverItsNameUnlessItNamesTheMessageAlone) {
  EXPECT_EQ(category(field("body|json:/temp"), {"serial", "because"}), "identity");
  EXPECT_EQ(category(field("body|json:/x"), {"location", "because"}), "location");
  EXPECT_EQ(category(field("body|json:/x"), {"uuid", "because", false}), "");
  const Meaning kept = meaning_of(field("body|json:/x"), {"uuid", "because", false}, table());
  EXPECT_EQ(kept.identity, "uuid");
  EXPECT_EQ(kept.identity_reason, "because");
}

TEST(MeaningOf, AClockIsTimeEvenWhereItsNameSaysPay) {
  EXPECT_EQ(category(field("body|json:/pay_at", FieldKind::time)), "time");
  EXPECT_EQ(category(field("body|json:/pay_at")), "payment");
}

TEST(MeaningOf, TheLastKnownWordOfTheInnermostNameCounts) {
  EXPECT_EQ(category(field("body|json:/payTime")), "time");
  EXPECT_EQ(category(field("body|json:/drinkPrice")), "payment");
  EXPECT_EQ(category(field("body|json:/site/cup")), "drink");
  EXPECT_EQ(category(field("body|json:/pay/x")), "payment");
  EXPECT_EQ(meaning_of(field("body|json:/pay/x"), {}, table()).category_reason,
            "by its name alone: \"pay\" in \"pay\", where it stands");
  EXPECT_EQ(category(field("body|json:/cupboard")), "");  // a word is whole
  EXPECT_EQ(category(field("body|json:/seq", FieldKind::counter)), "diagnostics");
}

TEST(MeaningOf, NothingIsSaidWhereNothingIsKnown) {
  EXPECT_TRUE(meaning_of(field("body|json:/x"), {}, table()).empty());
  EXPECT_TRUE(meaning_of(field("body|json:/pay"), {}, {}).empty());
}

TEST(Attribute, FieldsOfFindingsAndOfSignaturesSayWhatTheyAreDataOf) {
  synthetic::World world(7);
  synthetic::kiosk(world);
  world.input.categories = table();
  const Proof proof = attribute(world.input);
  const Finding* pay = synthetic::finding_for(proof, "pay", "POST /v1/order");
  ASSERT_NE(pay, nullptr);
  const FieldFinding* cents = synthetic::field_at(*pay, "body|json:/cents");
  ASSERT_NE(cents, nullptr);
  EXPECT_EQ(cents->meaning.category, "payment");
  EXPECT_EQ(cents->meaning.category_reason, "it carries amount");

  const auto heartbeat =
      std::ranges::find(proof.signatures, "PUBLISH kiosk/{}/hb", &SentSignature::message);
  ASSERT_NE(heartbeat, proof.signatures.end());
  ASSERT_EQ(heartbeat->meanings.size(), 1U);
  EXPECT_EQ(heartbeat->meanings.front().path, "topic:1");
  EXPECT_EQ(heartbeat->meanings.front().meaning.identity, "serial");
  EXPECT_EQ(heartbeat->meanings.front().meaning.category, "identity");

  const auto order = std::ranges::find(proof.signatures, "POST /v1/order", &SentSignature::message);
  ASSERT_NE(order, proof.signatures.end());
  const auto there = std::ranges::find(order->meanings, cents->path, &MeantPath::path);
  ASSERT_NE(there, order->meanings.end());
  EXPECT_EQ(there->meaning, cents->meaning);
}

TEST(Attribute, NamesChangeNoClaim) {
  synthetic::World world(7);
  synthetic::kiosk(world);
  const Proof without = attribute(world.input);
  world.input.categories = table();
  const Proof with = attribute(world.input);
  ASSERT_EQ(with.findings.size(), without.findings.size());
  for (std::size_t f = 0; f < with.findings.size(); ++f) {
    EXPECT_EQ(with.findings[f].timing->p_adjusted, without.findings[f].timing->p_adjusted);
    EXPECT_EQ(with.findings[f].grade, without.findings[f].grade);
  }
}

}  // namespace
}  // namespace brewproof
