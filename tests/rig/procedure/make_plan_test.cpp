#include "rig/procedure/make_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "rig/procedure/lots.h"
#include "tests/rig/procedure/written_files.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;

class MakePlan : public testing::WrittenFiles {
 protected:
  ProcedureFile demo() { return good_procedure(source("procedures/demo.procedure.yaml")); }
  ProcedureFile demo_with(std::string_view from, std::string_view to) {
    return good_procedure(with(source("procedures/demo.procedure.yaml"), from, to));
  }
  Plan plan(const ProcedureFile& procedure, std::uint64_t seed) {
    auto made = make_plan(procedure, seed);
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return made ? *made : Plan{};
  }
  std::string refusal(const ProcedureFile& procedure) {
    const auto made = make_plan(procedure, 7);
    if (made) return "";
    EXPECT_EQ(made.error().code, ErrorCode::bad_file);
    return cut(made.error().message);
  }
};

// A block's order as letters: B brew, b its sham, P pay, p its sham.
std::string letters(const std::vector<Slot>& slots, int block) {
  std::string text;
  for (const Slot& slot : slots)
    if (slot.block == block)
      text += slot.event == "brew" ? (slot.sham ? 'b' : 'B') : (slot.sham ? 'p' : 'P');
  return text;
}

std::vector<Value> values(const std::vector<Slot>& slots, const std::string& event, bool sham,
                          const std::string& name) {
  std::vector<Value> found;
  for (const Slot& slot : slots)
    if (slot.event == event && slot.sham == sham) found.push_back(slot.parameters.at(name));
  return found;
}

// Worked out by a second implementation of the generator and the dealing, in another language.
TEST_F(MakePlan, TheLotsOfSeedSevenAreThese) {
  const Plan made = plan(demo(), 7);
  EXPECT_EQ(letters(made.slots, 1), "bBbppbPpPBBPbPpB");
  EXPECT_EQ(letters(made.slots, 2), "PBbppBpBpPbbBPbP");
  EXPECT_EQ(made.slots[0].jitter_ns, 91'364'283);
  EXPECT_EQ(made.slots[1].jitter_ns, 224'136'672);
  EXPECT_EQ(made.slots[2].jitter_ns, 254'632'869);
  const Value e("espresso"), l("latte");
  EXPECT_EQ(values(made.slots, "brew", false, "drink"),
            (std::vector<Value>{l, e, e, l, l, l, e, l, e, e, e, e, l, e, l, l}));
  EXPECT_EQ(values(made.slots, "pay", false, "amount"),
            (std::vector<Value>{940, 525, 335, 730, 680, 280, 120, 295, 770, 235, 550, 160, 570,
                                850, 860, 495}));
  EXPECT_EQ(values(made.slots, "pay", false, "card")[0], Value("fba4fa"));
  EXPECT_EQ(values(made.slots, "pay", false, "card")[1], Value("4530fb"));
}

TEST_F(MakePlan, SameSeedSameBytesOnAnyCompiler) {
  EXPECT_EQ(plan_sha256(plan(demo(), 7)),
            "54351fb4cd5a3174c005ac7290a24053c16097218e303a5b89e0d711d68e3e9d");
  EXPECT_EQ(plan_json(plan(demo(), 7)), plan_json(plan(demo(), 7)));
}

TEST_F(MakePlan, TwoSeedsDiffer) {
  EXPECT_NE(letters(plan(demo(), 7).slots, 1), letters(plan(demo(), 8).slots, 1));
  EXPECT_NE(plan_sha256(plan(demo(), 7)), plan_sha256(plan(demo(), 8)));
}

TEST_F(MakePlan, EachBlockHoldsFourOfEachArm) {
  const Plan made = plan(demo(), 7);
  EXPECT_EQ(made.slots.size(), 64U);
  EXPECT_EQ(made.reserve.size(), 16U);
  for (int block = 1; block <= 5; ++block) {
    std::string order = letters(block <= 4 ? made.slots : made.reserve, block);
    std::ranges::sort(order);
    EXPECT_EQ(order, "BBBBPPPPbbbbpppp") << block;
  }
}

