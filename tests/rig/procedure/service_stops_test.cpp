#include "rig/procedure/service_stops.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/procedure/make_plan.h"
#include "tests/rig/procedure/written_files.h"

namespace brewproof {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The demo: four blocks of 4 brews and 4 payments, and one in reserve; each cup is one unit.
class ServiceStops : public testing::WrittenFiles {
 protected:
  Result<std::vector<ServiceStop>> of(const std::string& consumables) {
    const ProcedureFile demo = good_procedure(source("procedures/demo.procedure.yaml"));
    const BenchFile bench =
        good_bench(with(source("procedures/demo.bench.yaml"),
                        "limits:", "consumables: {" + consumables + "}\nlimits:"));
    plan = *make_plan(demo, 7);
    return service_stops(plan, demo, bench);
  }
  // "3: refill beans, then espresso for no score; 5: ..."
  std::string told(const std::string& consumables) {
    const auto stops = of(consumables);
    if (!stops) return cut(stops.error().message);
    std::string text;
    for (const ServiceStop& stop : *stops)
      text += fmt::format("{}: {}; ", stop.before_block, what_to_do(stop));
    return text;
  }
  Plan plan;
  const std::string each = "use: {brew: 1, pay: 1}";
};

TEST_F(ServiceStops, AreBeforeTheBlockThatWouldNotBeEnough) {
  EXPECT_EQ(told("beans: {holds: 20, " + each + "}"), "3: refill beans; 5: refill beans; ");
  EXPECT_EQ(told("beans: {holds: 16, " + each + "}"), "3: refill beans; 5: refill beans; ");
  EXPECT_EQ(told("beans: {holds: 15, " + each + "}"),
            "2: refill beans; 3: refill beans; 4: refill beans; 5: refill beans; ");
}

TEST_F(ServiceStops, ThereAreNoneWhereNothingRunsOut) {
  EXPECT_EQ(told("beans: {holds: 40, " + each + "}"), "");
  EXPECT_EQ(told("beans: {holds: 3, use: {clean: 1}}"), "");
}

TEST_F(ServiceStops, PutSeveralThingsRightAtOnceWhereTheyFallTogether) {
  EXPECT_EQ(told("beans: {holds: 24, " + each + "}, drawer: {holds: 16, service: clean, " + each +
                 "}, cups: {holds: 24, by: latte, " + each + "}"),
            "3: clean drawer; 4: refill beans and refill cups (by latte); 5: clean drawer; ");
}

TEST_F(ServiceStops, AConditioningCupIsCountedToo) {
  // 16 left after the cup would be enough for two blocks; 15 are not.
  const std::string use = "use: {espresso: 1, latte: 1, pay: 1}, conditioning: espresso";
  EXPECT_EQ(told("beans: {holds: 17, " + use + "}"),
            "3: refill beans, then espresso for no score; 5: refill beans, then espresso for no "
            "score; ");
  EXPECT_EQ(told("beans: {holds: 16, " + use + "}"),
            "3: refill beans, then espresso for no score; 4: refill beans, then espresso for no "
            "score; 5: refill beans, then espresso for no score; ");
}

TEST_F(ServiceStops, AConditioningCupThatTakesTheLastOfSomethingElseBringsThatForward) {
  // Water is just enough for block 3 until the cup for the beans takes one unit of it.
  const auto stops =
      of("beans: {holds: 16, conditioning: espresso, use: {pay: 1, brew: 1}}, "
         "water: {holds: 24, use: {pay: 1, latte: 1, espresso: 1}}");
  ASSERT_TRUE(stops) << stops.error().message;
  ASSERT_FALSE(stops->empty());
  ASSERT_EQ(stops->front().before_block, 3);
  EXPECT_THAT(stops->front().cups, ElementsAre("espresso"));
  EXPECT_EQ(stops->front().tasks.size(), 2U);
}

TEST_F(ServiceStops, TwoThingsThatAskForTheSameCupGetOne) {
  const auto stops = of("beans: {holds: 16, conditioning: espresso, " + each +
                        "}, water: {holds: 16, conditioning: espresso, " + each + "}");
  ASSERT_TRUE(stops);
  EXPECT_THAT((*stops)[0].cups, ElementsAre("espresso"));
  EXPECT_EQ((*stops)[0].tasks.size(), 2U);
}

TEST_F(ServiceStops, ABlockThatNeedsMoreThanThereIsRoomForIsRefusedWithItsPlace) {
  EXPECT_EQ(told("beans: {holds: 7, " + each + "}"),
            "b.yaml:28:22: block 1 uses 8 of beans and there is room for 7: nothing is refilled "
            "inside a block; lower design.per_block, or correct `holds`");
  EXPECT_THAT(told("beans: {holds: 8, conditioning: espresso, use: {espresso: 1, latte: 1, pay: "
                   "1}}"),
              HasSubstr("block 2 uses 8 of beans and conditioning 1 and there is room for 8"));
}

TEST_F(ServiceStops, ArePartOfThePlanAndAPlanWithoutThemIsWhatItWas) {
  ASSERT_TRUE(of(""));
  const std::string before = plan_sha256(plan);
  EXPECT_EQ(plan_json(plan).find("stops"), std::string::npos);
  plan.stops = *of("beans: {holds: 20, conditioning: espresso, " + each +
                   "}, cups: {holds: 20, by: latte, " + each + "}");
  EXPECT_NE(plan_sha256(plan), before);
  EXPECT_THAT(plan_json(plan),
              HasSubstr(R"("stops":[{"before_block":3,"cups":["espresso"],"tasks":[)"
                        R"({"by":null,"consumable":"beans","service":"refill"},)"
                        R"({"by":"latte","consumable":"cups","service":"refill"}]},)"));
  const auto again = read_plan_json(plan_json(plan), "plan.json");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, plan);
  EXPECT_TRUE(plan.stops[0].attended());
  plan.stops[0].tasks[0].by = "latte";
  EXPECT_FALSE(plan.stops[0].attended());
}

}  // namespace
}  // namespace brewproof
