#include "rig/proof/attribute.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <clocale>
#include <cmath>
#include <map>
#include <string>

#include "rig/model/confirmation.h"
#include "rig/proof/explain.h"
#include "tests/rig/proof/found.h"
#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::field_at;
using synthetic::finding_for;
using synthetic::kind_at;
using synthetic::ms;
using synthetic::text;
using synthetic::World;

/// Everything that a report could show of a proof.
std::string render(const Proof& proof) {
  std::string text = proof.law;
  const auto add = [&](const Finding& f) {
    text += fmt::format("\n{} {} {} {} {} {} {} {} {} {}", f.id, f.event, f.grade,
                        f.destination.name, f.message, f.timing->p, f.timing->p_adjusted,
                        f.timing->window.end_ns, f.latency->median_ns, f.latency->p95_ns);
    for (const FieldFinding& field : f.fields) {
      text += fmt::format("\n  {} {} {} {} {} {}", field.path, static_cast<int>(field.kind),
                          field.parameter, field.form, field.p_adjusted.value_or(-1),
                          fmt::join(field.examples, ","));
    }
    for (const Evidence& e : f.evidence) text += fmt::format(" {}@{}", e.trial, e.offset);
  };
  for (const Finding& finding : proof.findings) add(finding);
  for (const Finding& finding : proof.candidates) add(finding);
  for (const Background& b : proof.background) {
    text += fmt::format("\n{} {} {}", b.destination.name, b.message, b.count);
    for (const auto& [event, excess] : b.max_excess) text += fmt::format(" {}={}", event, excess);
  }
  for (const auto& [cause, bytes] : proof.bytes.by_cause)
    text += fmt::format("\n{} {}", cause, bytes);
  return text;
}

TEST(Attribute, TheKioskIsFoundWithAllItsStimulusFieldsAndNothingElse) {
  World world(7);
  synthetic::kiosk(world);
  world.input.design.draws = 9999;
  const Proof proof = attribute(world.input);

  EXPECT_EQ(proof.law, "blocks of 4+4");
  EXPECT_TRUE(proof.reasons.empty());
  EXPECT_TRUE(proof.none.empty());
  ASSERT_EQ(proof.findings.size(), 3u);
  const Finding* brew = finding_for(proof, "brew", "PUBLISH kiosk/{}/brew");
  const Finding* sale = finding_for(proof, "pay", "POST /v1/order");
  const Finding* dispensed = finding_for(proof, "pay", "PUBLISH kiosk/{}/brew");
  ASSERT_TRUE(brew && sale && dispensed);

  EXPECT_EQ(sale->grade, 'A');
  EXPECT_EQ(sale->against, "sham: host");
  EXPECT_EQ(sale->destination.name, "api.kiosk.example");
  EXPECT_EQ(sale->timing->event_hits, 16);
  EXPECT_EQ(sale->timing->event_trials, 16);
  EXPECT_EQ(sale->timing->sham_hits, 0);
  EXPECT_EQ(sale->timing->sham_trials, 16);
  EXPECT_EQ(sale->timing->window, (Window{0, 100 * ms}));
  EXPECT_NEAR(sale->timing->p, 4.16e-8, 0.01e-8);  // 1 / 70^4
  EXPECT_DOUBLE_EQ(sale->timing->p_adjusted, 1e-4);
  EXPECT_EQ(sale->evidence.size(), 16u);
  EXPECT_EQ(sale->served_by_dns, std::vector<std::string>{"query A api.kiosk.example"});

  std::map<std::string, std::string> stimulus;
  for (const FieldFinding& field : sale->fields) {
    if (field.kind == FieldKind::stimulus)
      stimulus[field.path] = field.parameter + " " + field.form;
  }
  EXPECT_EQ(stimulus,
            (std::map<std::string, std::string>{{"body|json:/cents", "amount minor units"},
                                                {"body|json:/price", "amount decimal"},
                                                {"body|json:/card", "card text"},
                                                {"body|json:/drink", "drink text"},
                                                {"body|json:/method", "method mapping"}}));
  EXPECT_EQ(kind_at(*sale, "body|json:/sn"), FieldKind::constant);
  EXPECT_EQ(kind_at(*sale, "body|json:/seq"), FieldKind::counter);
  EXPECT_EQ(kind_at(*sale, "body|json:/ts"), FieldKind::time);
  EXPECT_EQ(kind_at(*sale, "body|json:/nonce"), FieldKind::random);
  EXPECT_EQ(sale->fields.size(), 12u);
  const FieldFinding* method = field_at(*sale, "body|json:/method");
  EXPECT_EQ(method->mapping,
            (std::vector<std::pair<std::string, std::string>>{{"app", "02"}, {"card", "01"}}));
  EXPECT_EQ(method->matched, 16);
  EXPECT_EQ(method->of, 16);
  EXPECT_DOUBLE_EQ(*method->p, 2.0 / 12870);  // this deal and its mirror image
  // Four shuffles read method's column or drink's perfectly; five parameters were asked about.
  EXPECT_DOUBLE_EQ(*method->p_adjusted, 5 * 4.0 / 12870);
  // 16! deals, two columns x forms that could have matched (cents, price; some cents are another
  // amount's zigzag, too few for content's share), five parameters.
  EXPECT_NEAR(*field_at(*sale, "body|json:/cents")->p_adjusted * 20922789888000.0, 10, 1e-6);

  EXPECT_EQ(field_at(*brew, "payload|json:/drink")->parameter, "drink");
  EXPECT_EQ(kind_at(*brew, "payload|json:/t"), FieldKind::time);
  EXPECT_EQ(kind_at(*brew, "payload|json:/temp"), FieldKind::unexplained);
  EXPECT_EQ(field_at(*dispensed, "payload|json:/drink")->parameter, "drink");
  EXPECT_EQ(kind_at(*dispensed, "payload|json:/by"), FieldKind::constant);
}

