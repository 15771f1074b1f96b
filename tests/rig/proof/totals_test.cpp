#include "rig/proof/totals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "rig/proof/explain.h"
#include "rig/proof/slots.h"
#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::ms;
using synthetic::text;
using synthetic::World;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// ---- the fit, by hand ----

TEST(PartialFit, WithNothingBesideAConstantItIsPearsonsCorrelation) {
  // 1 2 3 4 and 1 3 2 4, less their means: products 2.25 - 0.25 - 0.25 + 2.25 = 4, squares 5 and 5.
  const PartialFit fit({1, 2, 3, 4}, {{1, 1, 1, 1}});
  EXPECT_NEAR(fit.correlation(Figures{1, 3, 2, 4}), 0.8, 1e-12);
  EXPECT_NEAR(fit.slope(Figures{1, 3, 2, 4}), 0.8, 1e-12);
  EXPECT_EQ(fit.freedom(), 2u);
}

TEST(PartialFit, WhatIsExplainedBesideIsTakenOutOfBoth) {
  // 3 x + 7 y: freed of y nothing but x is left, whatever y was.
  const Figures x{0, 1, 0, 1, 1, 0, 0, 1}, y{5, 1, 2, 2, 9, 4, 0, 3};
  Figures numbers;
  for (std::size_t i = 0; i < x.size(); ++i) numbers.push_back(3 * x[i] + 7 * y[i]);
  const PartialFit fit(numbers, {Figures(8, 1.0), y});
  EXPECT_NEAR(fit.correlation(x), 1, 1e-12);
  EXPECT_NEAR(fit.slope(x), 3, 1e-12);
  EXPECT_EQ(fit.correlation(y), 0);
}

TEST(PartialFit, ARankIsOneMinusTheSquareToHalfTheFreedom) {
  EXPECT_NEAR(rank_of_fit(0.6, 4), 0.64 * 0.64, 1e-9);  // (1 - 0.36)^2
  EXPECT_NEAR(rank_of_fit(-0.8, 3), std::pow(0.36, 1.5), 1e-9);
  EXPECT_NEAR(rank_of_fit(1, 2), 1e-9, 1e-15);
}

TEST(Slots, AMessageInSlotKWasSentAfterTheFirstKTrials) {
  std::vector<Trial> trials(3);
  trials[0].start_ns = 300;
  trials[1].start_ns = 100;
  trials[2].start_ns = 200;
  trials[2].act_ns = 210;
  const Slots slots(trials);
  EXPECT_EQ(slots.at(99), 0u);
  EXPECT_EQ(slots.at(100), 1u);
  EXPECT_EQ(slots.at(209), 1u);
  EXPECT_EQ(slots.at(210), 2u);
  EXPECT_EQ(slots.at(1000), 3u);
}

// ---- machines ----

class RunningTotals : public testing::Test {
 protected:
  /// What has been done by then, of one event; by the drink where one is given.
  std::int64_t done(std::int64_t by_ns, const std::string& event, const std::string& drink = "") {
    std::int64_t count = 0;
    for (const Trial& trial : world.input.trials) {
      if (trial.sham || trial.event != event || trial.origin_ns() + 20 * ms > by_ns) continue;
      if (drink.empty() || std::get<std::string>(trial.params.at("drink")) == drink) ++count;
    }
    return count;
  }
  std::int64_t taken(std::int64_t by_ns) {
    std::int64_t sum = 0;
    for (const Trial& trial : world.input.trials) {
      if (!trial.sham && trial.event == "pay" && trial.origin_ns() + 20 * ms <= by_ns)
        sum += std::get<std::int64_t>(trial.params.at("amount"));
    }
    return sum;
  }
  template <class Fields>
  void heartbeat(std::int64_t period, std::int64_t jitter, const Fields& fields) {
    world.every(period, jitter, [&](std::int64_t t) {
      world.send(t, "mqtt.example", 1883, "mqtt", "PUBLISH hb", fields(t), 1);
    });
  }
  /// "brew size: count of brew".
  static std::vector<std::string> said(const Proof& proof) {
    std::vector<std::string> all;
    for (const Finding& finding : proof.findings) {
      for (const FieldFinding& field : finding.fields) {
        if (field.carries.empty()) continue;
        EXPECT_EQ(finding.relation, "carried_by");
        EXPECT_EQ(field.kind, FieldKind::counter);
        EXPECT_FALSE(finding.evidence.empty());
        all.push_back(finding.event + " " + field.path + ": " + field.carries);
      }
    }
    return all;
  }

  World world{11};
};

