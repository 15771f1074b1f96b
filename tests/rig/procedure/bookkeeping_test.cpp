#include "rig/procedure/bookkeeping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/books/audit_files.h"
#include "tests/rig/procedure/scripted_run.h"

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// A machine whose books follow what the bench did, read in three polls.
class ScriptedBooks final : public BooksPort {
 public:
  int vends = 50, charges = 20, charged = 4000, cash = 700;
  std::string software = "1.0";
  std::vector<int> fails;  // readings that nobody answers
  bool damaged = false;
  std::function<void(int reading)> before_reading;

  std::optional<Result<BooksReading>> poll() override {
    if (++polls_ % 3 != 0) return std::nullopt;
    BooksReading reading;
    reading.number = ++read_;
    if (before_reading) before_reading(read_);
    if (std::ranges::find(fails, read_) != fails.end())
      return Result<BooksReading>(fail(ErrorCode::timeout, "audit: nobody answers"));
    reading.file = fmt::format("books/{:04}.dts", read_);
    reading.text = books::made({"ID1*KD1*K95", "CB1*CB1*K95-M*" + software,
                                fmt::format("VA1*{}*{}*0*0", charged, vends),
                                fmt::format("CA3*0*0*0*0*{}*0*0*0", cash),
                                fmt::format("DA2*{}*{}*0*0", charged, charges)});
    if (damaged) reading.text.resize(60);
    return Result<BooksReading>(reading);
  }

 private:
  int polls_ = 0, read_ = 0;
};

class BookkeepingTest : public ScriptedRun {
 protected:
  BookkeepingTest() {
    every(BooksConfig::Every::trial);
    books = &machine;
    const auto brews = scene.on_log;
    scene.on_log = [this, brews](const std::string& line) {
      brews(line);
      if (line == "on 1") ++machine.vends;
      if (!line.starts_with("approve ")) return;
      ++machine.vends;
      ++machine.charges;
      machine.charged += 225;
    };
  }
  void every(BooksConfig::Every what) {
    BooksConfig& config = bench_file.books.emplace();
    config.resource = "audit";
    config.every = what;
  }
  std::vector<BooksHeld> held() {
    std::vector<BooksHeld> all;
    for (const Record& record : journal())
      if (record.type == "books") {
        const auto read = read_books_held(record.body);
        EXPECT_TRUE(read) << record.body.dump();
        all.push_back(*read);
      }
    return all;
  }
  std::vector<std::string> verdicts() {
    std::vector<std::string> words;
    for (const BooksHeld& each : held()) words.push_back(each.verdict);
    return words;
  }
  /// Something happens just before that reading.
  void at_reading(int number, std::function<void()> what) {
    machine.before_reading = [number, what = std::move(what)](int reading) {
      if (reading == number) what();
    };
  }
  ScriptedBooks machine;
};

TEST_F(BookkeepingTest, AfterEachTrialTheBooksAreHeldAgainstTheAct) {
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_THAT(result.reasons, IsEmpty());
  const auto all = held();
  ASSERT_THAT(all, SizeIs(9));
  EXPECT_EQ(all[0].verdict, "first");
  for (std::size_t i = 1; i < all.size(); ++i) {
    EXPECT_EQ(all[i].verdict, "agrees") << all[i].why;
    EXPECT_THAT(all[i].trials, ElementsAre(static_cast<int>(i)));
    EXPECT_EQ(all[i].since, all[i].reading - 1);
  }
  EXPECT_THAT(all[1].acts, ElementsAre(1));  // a brew
  EXPECT_THAT(all[2].acts, IsEmpty());       // a sham payment
  EXPECT_EQ(all[4].vends, (BookedCount{{1, 1}, 1}));
  EXPECT_EQ(all[4].charges, (BookedCount{{1, 1}, 1}));
  EXPECT_EQ(all[4].charged, (BookedCount{{180, 225}, 225}));  // the machine had asked for 180
}

TEST_F(BookkeepingTest, AReadingLiesInNoTrial) {
  const LoopResult result = go();
  const auto all = held();
  for (std::size_t i = 0; i < result.trials.size(); ++i) {
    EXPECT_EQ(result.trials[i].end_ns, *result.trials[i].act_ns + 350 * ms);
    EXPECT_EQ(result.trials[i].status, TrialStatus::ok);
  }
}