TEST(Attribute, TheOrderOfMessagesDoesNotMatter) {
  World world(3);
  synthetic::kiosk(world);
  const std::string once = render(attribute(world.input));
  Generator(9).shuffle(std::span(world.input.messages));
  EXPECT_EQ(render(attribute(world.input)), once);
  EXPECT_EQ(render(attribute(world.input)), once);
}

TEST(Attribute, TheLocaleDoesNotMatter) {
  World world(3);
  synthetic::kiosk(world);
  const std::string once = render(attribute(world.input));
  const std::string before = std::setlocale(LC_ALL, nullptr);
  bool changed = false;
  for (const char* name : {"de_DE.UTF-8", "tr_TR.UTF-8", "C.UTF-8"}) {
    changed = changed || std::setlocale(LC_ALL, name) != nullptr;
    if (changed) break;
  }
  EXPECT_EQ(render(attribute(world.input)), once);
  std::setlocale(LC_ALL, before.c_str());
  if (!changed) GTEST_SKIP() << "no other locale is installed";
}

TEST(Attribute, AMuteMachineIsSilentWithItsBound) {
  World world(5);
  world.deal({"brew", "pay"});
  synthetic::add_background(world);
  const Proof proof = attribute(world.input);
  EXPECT_TRUE(proof.findings.empty());
  EXPECT_TRUE(proof.reasons.empty());
  ASSERT_EQ(proof.none.size(), 2u);
  EXPECT_EQ(proof.none[0].event, "brew");
  EXPECT_EQ(proof.none[0].trials, 16);
  EXPECT_NEAR(proof.none[0].upper_bound, 0.1707, 5e-5);  // 1 - 0.05^(1/16)
  EXPECT_EQ(proof.none[0].horizon_ns, 350 * ms);
  ASSERT_EQ(proof.background.size(), 4u);  // look-ups went with the polls they served
  for (const Background& one : proof.background) {
    EXPECT_GT(one.count, 10u);
    EXPECT_EQ(one.max_excess.size(), 2u);
    EXPECT_GT(one.max_excess.at("pay"), 0.0);
  }
}

