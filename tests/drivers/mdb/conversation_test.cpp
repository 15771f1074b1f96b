// What is followed on the bus: the standard's whole session, and what its rules say of repetitions,
// resets and money.

#include "drivers/mdb/conversation.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/mdb/amount.h"
#include "tests/drivers/mdb/transcript.h"

namespace brewproof::mdb {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "vend_requested 1.00 item 1"
std::string text_of(const PaymentEvent& event) {
  std::string text(word_of(event.kind));
  if (event.amount) text += " " + amount_text(event.amount->units, event.amount->decimals);
  if (event.item) text += fmt::format(" item {}", *event.item);
  if (event.bits && event.bits->free) text += " free";
  if (event.bits && event.bits->test) text += " test";
  if (event.media_id) text += " card " + to_hex(*event.media_id);
  if (event.setup)
    text += fmt::format(" level {} scale {} decimals {}", event.setup->level,
                        event.setup->unit.scale, event.setup->unit.decimals);
  if (event.code != 0) text += fmt::format(" code {}", event.code);
  if (event.to_tube) text += " to tube";
  if (!event.fault.why.empty()) text += fmt::format(": {}, {}", event.fault.at, event.fault.why);
  return text;
}

class Bus {
 public:
  /// The events of a transcript, each block a millisecond after the one before.
  std::vector<std::string> hear(std::string_view text) {
    std::vector<std::string> told;
    for (const auto& [from, bytes, ignored] : testing::transcript(text))
      for (const PaymentEvent& event : conversation.hear(from, bytes, now_ns += 1'000'000)) {
        told.push_back(text_of(event));
        last = event;
      }
    return told;
  }
  Conversation conversation;
  PaymentEvent last;
  std::int64_t now_ns = 0;
};

const char* const setup_1 =
    "VMC 10* 10            PER 00*                          VMC 12* 12   PER 00 00*   VMC 00 "
    "VMC 11* 00 02 00 00 00 13   PER 01 01 19 78 01 02 05 00 9B*   VMC 00 "
    "VMC 11* 01 00 C8 00 64 3E   PER 00*";
const char* const setup_2 =
    "VMC 10* 10 PER 00* VMC 12* 12 PER 00 00* VMC 00 "
    "VMC 11* 00 03 00 00 00 14 PER 01 03 19 78 01 02 05 00 9D* VMC 00 "
    "VMC 11* 01 FF FF 00 00 10 PER 00*";

// Who comes to a bus on which all was settled before.
TEST(MdbConversation, WhatWasSettledBeforeCanBeSupposed) {
  const char* const sale =
      "VMC 13* 00 00 64 00 01 78  PER 00*  VMC 12* 12  PER 05 00 64 69*  VMC 00";
  Bus deaf;
  const auto unread = ::testing::HasSubstr("its SETUP was not heard");
  EXPECT_THAT(deaf.hear(sale), ElementsAre(unread, unread));
  Bus bus;
  bus.conversation.suppose(2, {1, 2});
  EXPECT_THAT(bus.hear("VMC 12* 12 PER 03 FF FF 01 C0 FF EE 00 00 00 AF* VMC 00"),
              ElementsAre("session_begun card 01c0ffee"));
  EXPECT_THAT(bus.hear(sale), ElementsAre("vend_requested 1.00 item 1", "vend_approved 1.00"));
  EXPECT_THAT(bus.hear(setup_2), ElementsAre("vend_succeeded_by_reset", "reset_by_machine",
                                             "was_reset", "set_up level 3 scale 1 decimals 2"));
}

TEST(MdbConversation, TheStandardsWholeSession) {
  Bus bus;
  EXPECT_THAT(bus.hear(setup_1),
              ElementsAre("reset_by_machine", "was_reset", "set_up level 1 scale 1 decimals 2"));
  EXPECT_THAT(bus.hear("VMC 14* 01 15  PER 00*  VMC 12* 12  PER 03 0D 48 58*  VMC 00"),
              ElementsAre("enabled", "session_begun 34.00"));
  EXPECT_THAT(bus.hear("VMC 13* 00 00 64 00 01 78  PER 00*  VMC 12* 12  PER 05 00 64 69*  VMC 00"),
              ElementsAre("vend_requested 1.00 item 1", "vend_approved 1.00"));
  EXPECT_THAT(bus.hear("VMC 13* 02 00 01 16  PER 00*  VMC 13* 04 17  PER 00* "
                       "VMC 12* 12  PER 07 07*  VMC 00"),
              ElementsAre("vend_succeeded item 1", "session_ended"));
}

TEST(MdbConversation, TheSessionsOtherEnds) {
  Bus bus;
  bus.hear(setup_2);
  const std::string asks = "VMC 13* 00 00 64 00 01 78 PER 00* ";
  EXPECT_THAT(bus.hear(asks + "VMC 12* 12 PER 06 06* VMC 00"),
              ElementsAre("vend_requested 1.00 item 1", "vend_denied"));
  // Denied is what the reader says to a cancelled vend as well: nobody refused anything.
  EXPECT_THAT(bus.hear(asks + "VMC 13* 01 14 PER 06 06* VMC 00"),
              ElementsAre("vend_requested 1.00 item 1", "vend_cancelled"));
  EXPECT_THAT(bus.hear(asks + "VMC 12* 12 PER 06 06* VMC 00"),
              ElementsAre("vend_requested 1.00 item 1", "vend_denied"));
  // Another amount than what was asked, then a machine that cannot dispense and a refund that
  // fails.
  EXPECT_THAT(bus.hear(asks + "VMC 12* 12 PER 05 00 50 55* VMC 00 VMC 13* 03 16 PER 00* "
                              "VMC 12* 12 PER 0A C0 CA* VMC 00"),
              ElementsAre("vend_requested 1.00 item 1", "vend_approved 0.80", "vend_failed",
                          "malfunction code 192"));
  EXPECT_THAT(bus.hear("VMC 12* 12 PER 0B 05 10* VMC 00"), ElementsAre("out_of_sequence code 5"));
  EXPECT_THAT(bus.hear("VMC 12* 12 PER 04 04* VMC 00 VMC 14* 02 16 PER 08 08* VMC 00 "
                       "VMC 14* 00 14 PER 00*"),
              ElementsAre("session_cancel_asked", "cancelled", "disabled"));
}

TEST(MdbConversation, SeveralRepliesInOneBlock) {
  Bus bus;
  bus.hear(setup_2);
  EXPECT_THAT(bus.hear("VMC 12* 12 PER 06 0A 07 04 1B* VMC 00"),
              ElementsAre("vend_denied", "malfunction code 7", "session_cancel_asked"));
}

TEST(MdbConversation, CardsOfLevel2TellTheirId) {
  Bus bus;
  bus.hear(setup_2);
  EXPECT_THAT(bus.hear("VMC 12* 12 PER 03 03 E8 FF FF FF FF 00 00 00 EA* VMC 00"),
              ElementsAre("session_begun 10.00 card ffffffff"));
}

TEST(MdbConversation, RevaluesAndCashSales) {
  Bus bus;
  bus.hear(setup_2);
  EXPECT_THAT(
      bus.hear("VMC 15* 00 01 F4 0A PER 0D 0D* VMC 00 VMC 15* 01 16 PER 0F 27 10 46* VMC 00 "
               "VMC 15* 00 01 F4 0A PER 0E 0E* VMC 00"),
      ElementsAre("revalue_requested 5.00", "revalue_approved", "revalue_limit 100.00",
                  "revalue_requested 5.00", "revalue_denied"));
  EXPECT_THAT(bus.hear("VMC 13* 05 00 64 C0 05 41 PER 00*"),
              ElementsAre("cash_sale 1.00 item 5 free test"));
}

TEST(MdbConversation, ExpandedCurrencyBeginsWhenItIsEnabled) {
  Bus bus;
  bus.hear(setup_2);
  EXPECT_THAT(bus.hear("VMC 17* 04 00 00 00 02 1D PER 00* VMC 12* 12 "
                       "PER 03 00 01 86 A0 01 A1 B2 C3 00 00 00 65 6E 19 78 00 A5* VMC 00 "
                       "VMC 13* 00 00 01 86 A0 00 01 3B PER 05 00 01 86 A0 2C* VMC 00"),
              ElementsAre("session_begun 1000.00 card 01a1b2c3", "vend_requested 1000.00 item 1",
                          "vend_approved 1000.00"));
  // Always idle alone leaves the fields short.
  bus.hear("VMC 17* 04 00 00 00 20 3B PER 00*");
  EXPECT_THAT(bus.hear("VMC 13* 00 00 64 00 01 78 PER 00*"),
              ElementsAre("vend_requested 1.00 item 1"));
}

TEST(MdbConversation, UnknownFundsAndTokensHaveNoAmount) {
  Bus bus;
  bus.hear(setup_1);
  EXPECT_THAT(bus.hear("VMC 12* 12 PER 03 FF FF 01* VMC 00 VMC 12* 12 PER 05 FF FF 03* VMC 00"),
              ElementsAre("session_begun", "vend_approved"));
}

// Until the machine acknowledges it, a reader says it again: it happened once.
TEST(MdbConversation, WhatIsSaidAgainCountsOnce) {
  Bus bus;
  bus.hear(setup_2);
  EXPECT_THAT(bus.hear("VMC 12* 12 PER 05 00 64 69* VMC AA PER 05 00 64 69* VMC 00"),
              ElementsAre("vend_approved 1.00"));
  EXPECT_THAT(bus.hear("VMC 12* 12 PER 05 00 64 69* VMC FF VMC 12* 12 PER 05 00 64 69* VMC 00"),
              ElementsAre("vend_approved 1.00"));
  EXPECT_THAT(bus.hear("VMC 12* 12 PER 05 00 64 69* VMC 12* 12 PER 05 00 64 07 70* VMC 00"),
              ElementsAre("unacknowledged", "vend_approved 1.00", "session_ended"));
  EXPECT_THAT(bus.hear("VMC 12* 12 PER 05 00 64 69* PER 05 00 64 69* VMC 00"),
              ElementsAre("unacknowledged", "vend_approved 1.00"));
}

TEST(MdbConversation, ACommandCountsOnceTheReaderAnswers) {
  Bus bus;
  bus.hear(setup_2);
  EXPECT_THAT(bus.hear("VMC 13* 00 00 64 00 01 78 VMC 13* 00 00 64 00 01 78 PER FF* "
                       "VMC 13* 00 00 64 00 01 78 PER 00*"),
              ElementsAre("vend_requested 1.00 item 1"));
  // Answered at once, and the answer repeated: asked once, approved once.
  EXPECT_THAT(bus.hear("VMC 13* 00 00 64 00 01 78 PER 05 00 64 69* VMC AA PER 05 00 64 69* VMC 00"),
              ElementsAre("vend_requested 1.00 item 1", "vend_approved 1.00"));
}

TEST(MdbConversation, TimesAreThoseOfTheBlocksThatSaySo) {
  Bus bus;
  bus.hear(setup_2);
  bus.now_ns = 0;
  bus.hear("VMC 12* 12 PER 05 00 64 69* VMC 00");
  EXPECT_EQ(bus.last.time_ns, 2'000'000);
  bus.hear("VMC 13* 02 00 01 16 PER 00*");
  EXPECT_EQ(bus.last.time_ns, 4'000'000);
  EXPECT_EQ(bus.last.device, 0x10);
}

TEST(MdbConversation, AResetBetweenApprovalAndResultCountsAsSuccess) {
  Bus bus;
  bus.hear(setup_2);
  EXPECT_THAT(bus.hear("VMC 13* 00 00 64 00 01 78 PER 00* VMC 12* 12 PER 05 00 64 69* VMC 00 "
                       "VMC 10* 10 PER 00*"),
              ElementsAre("vend_requested 1.00 item 1", "vend_approved 1.00",
                          "vend_succeeded_by_reset", "reset_by_machine"));
  EXPECT_THAT(bus.hear("VMC 10* 10 PER 00*"), ElementsAre("reset_by_machine"));
}

TEST(MdbConversation, AfterABusResetTheApprovalIsNotForgotten) {
  Bus bus;
  bus.hear(setup_2);
  bus.hear("VMC 13* 00 00 64 00 01 78 PER 00* VMC 12* 12 PER 05 00 64 69* VMC 00");
  const auto told = bus.conversation.bus_reset(7);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].kind, PaymentEvent::Kind::bus_reset);
  EXPECT_EQ(told[0].time_ns, 7);
  EXPECT_THAT(bus.hear("VMC 10* 10 PER 00*"),
              ElementsAre("vend_succeeded_by_reset", "reset_by_machine"));
}