TEST_F(BookkeepingTest, AVendThatNobodyAskedForTakesTheBlockOut) {
  at_reading(3, [this] { ++machine.vends; });
  const LoopResult result = go();
  ASSERT_GE(result.trials.size(), 2u);
  EXPECT_EQ(result.trials[1].status, TrialStatus::excluded);
  EXPECT_EQ(result.trials[1].reason, "unaccounted-vend");
  EXPECT_EQ(result.trials.back().block, 3);  // the reserve
  EXPECT_EQ(result.outcome, "completed");
}

TEST_F(BookkeepingTest, ABrewThatTheSensorSawAndTheMachineDidNotBookIsFlaggedAndStands) {
  at_reading(2, [this] { --machine.vends; });
  const LoopResult result = go();
  EXPECT_EQ(result.trials[0].status, TrialStatus::ok);
  EXPECT_EQ(held()[1].verdict, "not-booked");
  EXPECT_EQ(held()[1].why, "0 vends are booked where 1 were asked for");
}

TEST_F(BookkeepingTest, APaymentThatNobodySawAndTheMachineDidNotBookIsUnconfirmed) {
  at_reading(5, [this] {
    --machine.vends;
    --machine.charges;
    machine.charged -= 225;
  });
  const LoopResult result = go();
  EXPECT_EQ(result.trials[3].status, TrialStatus::unconfirmed);
  EXPECT_EQ(result.trials[3].reason, "the machine did not book it");
}

TEST_F(BookkeepingTest, ChargedTwiceIsFlaggedAndTheTrialStands) {
  at_reading(5, [this] {
    ++machine.charges;
    machine.charged += 225;
  });
  const LoopResult result = go();
  EXPECT_EQ(result.trials[3].status, TrialStatus::ok);
  EXPECT_EQ(held()[4].verdict, "charged-twice");
}

TEST_F(BookkeepingTest, BookedAndNotBrewedIsNamed) {
  scene.watts = [](const testing::Scene&) { return 3.0; };
  const LoopResult result = go();
  EXPECT_EQ(result.trials[0].status, TrialStatus::unconfirmed);
  EXPECT_EQ(held()[1].verdict, "not-brewed");
}

TEST_F(BookkeepingTest, ByBlockTheSumIsHeldAgainstTheActs) {
  every(BooksConfig::Every::block);
  EXPECT_EQ(go().outcome, "completed");
  const auto all = held();
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_THAT(all[1].trials, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(all[1].acts, ElementsAre(1, 4));
  EXPECT_EQ(all[1].vends, (BookedCount{{2, 2}, 2}));
  EXPECT_EQ(all[2].verdict, "agrees");
}

TEST_F(BookkeepingTest, ABlockWithAVendMoreIsReplaced) {
  every(BooksConfig::Every::block);
  at_reading(2, [this] { ++machine.vends; });
  const LoopResult result = go();
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(result.trials[i].reason, "unaccounted-vend") << i;
  EXPECT_EQ(result.trials.back().block, 3);
  EXPECT_THAT(result.reasons, IsEmpty());
}

TEST_F(BookkeepingTest, ABlockWithAVendTooFewIsADoubt) {
  every(BooksConfig::Every::block);
  at_reading(2, [this] { --machine.vends; });
  const LoopResult result = go();
  EXPECT_THAT(result.reasons, ElementsAre("unaccounted-vend"));
  EXPECT_EQ(result.trials[0].status, TrialStatus::ok);
}

TEST_F(BookkeepingTest, ByRunThereAreTwoReadings) {
  every(BooksConfig::Every::run);
  EXPECT_THAT(go().reasons, IsEmpty());
  EXPECT_THAT(verdicts(), ElementsAre("first", "agrees"));
  EXPECT_EQ(held()[1].vends, (BookedCount{{4, 4}, 4}));
}

TEST_F(BookkeepingTest, AReadingThatFailsIsMadeGoodByTheNext) {
  machine.fails = {2};
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_THAT(result.reasons, IsEmpty());
  const auto all = held();
  EXPECT_EQ(all[1].verdict, "unread");
  EXPECT_THAT(all[1].why, HasSubstr("nobody answers"));
  EXPECT_EQ(all[2].since, 1);
  EXPECT_THAT(all[2].trials, ElementsAre(1, 2));
  EXPECT_EQ(all[2].verdict, "agrees");
}

TEST_F(BookkeepingTest, AVendMoreSinceAReadingThatFailedMayLieInEachTrialSince) {
  machine.fails = {2};
  at_reading(3, [this] { ++machine.vends; });
  const LoopResult result = go();
  EXPECT_EQ(held()[2].verdict, "unaccounted-vend");
  EXPECT_EQ(result.trials[0].reason, "unaccounted-vend");
  EXPECT_EQ(result.trials[1].reason, "unaccounted-vend");
  EXPECT_EQ(result.trials.back().block, 3);  // the reserve
}

TEST_F(BookkeepingTest, WhatWasHeldIsNotHeldAgainAtTheEnd) {
  machine.fails = {9};
  EXPECT_THAT(go().reasons, IsEmpty());
  EXPECT_THAT(held().back().trials, ElementsAre(8));
}

TEST_F(BookkeepingTest, BooksThatCannotBeReadAtTheEndAreADoubt) {
  machine.fails = {9, 10};
  EXPECT_THAT(go().reasons, ElementsAre("books-unread"));
}

TEST_F(BookkeepingTest, WithoutAFirstReadingNothingIsBegun) {
  machine.fails = {1};
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "rig_fault");
  ASSERT_TRUE(result.fault);
  EXPECT_THAT(result.fault->message, HasSubstr("books cannot be read: audit: nobody answers"));
  EXPECT_THAT(scene.log, Not(Contains("on 1")));
}