TEST_F(MakePlan, TrialsCountFromOneThroughTheReserve) {
  const Plan made = plan(demo(), 7);
  EXPECT_EQ(made.slots.front().trial, 1);
  EXPECT_EQ(made.slots.back().trial, 64);
  EXPECT_EQ(made.reserve.front().trial, 65);
  EXPECT_EQ(made.reserve.front().block, 5);
}

TEST_F(MakePlan, JitterIsUniformFromZeroToItsMost) {
  const ProcedureFile long_run = demo_with("blocks: 4", "blocks: 100");
  ProcedureFile file = long_run;
  for (auto& [name, event] : file.events) event.parameters.erase("amount");
  const Plan made = plan(file, 7);
  std::array<int, 4> quarters{};
  for (const Slot& slot : made.slots) {
    ASSERT_GE(slot.jitter_ns, 0);
    ASSERT_LE(slot.jitter_ns, 400'000'000);
    ++quarters[static_cast<std::size_t>(std::min<std::int64_t>(slot.jitter_ns / 100'000'000, 3))];
  }
  // 1600 draws, 400 expected a quarter, standard deviation sqrt(1600 / 4 * 3 / 4) = 17.3.
  for (const int count : quarters) EXPECT_NEAR(count, 400, 5 * 17.3);
}

TEST_F(MakePlan, TheSecondSlotTakesEveryArmEquallyOften) {
  const ProcedureFile file = demo();
  std::map<char, int> first;
  for (std::uint64_t seed = 0; seed < 800; ++seed) ++first[letters(plan(file, seed).slots, 1)[1]];
  // 200 expected, standard deviation sqrt(800 / 4 * 3 / 4) = 12.2.
  for (const char arm : {'B', 'b', 'P', 'p'}) EXPECT_NEAR(first[arm], 200, 5 * 12.2) << arm;
}

TEST_F(MakePlan, AShuffleOfThreeTakesEachOfSixOrdersEquallyOften) {
  Generator lots = stream(1, "test");
  std::map<std::string, int> orders;
  for (int i = 0; i < 6000; ++i) {
    std::string order = "abc";
    lots.shuffle(std::span(order));
    ++orders[order];
  }
  EXPECT_EQ(orders.size(), 6U);
  // 1000 expected, standard deviation sqrt(6000 / 6 * 5 / 6) = 28.9.
  for (const auto& [order, count] : orders) EXPECT_NEAR(count, 1000, 5 * 28.9) << order;
}

TEST_F(MakePlan, SmallSetsAreDealtEvenlyToEventsAndToShams) {
  const Plan made = plan(demo(), 7);
  for (const bool sham : {false, true}) {
    EXPECT_EQ(std::ranges::count(values(made.slots, "brew", sham, "drink"), Value("espresso")), 8);
    EXPECT_EQ(std::ranges::count(values(made.slots, "pay", sham, "method"), Value("card")), 8);
    EXPECT_EQ(std::ranges::count(values(made.reserve, "brew", sham, "drink"), Value("latte")), 2);
  }
  EXPECT_NE(values(made.slots, "brew", false, "drink"), values(made.slots, "brew", true, "drink"));
}

TEST_F(MakePlan, ARemainderGoesToLevelsDrawnByLot) {
  const std::vector<Value> three = {Value("a"), Value("b"), Value("c")};
  std::set<std::string> remainders;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Generator lots = stream(seed, "test");
    const std::vector<Value> hand = deal(three, true, 8, lots);
    std::string counts;
    for (const Value& level : three) counts += std::to_string(std::ranges::count(hand, level));
    std::string sorted = counts;
    std::ranges::sort(sorted);
    EXPECT_EQ(sorted, "233");
    remainders.insert(counts);
  }
  EXPECT_EQ(remainders, (std::set<std::string>{"233", "323", "332"}));
}

TEST_F(MakePlan, IndependentDrawsNeedNotBeBalanced) {
  const ProcedureFile file =
      demo_with("[espresso, latte], balanced: true", "[espresso, latte], balanced: false");
  std::set<std::ptrdiff_t> counts;
  for (std::uint64_t seed = 0; seed < 40; ++seed)
    counts.insert(std::ranges::count(values(plan(file, seed).slots, "brew", false, "drink"),
                                     Value("espresso")));
  EXPECT_GT(counts.size(), 3U);
}