TEST(Attribute, ADeafMachineClaimsNothingAndAssertsNothing) {
  World world(5);
  synthetic::kiosk(world);  // whatever it sends: nobody can say that the acts took place
  for (Trial& trial : world.input.trials) {
    if (!trial.sham) trial.status = TrialStatus::unconfirmed;
  }
  const Proof proof = attribute(world.input);
  EXPECT_EQ(proof.reasons, std::vector<std::string>{"unconfirmed"});
  EXPECT_TRUE(proof.findings.empty());
  EXPECT_TRUE(proof.candidates.empty());
  EXPECT_TRUE(proof.none.empty());
  ASSERT_FALSE(proof.background.empty());
  EXPECT_TRUE(proof.background[0].max_excess.empty());
  EXPECT_EQ(proof.bytes.by_cause.at("unexplained"), world.input.up_bytes);
}

TEST(Attribute, OneUnconfirmedActIsAnalysedAsAssigned) {
  World world(7);
  synthetic::kiosk(world);
  world.trials_of("pay", false)[3]->status = TrialStatus::unconfirmed;  // 1 of 32: 3.1 %
  const Proof proof = attribute(world.input);
  EXPECT_TRUE(proof.reasons.empty());
  ASSERT_TRUE(finding_for(proof, "pay", "POST /v1/order"));
  EXPECT_EQ(finding_for(proof, "pay", "POST /v1/order")->timing->event_trials, 16);
}

TEST(Attribute, ADamagedBlockIsLeftOutAndCounted) {
  World world(7);
  synthetic::kiosk(world);
  world.input.trials[0].status = TrialStatus::excluded;
  world.input.trials[0].reason = "capture-gap";
  const Proof proof = attribute(world.input);
  int left_out = 0;
  for (const Exclusion& exclusion : proof.exclusions) left_out += exclusion.trials;
  EXPECT_EQ(left_out, 16);
  const Finding* sale = finding_for(proof, "pay", "POST /v1/order");
  ASSERT_TRUE(sale);
  EXPECT_EQ(sale->timing->event_trials, 12);
  EXPECT_NEAR(sale->timing->p, 2.9155e-6, 0.0001e-6);
  EXPECT_EQ(sale->evidence.size(), 12u);
}

TEST(Attribute, AnEventWithoutShamIsNeitherFoundNorSilent) {
  World world(7);
  synthetic::kiosk(world);
  std::erase_if(world.input.trials, [](const Trial& t) { return t.sham && t.event == "brew"; });
  const Proof proof = attribute(world.input);
  EXPECT_EQ(proof.reasons, std::vector<std::string>{"no-sham"});
  for (const Finding& finding : proof.findings) EXPECT_EQ(finding.event, "pay");
  EXPECT_TRUE(proof.none.empty());
  // The drink stands in the telemetry, but nobody tested whether the act sends it.
  ASSERT_EQ(proof.candidates.size(), 1u);
  EXPECT_EQ(proof.candidates[0].event, "brew");
  EXPECT_EQ(proof.candidates[0].relation, "carried_by");
  EXPECT_EQ(proof.candidates[0].grade, 'C');
  EXPECT_EQ(proof.candidates[0].reasons.size(), 1u);
  EXPECT_THAT(arithmetic(world.input, "C1"), testing::HasSubstr("is carried by"));
}

TEST(Attribute, ADesignTooSmallToProveAnythingSaysSo) {
  World world(7);
  world.deal({"brew"}, 1);  // 1/70 is above 0.005
  for (const Trial& trial : world.input.trials) {
    if (!trial.sham) synthetic::send_brew_telemetry(world, trial, "latte", "panel");
  }
  const Proof proof = attribute(world.input);
  EXPECT_EQ(proof.reasons, std::vector<std::string>{"too-few-trials"});
  EXPECT_TRUE(proof.findings.empty());
  EXPECT_TRUE(proof.none.empty());
}