TEST_F(RunningTotals, ABareCounterOnAHeartbeatCountsTheActs) {
  world.deal({"brew", "pay"});
  world.input.design.draws = 9999;
  heartbeat(80 * ms, 60 * ms, [&](std::int64_t t) {
    return std::vector{text("/cups", std::to_string(1700 + done(t, "brew"))),
                       text("/uptime", std::to_string((t - synthetic::start) / ms))};
  });
  const Proof proof = attribute(world.input);
  EXPECT_THAT(said(proof), ElementsAre("brew /cups: count of brew"));
  const FieldFinding& cups = proof.findings.at(0).fields.at(0);
  EXPECT_EQ(proof.findings[0].grade, 'A');
  EXPECT_NEAR(cups.each, 1, 1e-9);
  EXPECT_EQ(cups.matched, cups.of);
  EXPECT_EQ(cups.p_adjusted, 1e-4);
  const std::string why = arithmetic(world.input, "F1");
  EXPECT_THAT(why, HasSubstr("field /cups adds up: count of brew, 1 more with each"));
  EXPECT_THAT(why, HasSubstr("freed of what is beside: r = 1.000000000"));
  EXPECT_THAT(why, HasSubstr("|r| was as large in 0\n  p = (1 + 0) / (1 + 9999) = 0.0001"));
}

TEST_F(RunningTotals, ACounterOfAllEventsIsFoundForEach) {
  world.deal({"brew", "pay"});
  world.input.design.draws = 9999;
  heartbeat(80 * ms, 60 * ms, [&](std::int64_t t) {
    return std::vector{text("/cups", std::to_string(done(t, "brew") + done(t, "pay")))};
  });
  EXPECT_THAT(said(attribute(world.input)),
              ElementsAre("brew /cups: count of brew", "pay /cups: count of pay"));
}

TEST_F(RunningTotals, SeveralActsBetweenTwoMessagesAndARestartBreakNothing) {
  world.deal({"brew"});
  world.input.design.draws = 9999;
  const std::int64_t midnight = (synthetic::start + world.end) / 2;
  heartbeat(1500 * ms, 500 * ms, [&](std::int64_t t) {
    const std::int64_t before = t < midnight ? 0 : done(midnight, "brew");
    return std::vector{text("/today", std::to_string(done(t, "brew") - before))};
  });
  EXPECT_THAT(said(attribute(world.input)), ElementsAre("brew /today: count of brew"));
}

TEST_F(RunningTotals, TakingsAreTheSumOfTheAmounts) {
  world.deal({"pay"});
  world.input.design.draws = 9999;
  world.deal_amounts("pay", "amount");
  heartbeat(700 * ms, 300 * ms, [&](std::int64_t t) {
    const std::int64_t cents = 100'000 + taken(t);
    return std::vector{text("/eur", std::to_string(cents / 100) + "." +
                                        std::to_string(cents % 100 / 10) +
                                        std::to_string(cents % 10))};
  });
  const Proof proof = attribute(world.input);
  EXPECT_THAT(said(proof), ElementsAre("pay /eur: sum of amount"));
  EXPECT_NEAR(proof.findings.at(0).fields.at(0).each, 0.01, 1e-9);
}

TEST_F(RunningTotals, ACounterOfOneDrinkNamesTheDrink) {
  world.deal({"brew"});
  world.input.design.draws = 9999;
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  heartbeat(80 * ms, 60 * ms, [&](std::int64_t t) {
    return std::vector{text("/lattes", std::to_string(done(t, "brew", "latte")))};
  });
  EXPECT_THAT(said(attribute(world.input)),
              ElementsAre("brew /lattes: count of brew with drink=latte"));
}

// Always the same drink with the same method: no fall of the lots tells which was counted.
TEST_F(RunningTotals, OfParametersThatAlwaysWentTogetherBothAreNamed) {
  world.deal({"brew"});
  world.input.design.draws = 9999;
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  world.deal_levels("brew", "method", {"app", "card"});
  for (Trial& trial : world.input.trials)
    trial.params["method"] = trial.params.at("drink") == Value{"latte"} ? "app" : "card";
  heartbeat(80 * ms, 60 * ms, [&](std::int64_t t) {
    return std::vector{text("/lattes", std::to_string(done(t, "brew", "latte")))};
  });
  EXPECT_THAT(said(attribute(world.input)),
              ElementsAre("brew /lattes: count of brew with drink=latte or count of brew with "
                          "method=app"));
}

TEST_F(RunningTotals, OfTwoAmountsThatAlwaysWentTogetherBothSumsAreNamed) {
  world.deal({"pay"});
  world.input.design.draws = 9999;
  world.deal_amounts("pay", "amount");
  world.deal_amounts("pay", "price");
  world.deal_amounts("pay", "tip");
  for (Trial& trial : world.input.trials)
    trial.params["price"] = std::get<std::int64_t>(trial.params.at("amount")) * 2 + 7;
  heartbeat(700 * ms, 300 * ms,
            [&](std::int64_t t) { return std::vector{text("/eur", std::to_string(taken(t)))}; });
  EXPECT_THAT(said(attribute(world.input)), ElementsAre("pay /eur: sum of amount or sum of price"));
}

