// What pays: coins by pulses, cards that are good for the price or not, and what is done where
// nobody knows whether money moved.
#include "rig/procedure/payment_step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/procedure/scripted_run.h"

namespace brewproof {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class PaymentStepTest : public ScriptedRun {
 protected:
  PaymentStepTest() {
    ControlConfig coin = testing::output("coin", 3);
    coin.worth = Money{50, "EUR"};
    coin.min_off = std::chrono::milliseconds(80);
    bench_file.controls["coin"] = coin;
  }
  // One trial, or one sham, of the payment with another step.
  LoopResult with_step(const Step& step, bool sham = false) {
    procedure.events["pay"].steps = {step};
    plan.slots = {plan.slots[sham ? 1 : 3]};
    return go();
  }
  static Step insert_step(const std::string& amount = "") {
    Step step;
    step.kind = Step::Kind::insert;
    step.control = "coin";
    step.place = "p.yaml:7:9";
    if (!amount.empty()) step.arguments = {{"amount", amount}, {"currency", "EUR"}};
    return step;
  }
  Step card(const std::string& funds, bool to_be_denied) {
    Step step = pay.steps[0];
    if (!funds.empty()) step.arguments["funds"] = funds;
    step.to_be_denied = to_be_denied;
    return step;
  }
  std::vector<std::string> log(std::size_t first) {
    scene.log.resize(std::min(scene.log.size(), first));
    return scene.log;
  }
  std::string reason_of(const LoopResult& result) { return result.trials.at(0).reason; }
};

TEST_F(PaymentStepTest, AnAmountIsInsertedPulseByPulse) {
  const LoopResult result = with_step(insert_step("150"));
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_THAT(log(6), ElementsAre("on 3", "off 3", "on 3", "off 3", "on 3", "off 3"));
  const auto step = journal().at(1).body["steps"][0];
  EXPECT_EQ(step["insert"], "coin");
  EXPECT_EQ(step["amount"], 150);
  EXPECT_EQ(step["currency"], "EUR");
  ASSERT_THAT(step["pulses"], SizeIs(3));
  const auto at = [&](int pulse, const char* edge) {
    return step["pulses"][pulse][edge]["before_write_raw_ns"].get<std::int64_t>();
  };
  EXPECT_GE(at(1, "on") - at(0, "off"), 80 * ms);
  EXPECT_LE(at(1, "on") - at(0, "off"), 120 * ms);
  EXPECT_EQ(journal().at(1).body["act_raw_ns"], at(2, "on"));
}

TEST_F(PaymentStepTest, WithoutAnAmountItIsOnePulse) {
  (void)with_step(insert_step());
  EXPECT_THAT(log(2), ElementsAre("on 3", "off 3"));
  EXPECT_EQ(journal().at(1).body["steps"][0]["amount"], 50);
}

TEST_F(PaymentStepTest, AShamInsertsIntoTheDummyAsOften) {
  procedure.events["pay"].sham = "dummy";
  procedure.events["pay"].sham_control = "dummy";
  (void)with_step(insert_step("100"), true);
  EXPECT_THAT(log(4), ElementsAre("on 4", "off 4", "on 4", "off 4"));
}

TEST_F(PaymentStepTest, TheLimitsCountCoins) {
  bench_file.limits.money = Money{140, "EUR"};
  const LoopResult result = with_step(insert_step("150"));
  EXPECT_EQ(result.outcome, "rig_fault");
  EXPECT_THAT(result.fault->message, HasSubstr("a payment of 150 minor units would exceed"));
  EXPECT_THAT(scene.log, Not(Contains("on 3")));
}

TEST_F(PaymentStepTest, TheLimitOfPaymentsCountsThemToo) {
  bench_file.limits.payments = 0;
  EXPECT_THAT(with_step(insert_step()).fault->message, HasSubstr("limit of 0 payments"));
}

// The second pulse is cut short: how much the machine counted, nobody knows.
TEST_F(PaymentStepTest, CoinsThatBrokeOffAreTheLastPaymentOfTheRun) {
  scene.failure = {ErrorCode::timeout, "the board is silent"};
  scene.on_log = [this](const std::string& line) {
    if (line == "off 3") scene.commands_until_failure = 0;
    if (line == "all off") scene.commands_until_failure = -1;
  };
  plan.slots = {plan.slots[3], plan.slots[7]};
  procedure.events["pay"].steps = {insert_step("100")};
  scene.commands_until_failure = -1;
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "rig_fault");
  EXPECT_THAT(result.fault->message, HasSubstr("so no further payment is made"));
  EXPECT_THAT(result.reasons, Contains("unconfirmed"));
  EXPECT_THAT(result.trials, SizeIs(1));
}

TEST_F(PaymentStepTest, AnApprovalThatTheAdapterDidNotAnswerIsTheLastPaymentOfTheRun) {
  scene.failure = {ErrorCode::timeout, "the adapter does not answer"};
  scene.on_log = [this](const std::string& line) {
    scene.commands_until_failure = line.starts_with("approve") ? 0 : -1;
  };
  plan.slots = {plan.slots[3], plan.slots[7]};
  const LoopResult result = go();
  EXPECT_THAT(result.fault->message, HasSubstr("so no further payment is made"));
  EXPECT_THAT(result.trials, SizeIs(1));
}

TEST_F(PaymentStepTest, ACardThatHoldsTooLittleIsDeniedAndThatIsRight) {
  const LoopResult result = with_step(card("50", true));
  EXPECT_EQ(result.trials[0].status, TrialStatus::ok);
  EXPECT_THAT(log(2), ElementsAre("begin 50 02a1b2c3", "deny"));
  const auto step = journal().at(1).body["steps"][0];
  EXPECT_EQ(step["vend"], "denied");
  EXPECT_EQ(step["expected"], "denied");
  EXPECT_TRUE(step.contains("contact"));
}

TEST_F(PaymentStepTest, AMachineThatAsksNothingOfSuchACardHasDeniedItToo) {
  scene.asks_vend = false;
  const LoopResult result = with_step(card("50", true));
  EXPECT_EQ(result.trials[0].status, TrialStatus::ok);
  EXPECT_EQ(journal().at(1).body["steps"][0]["vend"], "denied");
}

TEST_F(PaymentStepTest, AMachineThatNeverTookTheCardHasDeniedNothing) {
  scene.asks_vend = scene.opens_session = false;
  const LoopResult result = with_step(card("50", true));
  EXPECT_EQ(result.trials[0].status, TrialStatus::unconfirmed);
  EXPECT_EQ(reason_of(result), "the machine asked for no vend");
}

TEST_F(PaymentStepTest, APaymentThatIsApprovedAgainstExpectationHasFailed) {
  scene.item_price = 40;
  const LoopResult result = with_step(card("50", true));
  EXPECT_EQ(result.trials[0].status, TrialStatus::unconfirmed);
  EXPECT_EQ(reason_of(result), "the payment was approved, and was to be denied");
}

TEST_F(PaymentStepTest, APaymentThatIsDeniedAgainstExpectationHasFailed) {
  const LoopResult result = with_step(card("50", false));
  EXPECT_EQ(result.trials[0].status, TrialStatus::unconfirmed);
  EXPECT_EQ(reason_of(result), "the payment was denied: the card holds less than the price");
}

TEST_F(PaymentStepTest, WithoutFundsACardIsGoodForAnyPrice) {
  scene.item_price = 400;
  EXPECT_EQ(with_step(card("", false)).trials[0].status, TrialStatus::ok);
}

}  // namespace
}  // namespace brewproof
