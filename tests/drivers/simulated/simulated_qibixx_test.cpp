// The simulated adapter and its vending machine with the driver, and what is sniffed meanwhile,
// followed on the bus: the adapter's own word and the bus must tell the same payment.

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "drivers/mdb/conversation.h"
#include "tests/drivers/simulated/simulated_device.h"

namespace brewproof::testing {
namespace {

using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SimulatedQibixx : public SimulatedDevice {
 protected:
  void plug_in(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"qibixx", "--poll", "10", "--price", "1.80"});
    run(std::move(more));
    open("qibixx_mdb", {{"sniff", "on"}});
    ASSERT_TRUE(device_);
    reader_ = device_->as_payment_reader();
  }

  // Everything that was on the bus so far.
  void listen() {
    std::this_thread::sleep_for(sim::milliseconds(50));
    const auto heard = device_->as_bus_tap()->all_heard();
    ASSERT_TRUE(heard) << heard.error().message;
    EXPECT_THAT(heard->faults, IsEmpty());
    for (const BusBlock& block : heard->blocks) {
      blocks_.push_back(block);
      const auto from =
          block.kind == BusBlock::Kind::from_machine ? mdb::From::master : mdb::From::peripheral;
      for (const mdb::PaymentEvent& event :
           conversation_.hear(from, block.bytes, block.at.raw_ns)) {
        std::string text(mdb::word_of(event.kind));
        if (event.amount) text += fmt::format(" {}", event.amount->units);
        told_.push_back(text);
      }
    }
  }

  PaymentReader* reader_ = nullptr;
  mdb::Conversation conversation_;
  std::vector<BusBlock> blocks_;
  std::vector<std::string> told_;
};

TEST_F(SimulatedQibixx, APaymentIsTheSameOnTheBus) {
  plug_in();
  const auto request = reader_->begin(5000, hex("01 A1 B2 C3"), seconds(10));
  ASSERT_TRUE(request) << request.error().message;
  const auto vend = reader_->approve(150, seconds(10));  // not the price
  ASSERT_TRUE(vend) << vend.error().message;
  EXPECT_EQ(vend->outcome, PaymentReader::Outcome::success);
  const Instant after = station_.clock.now();
  listen();
  // The machine may have noticed that the reader was off.
  if (!told_.empty() && told_.front() == "reset_by_machine") told_.erase(told_.begin());
  EXPECT_THAT(told_, ElementsAre("was_reset", "set_up", "enabled", "session_begun 5000",
                                 "vend_requested 180", "vend_approved 150", "vend_succeeded",
                                 "session_ended"));
  // Each block between its command and its line; the sale after the approval was written.
  for (std::size_t i = 1; i < blocks_.size(); ++i)
    EXPECT_GE(blocks_[i].at.raw_ns, blocks_[i - 1].at.raw_ns);
  const auto approval = std::ranges::find(blocks_, hex("05 00 96 9B"), &BusBlock::bytes);
  ASSERT_NE(approval, blocks_.end());
  EXPECT_LE(approval->at.raw_ns, after.raw_ns);
  EXPECT_GE(approval->at.raw_ns, vend->contact.before_write.raw_ns);
  EXPECT_GE(approval->at.raw_ns - approval->uncertainty.count(),
            vend->contact.before_write.raw_ns - 1'000'000);
}

TEST_F(SimulatedQibixx, AVendThatTheMachineCancelsIsNotADenialOfOurs) {
  plug_in({"--cancels", "during"});
  ASSERT_TRUE(reader_->begin(5000, hex("01 A1 B2 C3"), seconds(10)));
  std::this_thread::sleep_for(sim::milliseconds(500));
  const auto vend = reader_->approve(180, seconds(10));
  ASSERT_TRUE(vend) << vend.error().message;
  EXPECT_EQ(vend->outcome, PaymentReader::Outcome::cancelled);
  ASSERT_TRUE(reader_->deny());
  listen();
  EXPECT_THAT(told_, Contains("vend_cancelled"));
  EXPECT_THAT(told_, ::testing::Not(Contains("vend_denied")));
  EXPECT_EQ(told_.back(), "session_ended");
}

TEST_F(SimulatedQibixx, ACustomerWhoCancelsBeforeTheRequestIsNoRequest) {
  plug_in({"--cancels", "before"});
  EXPECT_FAILS(reader_->begin(5000, hex("01 A1 B2 C3"), seconds(10)), ErrorCode::timeout,
               "ended the session without asking");
  listen();
  EXPECT_THAT(told_, ::testing::Not(Contains("vend_requested 180")));
  EXPECT_EQ(told_.back(), "session_ended");
}