// A reset forgets the level: what depends on it is not guessed from the session before.
TEST(MdbConversation, WithoutItsSetupAReaderIsNotUnderstood) {
  Bus bus;
  EXPECT_THAT(bus.hear("VMC 12* 12 PER 03 0D 48 58* VMC 00"),
              ElementsAre("unreadable: 0, how long this is depends on the reader's level, and its "
                          "SETUP was not heard"));
  bus.hear(setup_1);
  EXPECT_THAT(bus.hear("VMC 12* 12 PER 00 00* VMC 00 VMC 13* 00 00 64 00 01 78 PER 00*"),
              ElementsAre("was_reset",
                          "unreadable: 2, how long this is depends on the reader's "
                          "level, and its SETUP was not heard"));
}

TEST(MdbConversation, TwoReadersAreKeptApart) {
  Bus bus;
  bus.hear(setup_1);
  bus.hear("VMC 61* 00 02 00 00 00 63 PER 01 02 18 40 05 01 05 00 66* VMC 00");
  EXPECT_THAT(bus.hear("VMC 13* 00 00 64 00 01 78 PER 00* VMC 63* 00 00 64 00 01 C8 PER 00*"),
              ElementsAre("vend_requested 1.00 item 1", "vend_requested 50.0 item 1"));
  EXPECT_EQ(bus.last.device, 0x60);
}