TEST_F(BookkeepingTest, ADamagedFirstReadingIsNone) {
  machine.damaged = true;
  const LoopResult result = go();
  ASSERT_TRUE(result.fault);
  EXPECT_THAT(result.fault->message, HasSubstr("came damaged (books/0001.dts)"));
}

TEST_F(BookkeepingTest, OtherFirmwareBreaksTheBlockAndTheRun) {
  at_reading(3, [this] { machine.software = "2.0"; });
  const LoopResult result = go();
  EXPECT_THAT(result.reasons, Contains("firmware-changed"));
  EXPECT_EQ(result.trials[1].reason, "firmware-changed");
  EXPECT_EQ(result.trials[0].status, TrialStatus::excluded);
  EXPECT_EQ(result.trials[4].status, TrialStatus::ok);
}

TEST_F(BookkeepingTest, OtherFirmwareIsNoDoubtWhereAnEventIsAnUpdate) {
  procedure.events["update"] = procedure.events["brew"];
  at_reading(3, [this] { machine.software = "2.0"; });
  const LoopResult result = go();
  EXPECT_THAT(result.reasons, Not(Contains("firmware-changed")));
  EXPECT_EQ(result.trials[0].status, TrialStatus::ok);
}

TEST_F(BookkeepingTest, AStopIsHeardWhileTheBooksAreRead) {
  at_reading(2, [this] { stop = 2; });
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "aborted");
  EXPECT_THAT(result.trials, SizeIs(::testing::Le(2)));
}

TEST_F(BookkeepingTest, APaymentWhoseEndTheBooksTellIsNotTheLast) {
  scene.vend = PaymentReader::Outcome::none;
  for (int i = 0; i < 40; ++i) {
    plan.slots.push_back(plan.slots[0]);
    plan.slots.back().trial = 100 + i;
    plan.slots.back().block = 10 + i;
  }
  EXPECT_THAT(go().trials, SizeIs(::testing::Gt(4)));
}

TEST_F(BookkeepingTest, WithoutBooksNothingIsRead) {
  bench_file.books.reset();
  EXPECT_EQ(go().outcome, "completed");
  EXPECT_THAT(held(), IsEmpty());
}

