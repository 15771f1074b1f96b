#include "rig/proof/provenance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "rig/proof/explain.h"
#include "tests/rig/proof/found.h"
#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::field_at;
using synthetic::finding_for;
using synthetic::ms;
using synthetic::text;
using synthetic::World;
using testing::HasSubstr;

class ProvenanceOfASale : public ::testing::Test {
 protected:
  const Finding& sale() {
    if (proof.findings.empty()) proof = attribute(world.input);
    const Finding* found = finding_for(proof, "pay", "POST /v1/order");
    EXPECT_TRUE(found);
    static const Finding nothing;
    return found != nullptr ? *found : nothing;
  }
  Provenance of(const std::string& path) {
    const FieldFinding* field = field_at(sale(), path);
    EXPECT_TRUE(field) << path;
    return field != nullptr ? field->provenance : Provenance{};
  }
  /// A server that says a value on its own account.
  void push(std::int64_t time_ns, const std::string& value) {
    world.send(time_ns, "api.kiosk.example", 80, "http", "200", {text("body|json:/vend", value)});
    world.input.messages.back().from_dut = false;
    world.input.up_bytes -= 166;
  }

  ProvenanceOfASale() { synthetic::kiosk(world); }
  World world{7};
  Proof proof;
};

TEST_F(ProvenanceOfASale, EveryFieldHasASourceAndAReason) {
  const std::map<std::string, std::string> expected = {{"body|json:/cents", "parameter"},
                                                       {"body|json:/price", "parameter"},
                                                       {"body|json:/card", "parameter"},
                                                       {"body|json:/method", "parameter"},
                                                       {"body|json:/drink", "parameter"},
                                                       {"body|json:/ts", "clock"},
                                                       {"body|json:/seq", "counter"},
                                                       {"body|json:/sn", "identity"},
                                                       {"body|json:/site", "constant"},
                                                       {"body|json:/nonce", "random"},
                                                       {"path:1", "constant"},
                                                       {"header:host", "constant"}};
  std::map<std::string, std::string> told;
  for (const FieldFinding& field : sale().fields) {
    told[field.path] = field.provenance.source;
    EXPECT_NE(field.provenance.reason, "") << field.path;
    EXPECT_EQ(field.provenance.came_in_first, 0) << field.path;
  }
  EXPECT_EQ(told, expected);
  EXPECT_EQ(of("body|json:/cents").reason,
            "16 of 16 acts agree with amount, which they were made with");
  EXPECT_EQ(of("body|json:/seq").reason,
            "a number that only grows from message to message, 15 times");
  EXPECT_THAT(of("body|json:/ts").reason, HasSubstr("a clock that keeps within "));
  EXPECT_EQ(of("body|json:/site").reason, "one value in 16 messages");
}

// The same agreement, but the machine may only repeat what it was told.
TEST_F(ProvenanceOfASale, AValueThatCameInBeforeItWentOutIsSaidToHave) {
  for (const Trial* trial : world.trials_of("pay", false))
    push(trial->origin_ns() + 5 * ms, synthetic::param(trial, "card"));
  const Provenance card = of("body|json:/card");
  EXPECT_EQ(card.source, "parameter");
  EXPECT_EQ(card.came_in_first, 16);
  EXPECT_THAT(card.reason,
              HasSubstr("16 of its values had come in over the network before the machine"));
  EXPECT_EQ(of("body|json:/cents").came_in_first, 0);
}

// An answer repeats what was sent: that came in second.
TEST_F(ProvenanceOfASale, AnEchoIsNoSource) {
  for (const Trial* trial : world.trials_of("pay", false))
    push(trial->origin_ns() + 200 * ms, synthetic::param(trial, "card"));
  EXPECT_EQ(of("body|json:/card").came_in_first, 0);
}

// That a menu was downloaded says nothing of who chose from it.
TEST_F(ProvenanceOfASale, WordsOfASmallSetThatAMenuHasAreNotTheServers) {
  push(synthetic::start, "espresso");
  push(synthetic::start, "latte");
  EXPECT_EQ(of("body|json:/drink").came_in_first, 0);
}

TEST_F(ProvenanceOfASale, WhatTheServerGaveIsTheServers) {
  const auto number = [](int i) { return "ord-" + std::to_string(i * 856 % 1009); };
  int order = 0;
  for (KeptMessage& message : world.input.messages) {
    if (message.message() != "POST /v1/order") continue;
    Message changed = message.whole();
    changed.fields.push_back(text("body|json:/order", number(++order)));
    message = changed;
  }
  for (int i = 1; i <= order; ++i) push(synthetic::start, number(i));
  const Provenance given = of("body|json:/order");
  EXPECT_EQ(given.source, "server");
  EXPECT_EQ(given.reason, "each of its 16 values had come in before it first went out");
}

TEST_F(ProvenanceOfASale, ExplainListsThemAll) {
  const std::string all = sources_in_words(sale());
  EXPECT_THAT(all, HasSubstr("  body|json:/cents: parameter amount; 16 of 16 acts agree"));
  EXPECT_THAT(all, HasSubstr("  body|json:/sn: identity; one value in 16 messages: "));
  EXPECT_THAT(sources_of_field(proof.findings, "body|json:/nonce"),
              HasSubstr("body|json:/nonce: random; 16 values, all different, worth 24 bits"));
  EXPECT_EQ(sources_of_field(proof.findings, "body|json:/none"), "");
}

TEST(ProvenanceOfATotal, IsTheActsThatItAddsUp) {
  FieldFinding field;
  field.carries = "sum of amount";
  const Provenance total = provenance_of_total(field);
  EXPECT_EQ(total.source, "acts");
  EXPECT_EQ(total.reason, "it adds up the sum of amount");
}

}  // namespace
}  // namespace brewproof