TEST(MdbConversation, CoinsAndWhereTheyGo) {
  Bus bus;
  EXPECT_THAT(bus.hear("VMC 08* 08 PER 00* VMC 0B* 0B PER 0B 0B* VMC 00 "
                       "VMC 09* 09 PER 02 00 01 05 02 00 07 01 02 05 14 FF 2C* VMC 00"),
              ElementsAre("reset_by_machine", "was_reset"));
  EXPECT_THAT(bus.hear("VMC 0C* FF FF FF FF 08 PER 00* VMC 0B* 0B PER 53 0C 5F* VMC 00"),
              ElementsAre("coin_accepted 1.00 code 3 to tube"));
  EXPECT_THAT(bus.hear("VMC 0B* 0B PER 41 00 72 00 44 00 22 19* VMC 00"),
              ElementsAre("coin_accepted 0.10 code 1", "coin_returned 0.25 code 2",
                          "coin_accepted code 4", "slugs code 2"));
  EXPECT_THAT(bus.hear("VMC 0D* 12 1F PER 00* VMC 0F* 02 14 25 PER 00*"),
              ElementsAre("coin_dispensed 0.25 code 2", "payout 1.00"));
  EXPECT_THAT(bus.hear("VMC 0B* 0B PER A1 05 01 02 07 B0* VMC 00"),
              ElementsAre("coin_dispensed 0.20 code 1", "escrow_lever", "malfunction code 7"));
}