// Payments by coins instead: two pulses of 0.50 EUR and the drink's button.
class CoinsInTheBooks : public BookkeepingTest {
 protected:
  CoinsInTheBooks() {
    ControlConfig coin = testing::output("coin", 3);
    coin.worth = Money{50, "EUR"};
    bench_file.controls["coin"] = coin;
    Step insert;
    insert.kind = Step::Kind::insert;
    insert.control = "coin";
    insert.arguments = {{"amount", "100"}, {"currency", "EUR"}};
    Step press;
    press.control = "espresso";
    procedure.events["pay"].steps = {insert, press};
    const auto before = scene.on_log;
    scene.on_log = [this, before](const std::string& line) {
      before(line);
      if (line == "on 3") machine.cash += 50;
    };
  }
};

TEST_F(CoinsInTheBooks, AreHeldAgainstWhatWasInserted) {
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  const auto all = held();
  ASSERT_THAT(all, SizeIs(9));
  EXPECT_EQ(all[4].verdict, "agrees") << all[4].why;
  EXPECT_EQ(all[4].vends, (BookedCount{{1, 1}, 1}));
  EXPECT_EQ(all[4].charges, (BookedCount{{0, 0}, 0}));
  std::vector<json> cash;
  for (const Record& record : journal())
    if (record.body.contains("cash")) cash.push_back(record.body["cash"]);
  ASSERT_THAT(cash, SizeIs(8));
  EXPECT_EQ(cash[3], json::parse(R"({"expected":[100,100],"moved":100})"));
  EXPECT_EQ(cash[0], json::parse(R"({"expected":[0,0],"moved":0})"));
}

TEST_F(CoinsInTheBooks, ACoinThatTheMachineDidNotCountIsNamed) {
  at_reading(5, [this] { machine.cash -= 50; });
  const LoopResult result = go();
  EXPECT_EQ(held()[4].verdict, "other-amount");
  EXPECT_EQ(held()[4].why, "50 in coins or bills are booked where 100 was inserted");
  EXPECT_EQ(result.trials[3].status, TrialStatus::ok);
}

TEST_F(BookkeepingTest, AMachineWhoseMainsWereCutIsAskedOnceItIsBack) {
  ControlConfig mains = testing::output("mains", 3);
  mains.drives = ControlConfig::Drives::mains;
  bench_file.controls["mains"] = mains;
  Condition rest;
  rest.control = "watts";
  rest.below = 30;
  rest.within = std::chrono::seconds(60);
  bench_file.ready = {rest};
  Step power;
  power.kind = Step::Kind::power;
  power.control = "mains";
  procedure.events["brew"].steps = {power};
  procedure.events["brew"].confirm.clear();
  plan.slots = {plan.slots[0]};
  std::int64_t back = 0, asked = 0;
  scene.on_log = [&](const std::string& line) {
    if (line != "off 3") return;
    back = scene.clock.now().raw_ns;
    brewing_until = back + 2000 * ms;  // it starts anew
  };
  at_reading(2, [&] { asked = scene.clock.now().raw_ns; });
  (void)go();
  EXPECT_GE(asked - back, 2000 * ms);
  EXPECT_EQ(held()[1].verdict, "agrees") << held()[1].why;
}

// It made the drink: the books say one that nobody is to have bought, and not that it is somebody
// else's.
TEST_F(BookkeepingTest, APaymentApprovedAgainstExpectationIsBookedAsThisTrials) {
  Step& step = procedure.events["pay"].steps[0];
  step.to_be_denied = true;
  step.arguments["funds"] = "200";
  plan.slots = {plan.slots[3]};
  const LoopResult result = go();
  EXPECT_EQ(held()[1].verdict, "agrees") << held()[1].why;
  EXPECT_EQ(result.trials[0].reason, "the payment was approved, and was to be denied");
}

TEST_F(BookkeepingTest, APaymentThatIsDeniedAsExpectedSellsNothing) {
  Step& step = procedure.events["pay"].steps[0];
  step.to_be_denied = true;
  step.arguments["funds"] = "50";
  plan.slots = {plan.slots[3]};
  (void)go();
  EXPECT_EQ(held()[1].vends, (BookedCount{{0, 0}, 0}));
  EXPECT_EQ(held()[1].verdict, "agrees") << held()[1].why;
}

}  // namespace
}  // namespace brewproof