TEST_F(MakePlan, UniqueValuesAreUsedOnceInTheWholeRun) {
  const Plan made = plan(demo(), 7);
  for (const char* name : {"amount", "card"}) {
    std::set<Value> seen;
    std::size_t count = 0;
    for (const auto* slots : {&made.slots, &made.reserve})
      for (const Slot& slot : *slots)
        if (slot.event == "pay") {
          seen.insert(slot.parameters.at(name));
          ++count;
        }
    EXPECT_EQ(count, 40U);
    EXPECT_EQ(seen.size(), 40U) << name;
  }
  for (const Value& amount : values(made.slots, "pay", false, "amount")) {
    const std::int64_t minor = std::get<std::int64_t>(amount);
    EXPECT_TRUE(minor >= 105 && minor <= 975 && minor % 5 == 0) << minor;
  }
}

TEST_F(MakePlan, AParameterMoreChangesNobodyElsesLots) {
  const Plan before = plan(demo(), 7);
  ProcedureFile more = demo();
  ParameterSpec strength;
  strength.name = "strength";
  strength.levels = {Value("mild"), Value("strong")};
  strength.balanced = true;
  more.events.at("brew").parameters["strength"] = strength;
  Plan after = plan(more, 7);
  for (auto* slots : {&after.slots, &after.reserve})
    for (Slot& slot : *slots) slot.parameters.erase("strength");
  EXPECT_TRUE(after.slots == before.slots);
  EXPECT_TRUE(after.reserve == before.reserve);
}

TEST_F(MakePlan, MoreReserveChangesNoCommittedLot) {
  const Plan before = plan(demo(), 7);
  EXPECT_TRUE(plan(demo_with("reserve: 1", "reserve: 0"), 7).slots == before.slots);
}

TEST_F(MakePlan, AnEventWithoutShamHasOneArm) {
  const Plan made = plan(demo_with("    sham: host\n", ""), 7);
  EXPECT_EQ(made.slots.size(), 48U);
  EXPECT_EQ(made.design.events.at("pay").sham, "");
  EXPECT_EQ(made.design.events.at("brew").sham, "dummy: dummy");
}

TEST_F(MakePlan, OneValueOnlyIsRefusedBeforeBrewing) {
  EXPECT_EQ(
      refusal(demo_with("[espresso, latte]", "[espresso]")),
      "p.yaml:8:14: brew.drink has one value only: nothing can be proved of it. Give it two or "
      "more values, or write the value into the step and take the parameter out");
}

TEST_F(MakePlan, TooFewUniqueValuesAreRefused) {
  EXPECT_EQ(refusal(demo_with("to: 9.75 EUR", "to: 2.95 EUR")),
            "p.yaml:17:15: pay.amount has 39 different values and 40 are needed (4 blocks and 1 in "
            "reserve, 4 trials of 2 arms each): widen it, or take `unique` out");
  EXPECT_EQ(refusal(demo_with("to: 9.75 EUR", "to: 3.00 EUR")), "");  // 40 values, all used
}

TEST_F(MakePlan, NoShamAnywhereIsRefused) {
  ProcedureFile file = demo();
  for (auto& [name, event] : file.events) event.sham.clear();
  EXPECT_EQ(
      refusal(file),
      "p.yaml:7:5: no event has a sham: nothing can be proved to be caused. Add `sham: host`, "
      "`sham: none` or `sham: {dummy: CONTROL}`");
}

TEST_F(MakePlan, ADesignTooSmallIsRefusedWithTheSmallestThatWouldDo) {
  // 1/C(8,4) = 1/70 = 0.014 > 0.005; two blocks reach 1/4900.
  EXPECT_EQ(
      refusal(demo_with("blocks: 4", "blocks: 1")),
      "p.yaml:25:3: 1 block of 4 + 4 can prove nothing: even perfect separation has p = 0.014, "
      "and 0.005 is needed (half of alpha): use at least blocks: 2");
  EXPECT_EQ(refusal(demo_with("blocks: 4", "blocks: 2")), "");
  // One of each: 1/2 a block, 2^-8 = 0.0039 is the first below 0.005.
  EXPECT_THAT(refusal(demo_with("per_block: 4", "per_block: 1")),
              HasSubstr("p = 0.062, and 0.005 is needed (half of alpha): use at least blocks: 8"));
}