TEST_F(SimulatedQibixx, ACardThatHoldsTooLittleIsTakenAndAskedForNothing) {
  plug_in({"--checks-funds"});
  EXPECT_FALSE(reader_->card_taken());
  EXPECT_FAILS(reader_->begin(50, hex("01 A1 B2 C3"), seconds(10)), ErrorCode::timeout,
               "ended the session without asking");
  EXPECT_TRUE(reader_->card_taken());
  listen();
  EXPECT_THAT(told_, ::testing::Not(Contains("vend_requested 180")));
  EXPECT_EQ(told_.back(), "session_ended");
  const auto request = reader_->begin(180, hex("01 A1 B2 C3"), seconds(10));
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->price, 180);
}

TEST_F(SimulatedQibixx, ACardIsTakenBackBeforeTheMachineAsks) {
  plug_in({"--never-asks"});
  const auto taken = reader_->withdraw(5000, hex("01 A1 B2 C3"), seconds(10));
  ASSERT_TRUE(taken) << taken.error().message;
  listen();
  EXPECT_THAT(told_, Contains("session_cancel_asked"));
  EXPECT_EQ(told_.back(), "session_ended");
}

// It asks in the same moment: the card is refused then, and the session ends all the same.
TEST_F(SimulatedQibixx, ACardIsTakenBackFromAMachineThatAsksAtOnce) {
  plug_in();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(reader_->withdraw(5000, hex("01 A1 B2 C3"), seconds(10)));
  listen();
  EXPECT_EQ(std::ranges::count(told_, "session_begun 5000"), 5);
  EXPECT_EQ(std::ranges::count(told_, "session_ended"), 5);
  EXPECT_THAT(told_, ::testing::Not(Contains("vend_approved 180")));
}

// Whoever was killed left it so; the next one has a session to end.
TEST_F(SimulatedQibixx, AnAdapterThatSniffsAllTheTimeIsOpenedAgain) {
  plug_in();
  ASSERT_TRUE(reader_->begin(5000, hex("01 A1 B2 C3"), seconds(10)));
  device_.reset();
  auto opened = station_.open("qibixx_mdb", {{"port", path()}});
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ((*opened)->as_bus_tap(), nullptr);
  EXPECT_TRUE((*opened)->as_payment_reader()->deny());
}

TEST_F(SimulatedQibixx, ARefusedVendIsTheSameOnTheBus) {
  plug_in();
  ASSERT_TRUE(reader_->begin(5000, hex("01 A1 B2 C3"), seconds(10)));
  ASSERT_TRUE(reader_->deny());
  listen();
  EXPECT_THAT(told_, Contains("vend_denied"));
  EXPECT_THAT(told_, ::testing::Not(Contains("vend_approved 180")));
  EXPECT_EQ(told_.back(), "session_ended");
}

// Two payments, and after each the reader waits for the next: whatever the machine makes of the
// end.
TEST_F(SimulatedQibixx, AMachineThatSetsTheReaderUpAfterEachSessionIsPaidAgain) {
  plug_in({"--quirk", "repeats-setup"});
  for (int payment = 0; payment < 2; ++payment) {
    const auto request = reader_->begin(5000, hex("01 A1 B2 C3"), seconds(10));
    ASSERT_TRUE(request) << request.error().message;
    const auto vend = reader_->approve(180, seconds(10));
    ASSERT_TRUE(vend) << vend.error().message;
    EXPECT_EQ(vend->outcome, PaymentReader::Outcome::success);
    ASSERT_TRUE(reader_->deny());
  }
  listen();
  EXPECT_EQ(std::ranges::count(told_, "vend_approved 180"), 2);
  EXPECT_EQ(std::ranges::count(told_, "vend_succeeded"), 2);
  EXPECT_GE(std::ranges::count(told_, "set_up"), 2);
}

TEST_F(SimulatedQibixx, ASessionThatTheMachineNeverCompletesIsToldAndNotWaitedForAllNight) {
  plug_in({"--quirk", "never-completes"});
  const auto request = reader_->begin(5000, hex("01 A1 B2 C3"), seconds(10));
  ASSERT_TRUE(request) << request.error().message;
  const auto vend = reader_->approve(180, seconds(10));
  ASSERT_TRUE(vend) << vend.error().message;
  EXPECT_EQ(vend->outcome, PaymentReader::Outcome::success);
  const auto closed = reader_->deny();
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().code, ErrorCode::timeout);
  EXPECT_THAT(closed.error().message, HasSubstr("the payment session does not end"));
}

}  // namespace
}  // namespace brewproof::testing
