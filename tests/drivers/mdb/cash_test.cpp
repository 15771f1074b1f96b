// Coin changers and bill validators, with the bytes of MDB/ICP 4.2, sections 5 and 6, and money.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/mdb/bill_validator.h"
#include "drivers/mdb/coin_changer.h"
#include "tests/drivers/mdb/transcript.h"

namespace brewproof::mdb {
namespace {

using testing::bytes_of;
using testing::content_of;
using ::testing::ElementsAre;

TEST(CoinChanger, CommandsAreReadFromTheirBytes) {
  using namespace changer;
  const auto command = [](std::string_view text) {
    return read_command(content_of(text, From::master));
  };
  EXPECT_EQ(command("08* 08"), Command(Ask::reset));
  EXPECT_EQ(command("09* 09"), Command(Ask::setup));
  EXPECT_EQ(command("0A* 0A"), Command(Ask::tube_status));
  EXPECT_EQ(command("0B* 0B"), Command(Ask::poll));
  EXPECT_EQ(command("0C* FF FF FF FF 08"), Command(CoinTypes{0xFFFF, 0xFFFF}));
  EXPECT_EQ(command("0C* 00 00 00 00 0C"), Command(CoinTypes{0, 0}));
  EXPECT_EQ(command("0D* 12 1F"), Command(Dispense{2, 1}));
  EXPECT_EQ(command("0F* 00 0F"), Command(Ask::identity));
  EXPECT_EQ(command("0F* 01 00 00 00 03 13"), Command(Ask::enable_features));
  EXPECT_EQ(command("0F* 02 14 25"), Command(Payout{20}));
  EXPECT_EQ(command("0F* 03 12"), Command(Ask::payout_status));
  EXPECT_EQ(command("0F* 04 13"), Command(Ask::payout_value));
  EXPECT_EQ(command("0F* 05 14"), Command(Ask::diagnosis));
  EXPECT_EQ(command("0E* 0E").error().at, 0u);
  EXPECT_EQ(command("0F* 06 15").error().at, 1u);
}

TEST(CoinChanger, SetupTellsScaleAndCredits) {
  // The standard's own example: credits behind the last may be left out.
  const auto setup =
      changer::read_setup(content_of("02 00 01 05 02 00 07 01 02 05 14 FF 2C*", From::peripheral));
  ASSERT_TRUE(setup) << setup.error().why;
  EXPECT_EQ(setup->level, 2);
  EXPECT_EQ(setup->country, 0x0001);
  EXPECT_EQ(setup->unit, (PriceUnit{5, 2}));
  EXPECT_EQ(setup->to_tubes, 0x0007);
  EXPECT_THAT(setup->credit, ElementsAre(1, 2, 5, 0x14, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  EXPECT_EQ(setup->unit.of(setup->credit[3]), (Amount{100, 2}));
  // A Mars C7900's values.
  const auto real = changer::read_setup(
      bytes_of("03 19 78 05 02 00 0F 01 02 04 0A 14 28 00 00 00 00 00 00 00 00 00 00"));
  ASSERT_TRUE(real);
  EXPECT_EQ(currency_number(real->country), 978);
  EXPECT_EQ(real->unit.of(real->credit[5]), (Amount{200, 2}));
}

TEST(CoinChanger, ActivitiesAreReadInOrder) {
  using namespace changer;
  const auto activities = [](std::string_view text) {
    return read_activities(content_of(text, From::peripheral));
  };
  EXPECT_THAT(activities("53 0C 5F*").value(),
              ElementsAre(Activity(Accepted{3, Accepted::To::tube, 12})));
  EXPECT_THAT(activities("0B 0B*").value(), ElementsAre(Activity(Status::was_reset)));
  EXPECT_THAT(read_activities(bytes_of("41 00 70 00 A4 09 22 01 0C")).value(),
              ElementsAre(Activity(Accepted{1, Accepted::To::cash_box, 0}),
                          Activity(Accepted{0, Accepted::To::reject, 0}),
                          Activity(DispensedByHand{4, 2, 9}), Activity(Slugs{2}),
                          Activity(Status::escrow_lever), Activity(Status::coin_jam)));
}

TEST(CoinChanger, WhatCannotBeReadIsAFault) {
  using namespace changer;
  EXPECT_EQ(read_activities(bytes_of("53")).error(),
            (Fault{1, "the block ends within an activity"}));
  EXPECT_EQ(read_activities(bytes_of("01 62 00")).error(), (Fault{1, "a coin is routed nowhere"}));
  EXPECT_EQ(read_activities(bytes_of("01 0E")).error().at, 1u);
  EXPECT_EQ(read_activities(bytes_of("00")).error().at, 0u);
  EXPECT_EQ(read_activities(Bytes(17, 0x01)).error().at, 16u);
  EXPECT_EQ(read_activities({}).error().at, 0u);
  EXPECT_EQ(read_setup(bytes_of("01 00 01 05 02 00 07")).error(),
            (Fault{0, "a changer's level is 2 or 3"}));
  EXPECT_EQ(read_setup(Bytes(24, 0x02)).error(),
            (Fault{23, "the block goes on behind its last field"}));
}

TEST(CoinChanger, TruncatedAtEachByteIsAFault) {
  const Bytes setup = bytes_of("02 00 01 05 02 00 07");
  ASSERT_TRUE(changer::read_setup(setup));
  for (std::size_t length = 0; length < setup.size(); ++length)
    EXPECT_FALSE(changer::read_setup(ByteView(setup).first(length))) << length;
  for (const char* text : {"0C FF FF FF FF", "0D 12", "0F 02 14", "0F 01 00 00 00 03"}) {
    const Bytes whole = bytes_of(text);
    ASSERT_TRUE(changer::read_command(whole)) << text;
    for (std::size_t length = 0; length < whole.size(); ++length)
      EXPECT_FALSE(changer::read_command(ByteView(whole).first(length))) << text << " " << length;
  }
}

TEST(BillValidator, CommandsAreReadFromTheirBytes) {
  using namespace bill;
  const auto command = [](std::string_view text) {
    return read_command(content_of(text, From::master));
  };
  EXPECT_EQ(command("30* 30"), Command(Ask::reset));
  EXPECT_EQ(command("31* 31"), Command(Ask::setup));
  EXPECT_EQ(command("32* 00 03 35"), Command(Security{3}));
  EXPECT_EQ(command("33* 33"), Command(Ask::poll));
  EXPECT_EQ(command("34* FF FF 00 00 32"), Command(BillTypes{0xFFFF, 0}));
  EXPECT_EQ(command("34* FF FF FF FF 30"), Command(BillTypes{0xFFFF, 0xFFFF}));
  EXPECT_EQ(command("34* 00 00 00 00 34"), Command(BillTypes{0, 0}));
  EXPECT_EQ(command("35* 00 35"), Command(Escrow::give_back));
  EXPECT_EQ(command("35* 01 36"), Command(Escrow::stack));
  EXPECT_EQ(command("35* 02 37").error().at, 1u);
  EXPECT_EQ(command("36* 36"), Command(Ask::stacker));
  EXPECT_EQ(command("37* 00 37"), Command(Ask::identity));
  EXPECT_EQ(command("37* 01 00 00 00 02 3A"), Command(Ask::enable_features));
  EXPECT_EQ(command("37* 02 39"), Command(Ask::identity_and_options));
  EXPECT_EQ(command("37* 03 3A"), Command(Ask::recycler));
}

const char* const bill_setup =
    "01 19 78 00 64 02 01 F4 00 00 FF 05 0A 14 32 00 00 00 00 00 00 00 00 00 00 00 00";

TEST(BillValidator, SetupTellsScaleAndCredits) {
  const auto setup = bill::read_setup(bytes_of(bill_setup));
  ASSERT_TRUE(setup) << setup.error().why;
  EXPECT_EQ(setup->unit, (PriceUnit{100, 2}));
  EXPECT_EQ(setup->stacker_holds, 500);
  EXPECT_TRUE(setup->has_escrow);
  EXPECT_EQ(setup->unit.of(setup->credit[1]), (Amount{1000, 2}));  // 10.00
}

TEST(BillValidator, ActivitiesAreReadInOrder) {
  using namespace bill;
  const auto activities = [](std::string_view text) {
    return read_activities(content_of(text, From::peripheral));
  };
  EXPECT_THAT(activities("90 90*").value(), ElementsAre(Activity(Bill{0, Bill::Went::to_escrow})));
  EXPECT_THAT(activities("81 81*").value(), ElementsAre(Activity(Bill{1, Bill::Went::to_stacker})));
  EXPECT_THAT(
      read_activities(bytes_of("A2 B3 C4 06 45 2A 0C")).value(),
      ElementsAre(Activity(Bill{2, Bill::Went::back}), Activity(Bill{3, Bill::Went::to_recycler}),
                  Activity(Bill{4, Bill::Went::rejected}), Activity(Status::was_reset),
                  Activity(AttemptsWhileDisabled{5}), Activity(RecyclerStatus{0x2A}),
                  Activity(Status::credited_bill_removed)));
}

TEST(BillValidator, WhatCannotBeReadIsAFault) {
  using namespace bill;
  EXPECT_EQ(read_activities(bytes_of("06 0D")).error(),
            (Fault{1, "no activity of a bill validator has this code"}));
  EXPECT_EQ(read_activities(bytes_of("20")).error().at, 0u);
  EXPECT_EQ(read_activities(bytes_of("60")).error().at, 0u);
  EXPECT_EQ(read_activities(Bytes(17, 0x03)).error().at, 16u);
  Bytes setup = bytes_of(bill_setup);
  setup[10] = 0x01;
  EXPECT_EQ(read_setup(setup).error(), (Fault{10, "an escrow is there (FF) or not (00)"}));
  setup[0] = 3;
  EXPECT_EQ(read_setup(setup).error().at, 0u);
}

TEST(BillValidator, TruncatedAtEachByteIsAFault) {
  const Bytes setup = bytes_of(bill_setup);
  for (std::size_t length = 0; length < setup.size(); ++length)
    EXPECT_FALSE(bill::read_setup(ByteView(setup).first(length))) << length;
  for (const char* text : {"34 FF FF FF FF", "35 01", "32 00 03", "37 01 00 00 00 02"}) {
    const Bytes whole = bytes_of(text);
    ASSERT_TRUE(bill::read_command(whole)) << text;
    for (std::size_t length = 0; length < whole.size(); ++length)
      EXPECT_FALSE(bill::read_command(ByteView(whole).first(length))) << text << " " << length;
  }
}

TEST(PriceUnit, MoneyIsPriceTimesScale) {
  EXPECT_EQ((PriceUnit{1, 2}.of(3400)), (Amount{3400, 2}));  // 34.00
  EXPECT_EQ((PriceUnit{5, 2}.of(20)), (Amount{100, 2}));
  EXPECT_EQ((PriceUnit{0xFFFF, 0}.of(0xFFFFFFFE)), (Amount{281'470'681'612'290, 0}));
}

TEST(PriceUnit, CurrenciesHaveTheirIsoNumber) {
  EXPECT_EQ(currency_number(0x1978), 978);
  EXPECT_EQ(currency_number(0x1840), 840);
  EXPECT_EQ(currency_number(0x0049), std::nullopt);  // a telephone's country code
  EXPECT_EQ(currency_number(0x19A8), std::nullopt);
}

}  // namespace
}  // namespace brewproof::mdb
