#include "rig/books/booking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/books/audit_files.h"

namespace brewproof::books {
namespace {

using ::testing::HasSubstr;

// What a machine counts: paid and free drinks, the cashless reader's sales, one product.
Audit counted(int paid, int value, int free, int card, int card_value) {
  const AuditFile file = read_audit_file(
      made({"ID1*KD1*K95", "ID4*2*978*EUR", fmt::format("VA1*{}*{}*0*0", value, paid),
            fmt::format("VA3*0*{}*0*0", free), fmt::format("DA2*{}*{}*0*0", card_value, card),
            "PA1*1*180", fmt::format("PA2*{}*{}*0*0", paid, value)}));
  EXPECT_TRUE(file.sound()) << remarks_of(file);
  return file.audits.at(0);
}

const Audit start = counted(100, 18000, 7, 100, 18000);

ExpectedSales payment(std::int64_t amount) { return {{1, 1}, {1, 1}, {amount, amount}}; }

struct Case {
  const char* name;
  Audit after;
  ExpectedSales expected;
  BookingVerdict verdict;
};

class BookingTest : public ::testing::TestWithParam<Case> {};

TEST_P(BookingTest, IsJudged) {
  const Booking booking = hold_against(start, GetParam().after, GetParam().expected);
  EXPECT_EQ(word_of(booking.verdict), word_of(GetParam().verdict)) << booking.why;
  EXPECT_EQ(booking.why.empty(), booking.verdict == BookingVerdict::agrees);
}

INSTANTIATE_TEST_SUITE_P(
    Books, BookingTest,
    ::testing::Values(
        Case{"Nothing", counted(100, 18000, 7, 100, 18000), {}, BookingVerdict::agrees},
        Case{"APayment", counted(101, 18225, 7, 101, 18225), payment(225), BookingVerdict::agrees},
        Case{"AFreeDrink",
             counted(100, 18000, 8, 100, 18000),
             {{1, 1}, {}, {}},
             BookingVerdict::agrees},
        Case{"APaymentThatNobodyAnswered",
             counted(100, 18000, 7, 100, 18000),
             {{0, 1}, {0, 1}, {0, 225}},
             BookingVerdict::agrees},
        Case{"APaymentThatNobodyAnsweredButTheMachineDid",
             counted(101, 18225, 7, 101, 18225),
             {{0, 1}, {0, 1}, {0, 225}},
             BookingVerdict::agrees},
        Case{"NotBooked", counted(100, 18000, 7, 100, 18000), payment(225),
             BookingVerdict::not_booked},
        Case{"SomebodyElses",
             counted(101, 18180, 7, 101, 18180),
             {},
             BookingVerdict::unaccounted_vend},
        Case{"ChargedTwice", counted(101, 18225, 7, 102, 18450), payment(225),
             BookingVerdict::charged_twice},
        Case{"ChargedTooMuch", counted(101, 18400, 7, 101, 18400), payment(225),
             BookingVerdict::charged_twice},
        Case{"ChargedTooLittle", counted(101, 18100, 7, 101, 18100), payment(225),
             BookingVerdict::other_amount},
        Case{"ThePriceAskedInPlaceOfTheAmountApproved",
             counted(101, 18180, 7, 101, 18180),
             {{1, 1}, {1, 1}, {180, 225}},
             BookingVerdict::agrees}),
    [](const auto& test) { return test.param.name; });

TEST(Booking, WhatMovedIsTold) {
  const Booking booking =
      hold_against(start, counted(101, 18225, 9, 102, 18450), {{3, 3}, {1, 1}, {225, 225}});
  EXPECT_EQ(booking.moved, (BookedSales{3, 2, 450}));
  EXPECT_EQ(booking.verdict, BookingVerdict::charged_twice);
  EXPECT_EQ(booking.why, "2 payments of 450 in all are booked where 1 of 225 were approved");
}

TEST(Booking, WhatWasInsertedIsHeldAgainstWhatCameIn) {
  const auto coins = [](int cash, int paid) {
    return read_audit_file(made({"ID1*KD1*K95", fmt::format("VA1*{}*{}*0*0", 180 * paid, paid),
                                 fmt::format("CA3*0*0*0*0*{}*0*0*0", cash)}))
        .audits.at(0);
  };
  const auto of = [&](int cash, std::int64_t least, std::int64_t most) {
    ExpectedSales expected{{1, 1}, {}, {}};
    expected.cash = {least, most};
    return hold_against(coins(5000, 6), coins(5000 + cash, 7), expected);
  };
  EXPECT_EQ(of(200, 200, 200).verdict, BookingVerdict::agrees);
  EXPECT_EQ(of(200, 200, 200).moved.cash, 200);
  EXPECT_EQ(of(0, 0, 200).verdict, BookingVerdict::agrees);  // nobody knows
  EXPECT_EQ(of(150, 200, 200).verdict, BookingVerdict::other_amount);
  EXPECT_EQ(of(150, 200, 200).why, "150 in coins or bills are booked where 200 was inserted");
  EXPECT_EQ(of(250, 200, 200).verdict, BookingVerdict::other_amount);
}

TEST(Booking, WithoutTheMachinesOwnCountTheProductsTell) {
  const auto products = [](int first, int second) {
    return read_audit_file(made({"ID1*KD1*K95", "PA1*1*180", fmt::format("PA2*{}*0", first),
                                 "PA1*2*240", fmt::format("PA2*{}*0", second)}))
        .audits.at(0);
  };
  EXPECT_EQ(hold_against(products(5, 6), products(6, 8), {{3, 3}, {}, {}}).verdict,
            BookingVerdict::agrees);
  EXPECT_EQ(hold_against(products(5, 6), products(6, 8), {{2, 2}, {}, {}}).verdict,
            BookingVerdict::unaccounted_vend);
}

TEST(Booking, BooksThatCountNothingProveNothing) {
  const Audit audit = read_audit_file(made({"ID1*KD1*K95"})).audits.at(0);
  const Booking booking = hold_against(audit, audit, {});
  EXPECT_EQ(booking.verdict, BookingVerdict::doubtful);
  EXPECT_THAT(booking.why, HasSubstr("count no vends"));
}

TEST(Booking, AnotherMachineProvesNothing) {
  Audit other = start;
  other.machine.serial = "KD2";
  const Booking booking = hold_against(start, other, {});
  EXPECT_EQ(booking.verdict, BookingVerdict::doubtful);
  EXPECT_THAT(booking.why, HasSubstr("another machine"));
}

}  // namespace
}  // namespace brewproof::books