TEST_F(MakePlan, TooFewDrawsAreRefused) {
  EXPECT_EQ(
      refusal(demo_with("alpha: 0.01", "alpha: 0.01\n  draws: 198")),
      "p.yaml:25:3: 198 draws can prove nothing: the smallest p they reach is 0.00503, and 0.005 "
      "is needed (half of alpha): use at least draws: 199");
  EXPECT_EQ(refusal(demo_with("alpha: 0.01", "alpha: 0.01\n  draws: 199")), "");
}

TEST_F(MakePlan, AllReasonsAreToldAtOnce) {
  const ProcedureFile file =
      good_procedure(with(with(source("procedures/demo.procedure.yaml"), "blocks: 4", "blocks: 1"),
                          "[card, app]", "[card]"));
  EXPECT_THAT(refusal(file),
              ::testing::AllOf(HasSubstr("1 block of 4 + 4"),
                               HasSubstr("\np.yaml:16:15: pay.method has one value")));
}

TEST_F(MakePlan, AnEndlessDesignIsRefused) {
  ProcedureFile file = demo();
  file.blocks = 1000;
  file.per_block = 20;
  for (int i = 0; i < 10; ++i) {
    EventSpec event = file.events.at("brew");
    event.name = "brew" + std::to_string(i);
    file.events[event.name] = event;
  }
  EXPECT_THAT(refusal(file), HasSubstr("the design has more than 100000 slots"));
}

TEST_F(MakePlan, UntouchedBlocksAreDrawnFromTheCommittedOnes) {
  Plan made = plan(demo_with("blocks: 4", "blocks: 10"), 7);
  std::map<int, int> drawn;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    made.design.seed = seed;
    const auto blocks = passive_blocks(made, 25);
    ASSERT_TRUE(blocks);
    EXPECT_EQ(blocks->size(), 3u);  // 2.5, rounded up
    for (const int block : *blocks) ++drawn[block];
  }
  ASSERT_EQ(drawn.size(), 10u);
  EXPECT_EQ(drawn.begin()->first, 1);
  for (const auto& [block, count] : drawn) EXPECT_NEAR(count, 120, 45) << block;
}

TEST_F(MakePlan, OneBlockAtLeastAndHalfAtMostAreUntouched) {
  Plan made = plan(demo(), 7);
  EXPECT_EQ(passive_blocks(made, 0)->size(), 0u);
  EXPECT_EQ(passive_blocks(made, 1)->size(), 1u);
  EXPECT_EQ(passive_blocks(made, 50)->size(), 2u);
  made.blocks = 3;
  EXPECT_EQ(passive_blocks(made, 50)->size(), 1u);
  made.blocks = 1;
  const auto refused = passive_blocks(made, 25);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::bad_file);
}