TEST(Attribute, TooFewDrawsCannotReachTheLevel) {
  World world(7);
  synthetic::kiosk(world);
  world.input.design.draws = 99;  // 1/100 is above 0.005
  const Proof proof = attribute(world.input);
  EXPECT_EQ(proof.reasons, std::vector<std::string>{"too-few-draws"});
  EXPECT_TRUE(proof.findings.empty());
}

TEST(Attribute, NothingAtAllIsNoCrash) {
  const Proof proof = attribute({});
  EXPECT_EQ(proof.reasons.front(), "no-trials");
  EXPECT_TRUE(proof.findings.empty());
}

TEST(Attribute, ADrawOfTheWholeRunIsAnAssumptionThatIsStated) {
  World world(7);
  synthetic::kiosk(world);
  for (Trial& trial : world.input.trials) trial.block.reset();
  const Proof proof = attribute(world.input);
  EXPECT_EQ(proof.law, "one whole-run draw (assumed)");
  ASSERT_TRUE(finding_for(proof, "pay", "POST /v1/order"));
  // 1 / C(32,16)
  EXPECT_NEAR(finding_for(proof, "pay", "POST /v1/order")->timing->p * 601080390, 1, 1e-9);
}

TEST(Attribute, ALogMadeElsewhereNeedsNoDesign) {
  World world(7);
  synthetic::kiosk(world);
  world.input.design.events.clear();
  const Proof proof = attribute(world.input);
  const Finding* sale = finding_for(proof, "pay", "POST /v1/order");
  ASSERT_TRUE(sale);
  EXPECT_EQ(sale->against, "sham");
  EXPECT_EQ(field_at(*sale, "body|json:/cents")->parameter, "amount");
  EXPECT_EQ(field_at(*sale, "body|json:/price")->form, "decimal");
  EXPECT_EQ(field_at(*sale, "body|json:/method")->parameter, "method");
}

TEST(Attribute, WithoutWindowsTheLongestObservationIsTheWindow) {
  World world(7);
  synthetic::kiosk(world);
  world.input.design.windows.clear();
  const Proof proof = attribute(world.input);
  ASSERT_TRUE(finding_for(proof, "pay", "POST /v1/order"));
  EXPECT_EQ(finding_for(proof, "pay", "POST /v1/order")->timing->window, (Window{0, 350 * ms}));
}