TEST_F(RunningTotals, ACounterInAStructIsFoundAtItsOffset) {
  world.deal({"brew"});
  world.input.design.draws = 9999;
  heartbeat(80 * ms, 60 * ms, [&](std::int64_t t) {
    const auto cups = static_cast<unsigned>(0x0110 + done(t, "brew"));
    std::string bytes = "4b9501" + world.hex(2);
    for (const unsigned byte : {cups & 255, cups >> 8}) {  // little endian at 5
      bytes += "0123456789abcdef"[byte >> 4];
      bytes += "0123456789abcdef"[byte & 15];
    }
    return std::vector{Field{"payload", bytes, FieldType::bytes}};
  });
  EXPECT_THAT(said(attribute(world.input)), ElementsAre("brew bytes:5+1: count of brew"));
}

TEST_F(RunningTotals, OfASealedBatchTheLengthGrowsWithTheActsSinceTheLastOne) {
  world.deal({"pay"}, 6);
  world.input.design.draws = 9999;
  std::int64_t told = 0;
  world.every(1200 * ms, 600 * ms, [&](std::int64_t t) {
    const std::int64_t news = done(t, "pay") - std::exchange(told, done(t, "pay"));
    const auto size = static_cast<std::uint64_t>(180 + 105 * news + world.within(0, 3));
    const std::uint64_t from = size / 10 * 10;
    world.send(t, "api.example", 443, "tls",
               "record " + std::to_string(from) + ".." + std::to_string(from + 9) + " B", {}, 2,
               size);
  });
  world.every(200 * ms, 100 * ms, [&](std::int64_t t) {  // its poll is shorter
    world.send(t, "api.example", 443, "tls", "record 90..99 B", {}, 2, 95);
  });
  const Proof proof = attribute(world.input);
  ASSERT_THAT(said(proof), ElementsAre("pay size: count of pay"));
  const Finding& batch = proof.findings.at(0);
  EXPECT_EQ(batch.grade, 'B');
  EXPECT_NEAR(batch.fields.at(0).each, 105, 3);
  EXPECT_THAT(batch.message, testing::StartsWith("record "));
  EXPECT_THAT(batch.message, testing::Not(testing::StartsWith("record 90..")));  // not its poll
}

// A keep-alive comes when nothing was said for a while: the more acts, the fewer of them.
TEST_F(RunningTotals, WhatActsPutOffIsNoBatchOfThem) {
  world.deal({"brew"}, 8);
  world.input.design.draws = 9999;
  std::int64_t silent_since = synthetic::start;
  std::size_t next = 0;
  for (std::int64_t t = synthetic::start; t < world.end; t += 10 * ms) {
    while (next < world.input.trials.size() && world.input.trials[next].origin_ns() <= t) {
      if (!world.input.trials[next++].sham) silent_since = t;
    }
    if (t - silent_since < 300 * ms) continue;
    silent_since = t;
    world.send(t, "mqtt.example", 1883, "mqtt", "PINGREQ", {}, 1, 2);
  }
  EXPECT_THAT(said(attribute(world.input)), IsEmpty());
}

TEST_F(RunningTotals, ClocksSequencesAndOtherPeoplesCupsAreNothingOfOurs) {
  world.deal({"brew", "pay"});
  world.input.design.draws = 9999;
  std::int64_t sequence = 0, others = 0;
  heartbeat(80 * ms, 60 * ms, [&](std::int64_t t) {
    others += world.within(0, 4) == 0 ? 1 : 0;
    return std::vector{text("/seq", std::to_string(++sequence)),
                       text("/uptime", std::to_string((t - synthetic::start) / ms)),
                       text("/others", std::to_string(others))};
  });
  EXPECT_THAT(attribute(world.input).findings, IsEmpty());
}

TEST_F(RunningTotals, ASlotThatActsMakeLongerExplainsNothing) {
  world.deal({"brew"});
  world.input.design.draws = 9999;
  std::int64_t later = 0;  // the rig waits until the machine is ready again
  for (Trial& trial : world.input.trials) {
    trial.start_ns += later;
    *trial.act_ns += later;
    trial.end_ns += later;
    if (!trial.sham) later += 900 * ms;
  }
  world.end += later;
  std::int64_t sequence = 0;
  heartbeat(80 * ms, 60 * ms, [&](std::int64_t t) {
    return std::vector{text("/seq", std::to_string(++sequence)),
                       text("/uptime", std::to_string((t - synthetic::start) / ms))};
  });
  EXPECT_THAT(said(attribute(world.input)), IsEmpty());
}

}  // namespace
}  // namespace brewproof