TEST_F(MakePlan, UntouchedBlocksArePartOfWhatIsHashed) {
  Plan made = plan(demo(), 7);
  const std::string before = plan_json(made);
  EXPECT_EQ(before.find("passive"), std::string::npos);
  made.passive_blocks = {2, 4};
  EXPECT_THAT(plan_json(made), HasSubstr("\"passive_blocks\":[2,4]"));
  const auto read = read_plan_json(plan_json(made), "plan.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, made);
}

TEST_F(MakePlan, ARuleForAnEarlyEndIsPartOfWhatIsHashedAndChangesNoLot) {
  const Plan without = plan(demo(), 7);
  EXPECT_EQ(plan_json(without).find("stop"), std::string::npos);
  const Plan made = plan(demo_with("alpha: 0.01", "stop: {when: decided, least_blocks: 2}"), 7);
  EXPECT_THAT(plan_json(made), HasSubstr("\"stop\":{\"least_blocks\":2,\"when\":\"decided\"}"));
  EXPECT_EQ(made.slots, without.slots);
  const auto read = read_plan_json(plan_json(made), "plan.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, made);
  const auto other = read_plan_json(with(plan_json(made), "\"decided\"", "\"bored\""), "plan.json");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().message,
            "plan.json: this is no plan: '/design/stop/when' is not 'decided'");
}

TEST_F(MakePlan, WithoutAnyActItListensAndItsDesignIsTheProcedures) {
  const ProcedureFile file = demo_with("alpha: 0.01", "stop: {when: decided}");
  const Plan made = soak_plan(file, 7, 5'000'000'000);
  EXPECT_TRUE(made.soaks());
  EXPECT_FALSE(plan(file, 7).soaks());
  EXPECT_EQ(made.idle_ns, 5'000'000'000);
  EXPECT_TRUE(made.slots.empty());
  EXPECT_EQ(made.design.events.size(), 2u);
  EXPECT_FALSE(made.design.stop);
  const auto read = read_plan_json(plan_json(made), "plan.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, made);
}

TEST_F(MakePlan, WithARuleForAnEarlyEndTheExactTestsHaveHalfOfTheLevel) {
  // 1/70 is above a quarter of 0.04 and below its half.
  ProcedureFile file = demo_with("alpha: 0.01", "alpha: 0.04");
  file.blocks = 1;
  EXPECT_EQ(refusal(file), "");
  file.stop = StopRule{};
  EXPECT_THAT(refusal(file), HasSubstr("p = 0.014, and 0.01 is needed (a quarter of alpha: "
                                       "design.stop has another): use at least blocks: 2"));
}

TEST_F(MakePlan, APlanIsReadBackAsItWas) {
  const auto made = make_plan(demo(), 9'007'199'254'740'991, "a \"nonce\"\n");
  ASSERT_TRUE(made);
  const auto again = read_plan_json(plan_json(*made), "plan.json");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(*again == *made);
}

TEST_F(MakePlan, APlanHoldsNoPortsPathsOrTimesOfDay) {
  const std::string json = plan_json(plan(demo(), 7));
  for (const char* text : {"/run/", "yaml", "panel", "dut0"})
    EXPECT_EQ(json.find(text), std::string::npos) << text;
}

TEST_F(MakePlan, NoTruncationOfAPlanIsRead) {
  const std::string json = plan_json(plan(demo(), 7));
  for (std::size_t length = 0; length < json.size(); length += 13) {
    const auto read = read_plan_json(json.substr(0, length), "plan.json");
    ASSERT_FALSE(read) << length;
    EXPECT_EQ(read.error().code, ErrorCode::bad_file);
  }
}

TEST_F(MakePlan, WrongValuesInAPlanAreToldByTheirPointer) {
  const std::string json = plan_json(plan(demo(), 7));
  const auto fault = [&](std::string_view from, std::string_view to) {
    const auto read = read_plan_json(with(json, from, to), "plan.json");
    return read ? std::string() : read.error().message;
  };
  EXPECT_EQ(fault("\"trial\":65}", "\"trial\":0}"),
            "plan.json: this is no plan: '/reserve/0/trial' is not a whole number of at least 1");
  EXPECT_EQ(fault("\"blocks\":4", "\"blocks\":\"4\""),
            "plan.json: this is no plan: '/blocks' is not a whole number of at least 0");
  EXPECT_EQ(fault("brewproof.plan/1", "brewproof.plan/2"),
            "plan.json: this is no plan: '/schema' is not 'brewproof.plan/1'");
  EXPECT_EQ(fault("\"alpha\":0.01", "\"alpha\":-1"),
            "plan.json: this is no plan: '/design/alpha' is not between 0 and 1");
  EXPECT_EQ(fault("\"event\":\"brew\"", "\"event\":\"clean\"").substr(0, 39),
            "plan.json: this is no plan: '/reserve/0");
  EXPECT_EQ(fault("\"idle_ns\":2000000000", "\"idle_ns\":99999999999999999999"),
            "plan.json: this is no plan: '/idle_ns' is not a whole number of at least 0");
}

TEST_F(MakePlan, HostileJsonIsRefusedWithoutACrash) {
  for (const char* text : {"", "null", "[]", "{}", "{\"schema\":1}", "\xff\xff"})
    EXPECT_FALSE(read_plan_json(text, "plan.json")) << text;
  EXPECT_FALSE(read_plan_json(std::string(100'000, '['), "plan.json"));
  EXPECT_FALSE(read_plan_json(std::string(100'000, '[') + std::string(100'000, ']'), "plan.json"));
}

}  // namespace
}  // namespace brewproof
