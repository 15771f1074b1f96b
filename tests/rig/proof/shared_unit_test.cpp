// Parts of a unit, what rides on messages that come anyway, and records of a batch.
#include "rig/proof/attribute.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

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

/// One topic for all that the machine has to say: its environment at a beat of its own, and drinks.
void share_one_topic(World& world, const std::vector<Field>& of_a_drink) {
  world.deal({"brew"});
  world.every(90 * ms, 30 * ms, [&](std::int64_t t) {
    world.send(t, "mq.x.example", 1883, "mqtt", "PUBLISH m",
               {text("type", "env"), text("t", std::to_string(world.within(0, 90)))}, 1);
  });
  for (const Trial* trial : world.trials_of("brew", false)) {
    world.send(trial->origin_ns() + 40 * ms, "mq.x.example", 1883, "mqtt", "PUBLISH m", of_a_drink,
               1);
  }
}

TEST(SharedUnit, InASharedUnitThePartThatFollowsTheActIsNamed) {
  World world(7);
  share_one_topic(world, {text("type", "brew"), text("t", "7")});
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(proof.findings[0].message, "PUBLISH m");
  EXPECT_EQ(proof.findings[0].node, "type=brew");
  EXPECT_EQ(proof.findings[0].timing->event_hits, 16);
  EXPECT_EQ(proof.findings[0].timing->sham_hits, 0);
  for (const Evidence& evidence : proof.findings[0].evidence) {
    EXPECT_EQ(world.input.messages.at(evidence.frame - 1).field("type")->value, "brew");
  }
  ASSERT_EQ(proof.background.size(), 1u);  // the rest of the unit
  EXPECT_EQ(proof.background[0].count, world.input.messages.size() - 16);
  EXPECT_TRUE(proof.background[0].max_excess.empty());
  EXPECT_EQ(proof.bytes.by_cause.at("brew"), 16u * 100);
  EXPECT_THAT(arithmetic(world.input, "F1"), testing::HasSubstr("with type=brew"));
}

TEST(SharedUnit, APartMayBeKnownByItsKeysAlone) {
  World world(7);
  share_one_topic(world, {text("t", "7"), text("d", "x")});
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(proof.findings[0].node, "shape {d}");
}

TEST(SharedUnit, AUnitThatIsAllTheEventsHasNoNode) {
  World world(7);
  synthetic::kiosk(world);
  for (const Finding& finding : attribute(world.input).findings) EXPECT_FALSE(finding.node);
}

const Finding* carried_for(const Proof& proof, const std::string& event) {
  for (const Finding& finding : proof.findings) {
    if (finding.event == event && finding.relation == "carried_by") return &finding;
  }
  return nullptr;
}

/// A machine that says nothing of an act, but its heartbeat tells of the last one. `told`: the
/// fields of one heartbeat, by the last act before it.
void tell_by_heartbeat(World& world,
                       const std::function<std::vector<Field>(const Trial* last)>& told) {
  int beats = 0;
  world.every(140 * ms, 60 * ms, [&](std::int64_t t) {
    const Trial* last = nullptr;
    for (const Trial& trial : world.input.trials) {
      if (!trial.sham && trial.origin_ns() + 5 * ms < t) last = &trial;
    }
    std::vector<Field> fields = told(last);
    fields.push_back(text("payload|json:/n", std::to_string(++beats)));
    world.send(t, "mq.x.example", 1883, "mqtt", "PUBLISH hb", std::move(fields), 1);
  });
}

TEST(SharedUnit, AHeartbeatThatTellsTheLastDrinkCarriesIt) {
  World world(7);
  world.deal({"brew"});
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  world.deal_amounts("brew", "amount");
  tell_by_heartbeat(world, [](const Trial* last) -> std::vector<Field> {
    return {text("payload|json:/last", param(last, "drink") == "latte" ? "2" : "1"),
            text("payload|json:/paid", param(last, "amount"))};
  });
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  const Finding& finding = proof.findings[0];
  EXPECT_EQ(finding.id, "F1");
  EXPECT_EQ(finding.relation, "carried_by");
  EXPECT_EQ(finding.grade, 'A');
  EXPECT_EQ(finding.message, "PUBLISH hb");
  EXPECT_FALSE(finding.timing);
  EXPECT_FALSE(finding.latency);
  EXPECT_EQ(field_at(finding, "payload|json:/last")->parameter, "drink");
  EXPECT_EQ(field_at(finding, "payload|json:/paid")->parameter, "amount");
  EXPECT_EQ(field_at(finding, "payload|json:/paid")->matched, 16);
  EXPECT_EQ(kind_at(finding, "payload|json:/n"), FieldKind::counter);
  EXPECT_EQ(finding.evidence.size(), 16u);
  EXPECT_TRUE(proof.none.empty());
  ASSERT_EQ(proof.background.size(), 1u);  // it comes anyway
  EXPECT_THAT(arithmetic(world.input, "F1"), testing::HasSubstr("is carried by"));
}