TEST(MdbConversation, BillsAndWhereTheyGo) {
  Bus bus;
  bus.hear(
      "VMC 30* 30 PER 00* VMC 31* 31 PER 01 19 78 00 64 02 01 F4 00 00 FF 05 0A 14 32 "
      "00 00 00 00 00 00 00 00 00 00 00 00 41* VMC 00");
  EXPECT_THAT(bus.hear("VMC 33* 33 PER 90 90* VMC 00 VMC 35* 01 36 PER 00* "
                       "VMC 33* 33 PER 81 81* VMC 00 VMC 33* 33 PER A2 0B 45 F2* VMC 00"),
              ElementsAre("bill_escrowed 5.00", "bill_stacked 10.00 code 1",
                          "bill_returned 20.00 code 2", "bill_rejected", "bill_attempts code 5"));
  EXPECT_THAT(bus.hear("VMC 33* 33 PER 06 09 05 14* VMC 00 VMC 33* 33 PER 80 80* VMC 00"),
              ElementsAre("was_reset", "malfunction code 5",
                          "unreadable: 0, what this is worth is not known: SETUP was not heard"));
}

TEST(MdbConversation, DamageIsToldAndCountsForNothing) {
  Bus bus;
  bus.hear(setup_2);
  EXPECT_THAT(bus.hear("VMC 12* 12 PER 05 00 64 68* VMC FF"),
              ElementsAre("unreadable: 3, the check byte does not hold"));
  EXPECT_THAT(bus.hear("VMC 13* 02 00 01 17 PER 00*"),
              ElementsAre("unreadable: 4, the check byte does not hold"));
  EXPECT_THAT(bus.hear("PER 05 00 64 69* VMC 00"),
              ElementsAre("unreadable: 0, a device speaks without being asked"));
}