TEST(Attribute, LatencyIsThatOfTheFirstMessageFromTheLastContact) {
  World world(7);
  world.deal({"brew"}, 2);
  std::int64_t n = 0;
  for (const Trial& trial : world.input.trials) {
    if (trial.sham) continue;
    ++n;  // 10, 20 ... 80 ms, and a second copy later on
    world.send(trial.origin_ns() + n * 10 * ms, "mq.x.example", 1883, "mqtt", "PUBLISH a");
    world.send(trial.origin_ns() + 200 * ms, "mq.x.example", 1883, "mqtt", "PUBLISH a");
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(proof.findings[0].latency->median_ns, 45 * ms);
  EXPECT_EQ(proof.findings[0].latency->p95_ns, 80 * ms);
  EXPECT_EQ(proof.findings[0].latency->max_ns, 80 * ms);
  EXPECT_EQ(proof.findings[0].grade, 'B');  // nothing was read in it
}

TEST(Attribute, EvidenceNamesThePacketOfEveryAct) {
  World world(7);
  synthetic::kiosk(world);
  const Proof proof = attribute(world.input);
  const Finding* sale = finding_for(proof, "pay", "POST /v1/order");
  ASSERT_TRUE(sale);
  for (const Evidence& evidence : sale->evidence) {
    const auto& trial = world.input.trials.at(static_cast<std::size_t>(evidence.trial - 1));
    EXPECT_FALSE(trial.sham);
    const auto message =
        std::find_if(world.input.messages.begin(), world.input.messages.end(),
                     [&](const KeptMessage& m) { return m.first.frame == evidence.frame; });
    ASSERT_NE(message, world.input.messages.end());
    EXPECT_EQ(message->first.offset, evidence.offset);
    EXPECT_LT(message->time_ns - trial.origin_ns(), 100 * ms);
  }
}

TEST(Attribute, EveryUplinkByteIsAccountedFor) {
  World world(7);
  synthetic::kiosk(world);
  const ByteLedger bytes = attribute(world.input).bytes;
  std::uint64_t sum = 0;
  for (const auto& [cause, count] : bytes.by_cause) sum += count;
  EXPECT_EQ(sum, world.input.up_bytes);
  EXPECT_EQ(bytes.up_total, world.input.up_bytes);
  EXPECT_EQ(bytes.by_cause.at("brew"), 16u * 140);
  EXPECT_EQ(bytes.by_cause.at("pay"), 16u * (140 + 300 + 35));  // telemetry, sale, its look-up
  EXPECT_EQ(bytes.by_cause.at("overhead"), 66 * world.input.messages.size());
  EXPECT_EQ(bytes.by_cause.at("unexplained"), 0u);
}

TEST(Attribute, SizesThatCannotBeAreUnexplained) {
  World world(7);
  synthetic::kiosk(world);
  world.input.up_bytes = 1000;
  const ByteLedger bytes = attribute(world.input).bytes;
  EXPECT_EQ(bytes.by_cause.at("unexplained"), 1000u);
  EXPECT_EQ(bytes.by_cause.at("background"), 0u);
}

TEST(Attribute, HeardNoLongerThanTheCaptureLasted) {
  World world(5);
  world.deal({"brew"});
  world.input.capture_end_ns = world.input.trials.back().origin_ns() + 120 * ms;
  ASSERT_EQ(attribute(world.input).none.size(), 1u);
  EXPECT_EQ(attribute(world.input).none[0].horizon_ns, 120 * ms);
}

TEST(Attribute, CardNumbersAreMaskedInExamples) {
  World world(7);
  world.deal({"pay"});
  for (const Trial& trial : world.input.trials) {
    if (trial.sham) continue;
    world.send(trial.origin_ns() + 10 * ms, "api.x.example", 80, "http", "POST /pay",
               {text("body|json:/pan", "4111111111111111")});
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(proof.findings[0].fields[0].examples, std::vector<std::string>{"411111******1111"});
}

TEST(Attribute, MissingBytesLowerAFinding) {
  World world(7);
  world.deal({"brew"});
  for (const Trial& trial : world.input.trials) {
    if (trial.sham) continue;
    world.send(trial.origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /a").gap = true;
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(proof.findings[0].reasons,
            std::vector<std::string>{"bytes missing in 16 of its messages"});
}

/// Sends "PUBLISH a" 10 ms into the first `acts` acts and `shams` shams of each block.
void send_in_each_block(World& world, int acts, int shams) {
  std::map<std::pair<int, bool>, int> sent;
  for (const Trial& trial : world.input.trials) {
    if (sent[{*trial.block, trial.sham}]++ >= (trial.sham ? shams : acts)) continue;
    world.send(trial.origin_ns() + 10 * ms, "mq.x.example", 1883, "mqtt", "PUBLISH a", {}, 1);
  }
}

TEST(Attribute, WhatIsOnlyLikelyIsACandidate) {
  // Three of four acts and one of four shams in each of four blocks. A block's law is 1 16 36 16 1
  // of 70; to the fourth power, from 12 on: p = 0.0088. Not below 0.005, but below 5 %.
  World world(7);
  world.deal({"brew"});
  send_in_each_block(world, 3, 1);
  const Proof proof = attribute(world.input);
  EXPECT_TRUE(proof.findings.empty());
  ASSERT_EQ(proof.candidates.size(), 1u);
  EXPECT_EQ(proof.candidates[0].id, "C1");
  EXPECT_EQ(proof.candidates[0].grade, 'C');
  EXPECT_EQ(proof.candidates[0].timing->event_hits, 12);
  EXPECT_EQ(proof.candidates[0].timing->sham_hits, 4);
  EXPECT_NEAR(proof.candidates[0].timing->p, 212085.0 / 24010000, 1e-6);
  ASSERT_EQ(proof.none.size(), 1u);  // and nothing is claimed of it
  EXPECT_EQ(proof.background.size(), 1u);
}

TEST(Attribute, AMessageThatComesAfterHalfOfTheActsIsFound) {
  World world(7);
  world.deal({"brew"}, 8);
  send_in_each_block(world, 2, 0);
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(proof.findings[0].timing->event_hits, 16);
  EXPECT_EQ(proof.findings[0].timing->event_trials, 32);
  // In a block 2 of 8 slots, both acts: C(4,2) / C(8,2) = 6/28, eight times.
  EXPECT_NEAR(proof.findings[0].timing->p, std::pow(6.0 / 28, 8), 1e-12);
}

constexpr std::int64_t second = 1'000 * ms;

/// Slots as far apart as life's: 95 s, give or take. One event and another between.
World life(std::uint64_t seed, int blocks = 4) {
  World world(seed);
  world.deal({"brew", "pay"}, blocks);
  std::int64_t now = synthetic::start;
  for (Trial& trial : world.input.trials) {
    now += 64 * second + world.within(0, 60 * second);
    trial.start_ns = now;
    trial.act_ns = now;
    trial.end_ns = now + 60 * second;
  }
  world.end = now + 300 * second;  // longer than the widest window
  world.input.capture_end_ns = world.end;
  world.input.design.draws = 4999;
  world.input.design.windows = {{0, 2 * second},
                                {0, 15 * second},
                                {0, 60 * second},
                                {60 * second, 120 * second},
                                {120 * second, 240 * second}};
  return world;
}

void tell(World& world, std::int64_t time_ns) {
  world.send(time_ns, "mq.x.example", 1883, "mqtt", "PUBLISH told", {}, 1);
}

TEST(Attribute, WhatComesWhenTheNextSlotsAreLongUnderWayIsFound) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    World world = life(seed);
    for (const Trial* act : world.trials_of("brew", false))
      tell(world, act->origin_ns() + world.within(20 * second, 200 * second));
    const Proof proof = attribute(world.input);
    ASSERT_EQ(proof.findings.size(), 1u) << seed;
    EXPECT_EQ(proof.findings[0].event, "brew");
    ASSERT_TRUE(proof.findings[0].timing->counted);
    EXPECT_EQ(proof.findings[0].timing->counted->every, 1);
    // 16, or nearly as many in a narrower window where that is more surprising.
    const int count = proof.findings[0].timing->counted->count;
    EXPECT_GE(count, 14) << seed;
    EXPECT_EQ(std::ssize(proof.findings[0].evidence), count) << seed;  // each act has its own
    ASSERT_EQ(proof.none.size(), 1u);
    EXPECT_EQ(proof.none[0].horizon_ns, 240 * second);  // of declared windows
  }
}

// A sale and the drink that it pays for go one way, among records of the weather.
TEST(Attribute, TwoPartsOfOneUnitAreTwoFindings) {
  World world(5);
  world.deal({"pay"});
  world.deal_amounts("pay", "amount");
  const auto send = [&](std::int64_t t, const std::string& type, const std::string& value) {
    world.send(t, "api.x.example", 80, "http", "POST /v1/events",
               {text("body|json:/type", type), text("body|json:/value", value)});
  };
  for (const Trial* act : world.trials_of("pay", false)) {
    send(act->origin_ns() + world.within(10 * ms, 40 * ms), "sale",
         synthetic::param(act, "amount"));
    send(act->origin_ns() + world.within(50 * ms, 90 * ms), "drink", "latte");
  }
  world.every(60 * ms, 40 * ms, [&](std::int64_t t) { send(t, "env", "211"); });
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 2u);
  std::set<std::string> nodes;
  for (const Finding& finding : proof.findings) {
    nodes.insert(finding.node.value_or(""));
    EXPECT_EQ(finding.timing->event_hits, 16);
  }
  EXPECT_EQ(nodes, (std::set<std::string>{"type=sale", "type=drink"}));
  const Finding& sale =
      *proof.findings[0].node == "type=sale" ? proof.findings[0] : proof.findings[1];
  EXPECT_EQ(synthetic::field_at(sale, "body|json:/value")->parameter, "amount");
  ASSERT_EQ(proof.background.size(), 1u);
  EXPECT_EQ(proof.background[0].count, world.input.messages.size() - 32);
}

// A drink that is sold says the same as one that is asked for, and comes before it now and then.
TEST(Attribute, WhatTwoEventsSendAlikeIsDealtOutToTheActsOfBoth) {
  World world = life(6);
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  for (const Trial& act : world.input.trials) {
    if (act.sham) continue;
    const bool sold = act.event == "pay";
    world.send(act.origin_ns() + 230 * second, "mq.x.example", 1883, "mqtt", "PUBLISH told",
               {text("payload|json:/drink", sold ? "mocha" : synthetic::param(&act, "drink"))}, 1);
  }
  const Proof proof = attribute(world.input);
  const Finding* brew = synthetic::finding_for(proof, "brew", "PUBLISH told");
  ASSERT_NE(brew, nullptr);
  const FieldFinding& drink = *synthetic::field_at(*brew, "payload|json:/drink");
  EXPECT_EQ(drink.parameter, "drink");
  EXPECT_EQ(drink.matched, 16);
  EXPECT_EQ(drink.form, "text");
}

TEST(Attribute, WhatWaitsForTheNextContactIsFound) {
  World world = life(3);
  std::int64_t contact = synthetic::start;
  for (const Trial* act : world.trials_of("pay", false)) {
    while (contact <= act->origin_ns()) contact += world.within(120 * second, 200 * second);
    tell(world, contact);
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(proof.findings[0].event, "pay");
}

TEST(Attribute, WhatComesWithEverySecondActIsFound) {
  // 8 messages of 16 acts: that each comes with an act has p = 0.002.
  World world = life(4);
  int brewed = 0;
  for (const Trial* act : world.trials_of("brew", false))
    if (++brewed % 2 == 0) tell(world, act->origin_ns() + world.within(0, second));
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  const Timing& timing = *proof.findings[0].timing;
  EXPECT_EQ(timing.event_hits, 8);
  ASSERT_TRUE(timing.counted);
  EXPECT_EQ(timing.counted->every, 2);
  EXPECT_EQ(timing.counted->count, 8);
  EXPECT_LT(timing.p, 2e-4);
}

// A machine counts its cups, whoever ordered them, and tells of every fifth.
TEST(Attribute, WhatComesWithEveryFifthActOfWhateverEventIsFound) {
  World world = life(8, 10);
  world.input.design.windows = {{0, 2 * second}};
  int cups = 0;
  for (const Trial& act : world.input.trials)
    if (!act.sham && ++cups % 5 == 0) tell(world, act.origin_ns() + world.within(0, second));
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 2u);
  int counted = 0;
  for (const Finding& finding : proof.findings) {
    const Timing& timing = *finding.timing;
    EXPECT_EQ(timing.sham_hits, 0);
    ASSERT_TRUE(timing.counted) << finding.event;
    EXPECT_EQ(timing.counted->every, 5);
    EXPECT_TRUE(timing.counted->all_events);
    EXPECT_EQ(timing.counted->count, timing.event_hits);
    counted += timing.counted->count;
    const std::string why = arithmetic(world.input, finding.id);
    EXPECT_THAT(why, testing::HasSubstr("Acts of all events count"));
    EXPECT_THAT(why, testing::HasSubstr("number 5: counts"));
  }
  EXPECT_EQ(counted, 16);

  Findings before;
  before.findings = proof.findings;
  world.input.to_confirm = claims_to_confirm(before);
  const Proof again = attribute(world.input);
  ASSERT_EQ(again.confirmations.size(), 2u);
  for (const Confirmation& asked : again.confirmations) {
    EXPECT_EQ(asked.verdict, "confirmed");
    EXPECT_TRUE(asked.timing->counted->all_events);
  }
}

}  // namespace
}  // namespace brewproof