TEST(SharedUnit, AStateEndsWhereAnotherEventSetsIt) {
  // The same heartbeat, and a second event that sets the drink: its acts end the first one's state.
  World world(7);
  world.deal({"brew", "pay"});
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  world.deal_levels("pay", "drink", {"espresso", "latte"});
  tell_by_heartbeat(world, [](const Trial* last) -> std::vector<Field> {
    return {text("payload|json:/last", param(last, "drink"))};
  });
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 2u);
  for (const char* event : {"brew", "pay"}) {
    const Finding* finding = carried_for(proof, event);
    ASSERT_TRUE(finding) << event;
    EXPECT_EQ(finding->fields[0].matched, finding->fields[0].of);
  }
}

TEST(SharedUnit, AHeartbeatThatKnowsNothingCarriesNothing) {
  int claimed = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    World world(seed);
    world.deal({"brew", "pay"});
    world.deal_levels("brew", "drink", {"espresso", "latte"});
    world.deal_amounts("pay", "amount");
    int beat = 0;
    tell_by_heartbeat(world, [&](const Trial*) -> std::vector<Field> {
      return {text("payload|json:/phase", std::to_string(beat++ / 5 % 2)),
              text("payload|json:/any", std::to_string(105 + 5 * world.within(0, 175)))};
    });
    claimed += static_cast<int>(attribute(world.input).findings.size());
  }
  EXPECT_LE(claimed, 3);  // 0.5 % a run: more than 3 of 40 come with probability 6e-5 at most
}

/// Sales are kept and sent every `every_ns`, each with the time of the machine's clock.
void batch_sales(World& world, std::int64_t every_ns, std::int64_t clock_offset_ns) {
  std::size_t next = 0;
  world.end += every_ns;  // what is kept after the last act leaves, too
  const std::vector<Trial*> acts = world.trials_of("pay", false);
  world.every(every_ns, 1, [&](std::int64_t t) {
    std::vector<Field> fields = {text("body|json:/sn", "KD00412")};
    for (int n = 0; next < acts.size() && acts[next]->origin_ns() + 20 * ms < t; ++next, ++n) {
      const std::string at = fmt::format("body|json:/sales/{}/", n);
      const std::int64_t sold = acts[next]->origin_ns() + 15 * ms + clock_offset_ns;
      fields.push_back(text(at + "t", std::to_string(sold / ms)));
      fields.push_back(text(at + "cents", param(acts[next], "amount")));
    }
    world.send(t, "api.x.example", 80, "http", "POST /v1/batch", std::move(fields));
  });
}

TEST(SharedUnit, ARecordOfABatchIsFoundAtTheTimeThatItStates) {
  World world(7);
  world.deal({"pay"});
  world.deal_amounts("pay", "amount");
  batch_sales(world, 5'000 * ms, 0);
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  const Finding& finding = proof.findings[0];
  EXPECT_EQ(finding.message, "POST /v1/batch");
  EXPECT_EQ(finding.node, "sales/*");
  EXPECT_EQ(finding.relation, "sends");
  EXPECT_EQ(finding.grade, 'A');
  EXPECT_EQ(finding.timing->event_hits, 16);
  EXPECT_EQ(finding.timing->sham_hits, 0);
  EXPECT_GT(finding.latency->median_ns, 500 * ms);  // it left later than it states
  const FieldFinding* amount = field_at(finding, "body|json:/sales/*/cents");
  ASSERT_TRUE(amount);
  EXPECT_EQ(amount->parameter, "amount");
  EXPECT_EQ(amount->matched, 16);
  EXPECT_EQ(kind_at(finding, "body|json:/sales/*/t"), FieldKind::time);
  EXPECT_GT(proof.bytes.by_cause.at("pay"), 0u);
  EXPECT_THAT(arithmetic(world.input, "F1"), testing::HasSubstr("sales/*"));
}

TEST(SharedUnit, AMachineWhoseClockIsWrongIsUnderstoodByItsLiveMessages) {
  World world(7);
  world.deal({"pay"}, 8);
  world.deal_amounts("pay", "amount");
  const std::int64_t offset = -8LL * 3600 * 1000 * ms;
  batch_sales(world, 5'000 * ms, offset);
  EXPECT_TRUE(attribute(world.input).findings.empty() ||
              attribute(world.input).findings[0].node != "sales/*");
  world.every(2'000 * ms, 300 * ms, [&](std::int64_t t) {
    world.send(t, "api.x.example", 80, "http", "GET /hello",
               {text("query:now", std::to_string((t + offset) / ms))});
  });
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(proof.findings[0].node, "sales/*");
  EXPECT_EQ(proof.findings[0].timing->event_hits, 32);
}

}  // namespace
}  // namespace brewproof
