// A real card at a real terminal, on the virtual clock: what is heard on the bus, and when.

#include "rig/procedure/present.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/rig/procedure/scripted_run.h"

namespace brewproof {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = PaymentWord::Kind;

class PresentTest : public ScriptedRun, public PaymentBus {
 protected:
  struct Due {
    std::int64_t after_ns;  // the card was shown
    PaymentWord word;
  };
  PresentTest() {
    payments = this;
    bench_file.payment = "real";
    bench_file.controls["arm"] = bench_file.controls["espresso"];
    bench_file.controls["arm"].name = "arm";
    bench_file.controls["arm"].channel = 3;
    Step step;
    step.kind = Step::Kind::present;
    step.control = "arm";
    step.arguments = {{"amount", "200"}, {"currency", "EUR"}};
    step.duration = std::chrono::seconds(5);
    step.place = "p.yaml:3:9";
    procedure.events["pay"].steps = {step};
    procedure.events["pay"].sham = "dummy";
    procedure.events["pay"].sham_control = "dummy";
    for (auto* slots : {&plan.slots, &plan.reserve})
      for (Slot& slot : *slots)
        if (slot.event == "pay") slot.parameters = {};
    plan.design.events["pay"].parameters = {};
    const auto draws = scene.on_log;
    scene.on_log = [this, draws](const std::string& line) {
      draws(line);
      if (line == "on 3") shown_at = scene.clock.now().raw_ns;
    };
    says = {{60 * ms, word(Kind::begun)},
            {80 * ms, word(Kind::asked, 180, 7)},
            {200 * ms, word(Kind::approved, 180)},
            {230 * ms, word(Kind::succeeded)},
            {240 * ms, word(Kind::ended)}};
  }
  static PaymentWord word(Kind kind, std::optional<std::int64_t> amount = {},
                          std::optional<int> item = {}) {
    return {kind, 0, amount, 2, item};
  }
  std::vector<PaymentWord> heard() override {
    std::vector<PaymentWord> now = std::exchange(before, {});
    if (!shown_at) return now;
    for (; told < says.size() && *shown_at + says[told].after_ns <= scene.clock.now().raw_ns;
         ++told)
      now.push_back(says[told].word);
    if (told == says.size()) {
      shown_at.reset();
      told = 0;
    }
    return now;
  }
  Trial first_pay(const LoopResult& result) const {
    for (const Trial& trial : result.trials)
      if (trial.event == "pay" && !trial.sham) return trial;
    return {};
  }
  nlohmann::json payment_step() {
    for (const Record& record : journal())
      if (record.type == "outcome" && record.body.contains("steps"))
        for (const auto& step : record.body["steps"])
          if (step.contains("payment")) return step;
    return nullptr;
  }
  std::vector<Due> says;
  std::vector<PaymentWord> before;  // of a card that is not the rig's
  std::optional<std::int64_t> shown_at;
  std::size_t told = 0;
};

TEST_F(PresentTest, ThePriceIsTheMachinesAndTheResultIsHeard) {
  const LoopResult result = go();
  EXPECT_THAT(result.reasons, IsEmpty());
  EXPECT_EQ(result.outcome, "completed");
  const Trial trial = first_pay(result);
  EXPECT_EQ(trial.status, TrialStatus::ok);
  EXPECT_EQ(trial.observed.at("price"), Value(std::int64_t{180}));
  EXPECT_EQ(trial.observed.at("charged"), Value(std::int64_t{180}));
  EXPECT_THAT(scene.log, Contains("on 3"));
  EXPECT_FALSE(scene.outputs[3]);
  const auto step = payment_step();
  EXPECT_EQ(step["payment"], "success");
  EXPECT_EQ(step["approved"], 180);
  EXPECT_EQ(step["request"]["item"], 7);
}

TEST_F(PresentTest, WhatDidNotComeToAnEndIsUnconfirmedAndSaysWhere) {
  const auto reason = [this](std::size_t words) {
    says.resize(words);
    says.push_back({10'000 * ms, word(Kind::ended)});
    std::filesystem::remove(folder / "journal.jsonl");
    shown_at.reset();
    told = 0;
    return first_pay(go()).reason;
  };
  EXPECT_EQ(reason(2), "the terminal did not answer the machine's request");
  EXPECT_EQ(reason(1), "the machine asked for no vend");
  EXPECT_EQ(reason(0), "the terminal took no card");
}

TEST_F(PresentTest, ARefusalIsHeardAtOnce) {
  says[2] = {200 * ms, word(Kind::denied)};
  says.resize(3);
  const Trial trial = first_pay(go());
  EXPECT_EQ(trial.reason, "the terminal denied the payment");
  EXPECT_EQ(payment_step()["payment"], "denied");
}

TEST_F(PresentTest, AnApprovalWithoutAResultIsTheLastPayment) {
  says.resize(3);
  says.push_back({10'000 * ms, word(Kind::ended)});
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "rig_fault");
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->code, ErrorCode::unconfirmed);
  EXPECT_THAT(result.fault->message, HasSubstr("the machine reported no vend result"));
  EXPECT_EQ(std::ranges::count(scene.log, "on 3"), 1);
}

TEST_F(PresentTest, ACardThatPaidMoreThanTheStepAllowsIsTheLastOne) {
  says[1].word.amount = says[2].word.amount = 250;
  const LoopResult result = go();
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->code, ErrorCode::interlock);
  EXPECT_THAT(result.fault->message,
              HasSubstr("the card paid 250 EUR (minor units), where the step says at_most 200"));
}

TEST_F(PresentTest, TheLimitsCountWhatItMayCost) {
  bench_file.limits.money = Money{300, "EUR"};
  const LoopResult result = go();
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->code, ErrorCode::interlock);
  EXPECT_THAT(result.fault->message, HasSubstr("limit"));
}

TEST_F(PresentTest, MoneyOfTheBusIsThatOfTheCurrency) {
  for (Due& due : says) {
    if (due.word.amount) *due.word.amount = 18;
    due.word.decimals = 1;
  }
  EXPECT_EQ(first_pay(go()).observed.at("charged"), Value(std::int64_t{180}));
}

// Heard at the machine's rest it takes the block, like a card at an emulated reader.
TEST_F(PresentTest, ACardThatTheRigDidNotShowIsUnplanned) {
  after_trial = [this](const Trial& trial) {
    if (trial.trial == 2) before = {word(Kind::begun)};
  };
  const LoopResult result = go();
  EXPECT_EQ(result.trials[0].status, TrialStatus::excluded);
  EXPECT_EQ(result.trials[0].reason, "unplanned-act");
}

TEST_F(PresentTest, WithoutAnEarOnTheBusNoCardIsShown) {
  payments = nullptr;
  const LoopResult result = go();
  ASSERT_TRUE(result.fault);
  EXPECT_THAT(result.fault->message, HasSubstr("p.yaml:3:9: nobody hears the payment bus"));
  EXPECT_THAT(scene.log, ::testing::Not(Contains("on 3")));
}

}  // namespace
}  // namespace brewproof
