// What is inside a message: which field carries which parameter, and what carries none.
#include "rig/proof/attribute.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "rig/model/bytes.h"
#include "rig/model/sha256.h"
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

TEST(Content, ATokenThatComesOnlyWithCardsIsStillTheCard) {
  World world(11);
  world.deal({"pay"});
  world.deal_levels("pay", "method", {"card", "app"});
  world.deal_tokens("pay", "card");
  for (const Trial& trial : world.input.trials) {
    if (trial.sham) continue;
    const bool card = trial.params.at("method") == Value{"card"};
    world.send(trial.origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /a",
               {text("m", card ? "C" : "A"),
                text("c", card ? std::get<std::string>(trial.params.at("card")) : "")});
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(field_at(proof.findings[0], "c")->parameter, "card");
  EXPECT_EQ(field_at(proof.findings[0], "c")->matched, 8);
  EXPECT_EQ(field_at(proof.findings[0], "c")->of, 8);
  EXPECT_EQ(field_at(proof.findings[0], "m")->parameter, "method");
}

// A message of its own for each method: that its serial number comes with cards only is no news.
TEST(Content, WhatAllOfItsMessagesSayIsNoStimulusBesideTheWordItself) {
  World world(12);
  world.deal({"pay"}, 6);
  world.deal_levels("pay", "method", {"card", "app"});
  for (const Trial& trial : world.input.trials) {
    if (trial.sham) continue;
    const std::string method = std::get<std::string>(trial.params.at("method"));
    world.send(trial.origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /" + method,
               {text("m", method), text("sn", "KD00412"), text("v", "7")});
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 2u);
  for (const Finding& finding : proof.findings) {
    EXPECT_EQ(field_at(finding, "m")->parameter, "method");
    EXPECT_EQ(kind_at(finding, "sn"), FieldKind::constant);
    EXPECT_EQ(kind_at(finding, "v"), FieldKind::constant);
  }
}

TEST(Content, OneLineOfTextMayHoldTwoParameters) {
  World world(13);
  world.deal({"pay"});
  world.deal_amounts("pay", "amount");
  world.deal_tokens("pay", "card");
  for (const Trial& trial : world.input.trials) {
    if (trial.sham) continue;
    world.send(trial.origin_ns() + 10 * ms, "probe.x.example", 0, "icmp", "echo request",
               {text("payload",
                     "abcdefgh" + param(&trial, "amount") + ":" + param(&trial, "card") + ":uvw")});
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  std::map<std::string, std::string> form_of;
  for (const FieldFinding& field : proof.findings[0].fields) {
    EXPECT_EQ(field.path, "payload");
    EXPECT_EQ(field.matched, 16);
    form_of[field.parameter] = field.form;
  }
  const std::map<std::string, std::string> expected = {{"amount", "number in text"},
                                                       {"card", "part of text"}};
  EXPECT_EQ(form_of, expected);
  EXPECT_THAT(arithmetic(world.input, "F1"), testing::HasSubstr("number in text"));
}

// Nothing was read of a sealed message, though its length tells the drink.
TEST(Content, ALengthAloneIsNoContent) {
  World world(7);
  world.deal({"brew"});
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  for (const Trial& trial : world.input.trials) {
    if (trial.sham) continue;
    const bool latte = trial.params.at("drink") == Value{"latte"};
    world.send(trial.origin_ns() + 10 * ms, "a.x.example", 443, "tls", "record 140..149 B",
               {text("size", latte ? "141" : "144")});
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(field_at(proof.findings[0], "size")->parameter, "drink");
  EXPECT_EQ(proof.findings[0].grade, 'B');
}

TEST(Content, AFieldWithoutTheParameterIsNeverAStimulus) {
  // Sixteen payments whose record holds neither amount nor card: constants, numbers of the amounts'
  // size, and an amount that is always one of those dealt.
  int claimed = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    World world(seed);
    world.deal({"pay"});
    world.deal_amounts("pay", "amount");
    world.deal_levels("pay", "method", {"card", "app"});
    const Value first = world.trials_of("pay", false)[0]->params.at("amount");
    for (const Trial& trial : world.input.trials) {
      if (trial.sham) continue;
      world.send(trial.origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /a",
                 {text("fixed", to_text(first)),
                  text("any", std::to_string(105 + 5 * world.within(0, 175))),
                  text("coin", std::to_string(world.within(0, 2))),
                  text("die", std::to_string(world.within(0, 6)))});
    }
    const Proof proof = attribute(world.input);
    ASSERT_EQ(proof.findings.size(), 1u);
    for (const FieldFinding& field : proof.findings[0].fields) {
      if (field.kind == FieldKind::stimulus) ++claimed;
    }
  }
  // Content's share is 0.5 % a run: of 40 runs more than 3 come with probability 6e-5 at most.
  EXPECT_LE(claimed, 3);
}

TEST(Content, ContentLengthIsNoEmissionOfItsOwn) {
  World world(11);
  world.deal({"pay"});
  world.deal_levels("pay", "method", {"card", "app"});
  for (const Trial& trial : world.input.trials) {
    if (trial.sham) continue;
    const std::string method = std::get<std::string>(trial.params.at("method"));
    world.send(trial.origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /a",
               {text("header:content-length", std::to_string(40 + method.size())),
                text("body|json:/m", method)});
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(kind_at(proof.findings[0], "header:content-length"), FieldKind::unexplained);
  EXPECT_EQ(kind_at(proof.findings[0], "body|json:/m"), FieldKind::stimulus);
}

TEST(Content, ACardThatIsOnlySentAsADigestIsFound) {
  World world(7);
  world.deal({"pay"});
  world.deal_tokens("pay", "card");
  for (const Trial* trial : world.trials_of("pay", false)) {
    world.send(trial->origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /a",
               {text("body|json:/h", sha256(param(trial, "card")).substr(0, 16))});
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  const FieldFinding* field = field_at(proof.findings[0], "body|json:/h|sha256");
  ASSERT_TRUE(field);
  EXPECT_EQ(field->parameter, "card");
  EXPECT_EQ(field->form, "text");
  EXPECT_EQ(proof.findings[0].grade, 'A');
  EXPECT_THAT(arithmetic(world.input, "F1"), testing::HasSubstr("sha256 of text"));
}

// A struct of 9001/udp: the amount as a varint at byte 4, whose length differs, behind it the rest.
TEST(Content, AVarintIsFoundAtItsOffset) {
  World world(9);
  world.deal({"pay"});
  world.deal_amounts("pay", "amount");
  for (const Trial* trial : world.trials_of("pay", false)) {
    const auto amount = std::get<std::int64_t>(trial->params.at("amount"));
    const auto byte = [](std::int64_t value) {
      return to_hex(ByteView(std::array{static_cast<std::uint8_t>(value)}));
    };
    const std::string varint =
        amount < 128 ? byte(amount) : byte(amount % 128 + 128) + byte(amount / 128);
    world.send(trial->origin_ns() + 10 * ms, "", 9001, "udp", "12 B",
               {{"payload", "42524557" + varint + world.hex(6), FieldType::bytes}});
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  const FieldFinding* field = field_at(proof.findings[0], "bytes:4+2");
  ASSERT_TRUE(field);
  EXPECT_EQ(field->parameter, "amount");
  EXPECT_EQ(field->form, "varint");
  EXPECT_EQ(field->matched, 16);
}

// A log made elsewhere knows a currency, but not which of its numbers are money.
TEST(Content, AmountsOfAForeignLogAreFoundAsDecimals) {
  World world(10);
  world.deal({"pay"});
  world.deal_amounts("pay", "amount");
  ParameterDesign& amount = world.input.design.events["pay"].parameters["amount"];
  amount.money = false;
  amount.currency = "";
  for (const Trial* trial : world.trials_of("pay", false)) {
    const auto cents = std::get<std::int64_t>(trial->params.at("amount"));
    world.send(trial->origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /a",
               {text("body|json:/total", fmt::format("{},{:02}", cents / 100, cents % 100))});
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(field_at(proof.findings[0], "body|json:/total")->form, "decimal comma");
}

TEST(Content, AFieldThatIsOftenWrongIsNoStimulus) {
  World world(7);
  world.deal({"brew"}, 8);
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  int n = 0;
  for (const Trial& trial : world.input.trials) {
    if (trial.sham) continue;
    const bool latte = trial.params.at("drink") == Value{"latte"};
    const bool wrong = ++n <= 3;  // 29 of 32: highly significant, but 91 %
    world.send(trial.origin_ns() + 10 * ms, "mq.x.example", 1883, "mqtt", "PUBLISH a",
               {text("good", latte ? "2" : "1"), text("bad", latte != wrong ? "2" : "1")}, 1);
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(kind_at(proof.findings[0], "good"), FieldKind::stimulus);
  EXPECT_EQ(kind_at(proof.findings[0], "bad"), FieldKind::unexplained);
}

TEST(Content, ReserveBlocksWereDealtApart) {
  World world(7);
  world.deal({"brew"});
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  std::map<int, int> in_block;
  for (Trial* trial : world.trials_of("brew", false)) {
    const bool latte = in_block[*trial->block]++ % 2 == 1;  // two of each in every block
    trial->params["drink"] = std::string(latte ? "latte" : "espresso");
    world.send(trial->origin_ns() + 10 * ms, "mq.x.example", 1883, "mqtt", "PUBLISH a",
               {text("d", latte ? "2" : "1")}, 1);
  }
  EXPECT_DOUBLE_EQ(*attribute(world.input).findings.at(0).fields[0].p, 2.0 / 12870);
  world.input.committed_blocks = 3;  // 6 + 6 dealt at once, 2 + 2 of the reserve apart: 924 x 6
  EXPECT_DOUBLE_EQ(*attribute(world.input).findings.at(0).fields[0].p, 2.0 / 5544);
}

TEST(Content, WhatWasReadAtTheRigAndNotDealtHasNoLotsBehindIt) {
  World world(7);
  world.deal({"brew"});
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  world.input.design.events["brew"].parameters["drink"].kind = ParameterKind::observed;
  for (const Trial* trial : world.trials_of("brew", false)) {
    world.send(trial->origin_ns() + 10 * ms, "mq.x.example", 1883, "mqtt", "PUBLISH a",
               {text("d", to_text(trial->params.at("drink")))}, 1);
  }
  EXPECT_EQ(attribute(world.input).findings.at(0).grade, 'B');
}

/// brew(drink, size), whose price the machine asks on its bus, and tells in a message.
World priced(std::uint64_t seed = 7) {
  World world(seed);
  world.deal({"brew"});
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  world.deal_levels("brew", "size", {"small", "large"});
  for (Trial* trial : world.trials_of("brew", false)) {
    const bool latte = trial->params.at("drink") == Value{"latte"};
    const bool large = trial->params.at("size") == Value{"large"};
    const std::int64_t price = 180 + (latte ? 70 : 0) + (large ? 50 : 0);
    trial->observed["price"] = price;
    world.send(trial->origin_ns() + 10 * ms, "mq.x.example", 1883, "mqtt", "PUBLISH a",
               {text("p", std::to_string(price)), text("d", latte ? "2" : "1")}, 1);
  }
  return world;
}

TEST(Content, APriceReadAtTheRigThatFollowsFromTheDealIsFoundWhereItStands) {
  const Proof proof = attribute(priced().input);
  const Finding& brew = proof.findings.at(0);
  EXPECT_EQ(brew.grade, 'A');
  const FieldFinding* price = synthetic::field_at(brew, "p");
  ASSERT_TRUE(price);
  EXPECT_EQ(price->parameter, "price");
  EXPECT_EQ(price->form, "text");
  EXPECT_EQ(price->matched, 16);
  EXPECT_EQ(price->provenance.source, "observed");
  EXPECT_EQ(synthetic::field_at(brew, "d")->parameter, "drink");
  EXPECT_EQ(synthetic::field_at(brew, "d")->provenance.source, "parameter");
}

// Always the same price with the same drink: one parameter, unless the field has the words of one.
TEST(Content, APriceThatTheDrinkAloneDecidesIsStatedWithTheDrink) {
  World world = priced();
  for (std::size_t i = 0; i < world.input.messages.size(); ++i) {
    Trial& act = *world.trials_of("brew", false)[i];
    const bool latte = act.params.at("drink") == Value{"latte"};
    act.observed["price"] = std::int64_t{latte ? 250 : 180};
    synthetic::set_value(world.input.messages[i], 0, latte ? "250" : "180");
  }
  const Proof proof = attribute(world.input);
  const Finding& brew = proof.findings.at(0);
  EXPECT_EQ(synthetic::field_at(brew, "p")->parameter, "price");
  EXPECT_EQ(synthetic::field_at(brew, "d")->parameter, "drink or price");
  EXPECT_THAT(brew.reasons, testing::Contains("drink and price always went together in brew: what "
                                              "carries the one may carry the other"));
}

// A count that the rig reads grows by itself, and so does any other: no lots stand behind that.
TEST(Content, ACountReadAtTheRigIsNotSearched) {
  World world = priced();
  std::int64_t cups = 0;
  for (std::size_t i = 0; i < world.input.messages.size(); ++i) {
    Trial& act = *world.trials_of("brew", false)[i];
    act.observed["price"] = ++cups;
    synthetic::set_value(world.input.messages[i], 0, std::to_string(cups));
  }
  const Proof proof = attribute(world.input);
  EXPECT_EQ(synthetic::kind_at(proof.findings.at(0), "p"), FieldKind::counter);
}

TEST(Content, ADerivedParameterIsSearchedLikeADrawnOne) {
  World world(7);
  world.deal({"pay"});
  world.deal_amounts("pay", "amount");
  world.input.design.events["pay"].parameters["tax"].kind = ParameterKind::derived;
  for (Trial* trial : world.trials_of("pay", false)) {
    const std::int64_t tax = std::get<std::int64_t>(trial->params.at("amount")) * 19;
    trial->params["tax"] = tax;
    world.send(trial->origin_ns() + 10 * ms, "mq.x.example", 1883, "mqtt", "PUBLISH a",
               {text("t", std::to_string(tax))}, 1);
  }
  const Proof proof = attribute(world.input);
  const FieldFinding* tax = synthetic::field_at(proof.findings.at(0), "t");
  ASSERT_TRUE(tax);
  EXPECT_EQ(tax->parameter, "tax");
  EXPECT_EQ(tax->provenance.source, "derived");
}

// What a heartbeat tells of the last sale: the next one sets it anew, with or without other values.
TEST(Content, APriceReadAtTheRigIsCarriedUntilTheNextOne) {
  World world = priced();
  world.input.messages.clear();
  world.input.up_bytes = 0;
  const std::vector<Trial*> acts = world.trials_of("brew", false);
  world.every(140 * ms, 80 * ms, [&](std::int64_t t) {
    std::string last = "0";
    for (const Trial* act : acts)
      if (act->origin_ns() < t) last = to_text(act->observed.at("price"));
    world.send(t, "mq.x.example", 1883, "mqtt", "PUBLISH hb", {text("last", last)}, 1);
  });
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(proof.findings[0].relation, "carried_by");
  EXPECT_EQ(synthetic::field_at(proof.findings[0], "last")->parameter, "price");
}

}  // namespace
}  // namespace brewproof
