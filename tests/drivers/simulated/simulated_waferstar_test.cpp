// The simulated RS232-MDB adapter and its vending machine with the driver: both sides were written
// from the same sources and share no code. Under every fault of the line a payment is told right,
// or not at all.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/drivers/simulated/simulated_device.h"

namespace brewproof::testing {
namespace {

using std::chrono::seconds;
using Outcome = PaymentReader::Outcome;

class SimulatedWaferstar : public SimulatedDevice {
 protected:
  void plug_in(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"waferstar", "--price", "1.80", "--item", "7"});
    run(std::move(more));
    std::this_thread::sleep_for(sim::milliseconds(150));  // the machine sets the reader up
    open("waferstar_mdb");
    ASSERT_TRUE(device_);
    reader_ = device_->as_payment_reader();
  }

  PaymentReader* reader_ = nullptr;
};

TEST_F(SimulatedWaferstar, TwoPaymentsAndADenial) {
  plug_in();
  for (int i = 0; i < 2; ++i) {
    const auto request = reader_->begin(5000, hex("01 A1 B2 C3"), seconds(10));
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->price, 180);
    EXPECT_EQ(request->item, 7);
    const auto vend = reader_->approve(150, seconds(10));
    ASSERT_TRUE(vend) << vend.error().message;
    EXPECT_EQ(vend->outcome, Outcome::success);
    EXPECT_EQ(simulator_->line(), "vend 1.50 media 01a1b2c3");
    EXPECT_EQ(reader_->state().value(), PaymentReader::State::enabled);
  }
  ASSERT_TRUE(reader_->begin(5000, hex("01 A1 B2 C3"), seconds(10)));
  ASSERT_TRUE(reader_->deny());
  EXPECT_EQ(reader_->state().value(), PaymentReader::State::enabled);
}

TEST_F(SimulatedWaferstar, ACardIsTakenBack) {
  plug_in({"--never-asks"});
  const auto sent = reader_->withdraw(5000, hex("01 A1 B2 C3"), seconds(10));
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_EQ(reader_->state().value(), PaymentReader::State::enabled);
}

TEST_F(SimulatedWaferstar, ACustomerWhoTakesTheRequestBackIsACancelledVend) {
  plug_in({"--cancels", "during"});
  ASSERT_TRUE(reader_->begin(5000, hex("01 A1 B2 C3"), seconds(10)));
  std::this_thread::sleep_for(sim::milliseconds(300));
  EXPECT_EQ(reader_->approve(150, seconds(10)).value().outcome, Outcome::cancelled);
}

TEST_F(SimulatedWaferstar, AMachineThatFailsIsAFailure) {
  plug_in({"--fault", "refuse"});
  ASSERT_TRUE(reader_->begin(5000, hex("01 A1 B2 C3"), seconds(10)));
  EXPECT_EQ(reader_->approve(150, seconds(10)).value().outcome, Outcome::failure);
}

TEST_F(SimulatedWaferstar, AnApprovalThatLeadsToNothingHasNoOutcome) {
  plug_in({"--fault", "stuck"});
  ASSERT_TRUE(reader_->begin(5000, hex("01 A1 B2 C3"), seconds(10)));
  EXPECT_EQ(reader_->approve(150, seconds(1)).value().outcome, Outcome::none);
}

// Three blocks are said when it is opened, the card is the fourth.
class FaultyWaferstar : public SimulatedWaferstar,
                        public ::testing::WithParamInterface<std::string> {};

TEST_P(FaultyWaferstar, TellsNoPaymentThatWasNone) {
  plug_in({"--fault", GetParam()});
  int paid = 0;
  for (int i = 0; i < 3; ++i) {
    const auto request = reader_->begin(5000, hex("01 A1 B2 C3"), seconds(1));
    if (request) {
      EXPECT_EQ(request->price, 180);
      const auto vend = reader_->approve(150, seconds(1));
      if (vend && vend->outcome == Outcome::success) ++paid;
    }
    (void)reader_->deny();
  }
  EXPECT_GE(paid, 1);
  for (int i = 0; i < paid; ++i) EXPECT_EQ(simulator_->line(), "vend 1.50 media 01a1b2c3");
}

INSTANTIATE_TEST_SUITE_P(Line, FaultyWaferstar,
                         ::testing::Values("silent@4", "late:300@4", "truncate@4", "corrupt@4",
                                           "echo", "split@4+", "garbage@4-6"));

TEST_F(SimulatedWaferstar, IsGoneForGoodOnceItWasUnplugged) {
  plug_in({"--fault", "vanish@4"});
  EXPECT_FAILS(reader_->begin(5000, hex("01 A1 B2 C3"), seconds(1)), ErrorCode::io, "dev: ");
  EXPECT_FAILS(reader_->state(), ErrorCode::io, "dev: ");
}

}  // namespace
}  // namespace brewproof::testing