// An answer that is followed by a NAK of the same device was not taken, whatever comes then.
TEST(MdbConversation, AnAnswerBeforeANakIsNotTaken) {
  Bus bus;
  bus.hear("VMC 09* 09 PER 02 00 01 05 02 00 07 01 02 05 14 FF 2C* VMC 00");
  EXPECT_THAT(bus.hear("VMC 0B* 0B PER 53 0C 5F* PER FF* VMC 00"), ElementsAre("unacknowledged"));
}

// Cut anywhere, a block says nothing: neither what it said whole nor anything else.
TEST(MdbConversation, TruncatedAtEachByteNothingHappens) {
  const auto quiet = [](From from, std::string_view text) {
    const Bytes whole = testing::bytes_of(text);
    for (std::size_t length = 1; length < whole.size(); ++length) {
      Bus bus;
      bus.hear(setup_2);
      const ByteView cut = ByteView(whole).first(length);
      const Bytes poll = testing::bytes_of("12 12"), ack = testing::bytes_of("00");
      std::vector<PaymentEvent> told;
      for (const auto& [who, bytes] :
           {std::pair(From::master, from == From::master ? cut : ByteView(poll)),
            std::pair(From::peripheral, from == From::master ? ByteView(ack) : cut),
            std::pair(From::master, ByteView(ack))})
        for (const PaymentEvent& event : bus.conversation.hear(who, bytes, 1))
          told.push_back(event);
      for (const PaymentEvent& event : told)
        EXPECT_EQ(event.kind, PaymentEvent::Kind::unreadable)
            << text << " cut at " << length << ": " << text_of(event);
    }
  };
  for (const char* reply :
       {"00 00", "01 01 19 78 01 02 05 00 9B", "03 03 E8 FF FF FF FF 00 00 00 EA", "05 00 64 69",
        "06 06", "07 07", "0B 05 10", "0A C0 CA", "0D 0D", "0F 27 10 46", "06 0A 07 04 1B"})
    quiet(From::peripheral, reply);
  for (const char* said : {"10 10", "11 00 02 00 00 00 13", "11 01 00 C8 00 64 3E", "14 01 15",
                           "13 00 00 64 00 01 78", "13 02 00 01 16", "13 01 14", "13 03 16",
                           "13 04 17", "15 00 01 F4 0A", "15 01 16", "17 04 00 00 00 20 3B"})
    quiet(From::master, said);
}

TEST(MdbConversation, OtherDevicesAreLeftAlone) {
  Bus bus;
  EXPECT_THAT(bus.hear("VMC 1A* 1A PER 05 00 64 69* VMC 00 VMC 5B* 5B PER 00*"), IsEmpty());
}

}  // namespace
}  // namespace brewproof::mdb
