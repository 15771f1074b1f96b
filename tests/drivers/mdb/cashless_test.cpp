// Commands and replies of cashless readers, with the bytes of MDB/ICP 4.2, section 7.

#include "drivers/mdb/cashless.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/mdb/transcript.h"

namespace brewproof::mdb::cashless {
namespace {

using mdb::testing::bytes_of;
using mdb::testing::content_of;
using ::testing::ElementsAre;

const Form level_1{2, 1, false, 0, 0};
const Form level_2{2, 2, false, 0, 0};
const Form level_3{3, 3, false, 0, 0};
const Form expanded{3, 3, true, 0, 0};
const Form not_known{};

Read<Command> command(std::string_view text, const Form& form) {
  return read_command(content_of(text, From::master), form);
}
Read<std::vector<Reply>> replies(std::string_view text, const Form& form) {
  return read_replies(content_of(text, From::peripheral), form);
}
/// The only reply of a block.
Reply reply(std::string_view text, const Form& form) {
  auto all = replies(text, form);
  if (!all || all->size() != 1) {
    ADD_FAILURE() << text << ": " << (all ? "not one reply" : all.error().why);
    return Word::just_reset;
  }
  return all->front();
}
/// `content` with its check byte, as text.
std::string checked(std::string_view content) {
  const Bytes bytes = bytes_of(content);
  return fmt::format("{} {:02X}", content, check_byte(bytes));
}

TEST(CashlessCommand, EachIsReadFromItsBytes) {
  EXPECT_EQ(command("10* 10", not_known), Command(Reset{}));
  EXPECT_EQ(command("12* 12", not_known), Command(Poll{}));
  EXPECT_EQ(command("11* 00 02 00 00 00 13", not_known), Command(Configure{2, 0, 0, 0}));
  EXPECT_EQ(command("11* 00 03 00 00 00 14", not_known), Command(Configure{3, 0, 0, 0}));
  EXPECT_EQ(command("11* 01 00 C8 00 64 3E", level_1), Command(PriceRange{200, 100, {}}));
  EXPECT_EQ(command("11* 01 FF FF 00 00 10", level_2),
            Command(PriceRange{std::nullopt, 0, std::nullopt}));
  EXPECT_EQ(command("13* 00 00 64 00 01 78", level_1), Command(VendRequest{100, 1, false}));
  EXPECT_EQ(command("13* 01 14", level_1), Command(VendCancel{}));
  EXPECT_EQ(command("13* 02 00 01 16", level_1), Command(VendSuccess{1}));
  EXPECT_EQ(command("13* 03 16", level_1), Command(VendFailure{}));
  EXPECT_EQ(command("13* 04 17", level_1), Command(SessionComplete{}));
  EXPECT_EQ(command("14* 00 14", level_1), Command(ReaderSwitch{ReaderSwitch::To::disabled}));
  EXPECT_EQ(command("14* 01 15", level_1), Command(ReaderSwitch{ReaderSwitch::To::enabled}));
  EXPECT_EQ(command("14* 02 16", level_1), Command(ReaderSwitch{ReaderSwitch::To::cancelled}));
  EXPECT_EQ(command("15* 00 01 F4 0A", level_2), Command(RevalueRequest{500}));
  EXPECT_EQ(command("15* 01 16", level_2), Command(RevalueLimitRequest{}));
  EXPECT_EQ(command("17* 04 00 00 00 20 3B", level_3), Command(EnableOptions{option_always_idle}));
}

TEST(CashlessCommand, ThoseWithoutAPrintedVectorAreReadToo) {
  EXPECT_EQ(command(checked("13 05 00 64 D0 05"), level_2),
            Command(CashSale{100, 0xD005, std::nullopt}));
  EXPECT_EQ(item_bits(0xD005), (ItemBits{5, true, true, false, true}));
  EXPECT_EQ(item_bits(0x2FFF), (ItemBits{0xFFF, false, false, true, false}));
  EXPECT_EQ(command(checked("13 06 00 64 00 07"), level_3), Command(VendRequest{100, 7, true}));
  EXPECT_EQ(command(checked("14 03 31 32 33 34 35 36 37 38"), level_3),
            Command(DataEntry{{'1', '2', '3', '4', '5', '6', '7', '8'}}));
  EXPECT_EQ(command(checked("17 03 26 11 29 20 30 00 07 48 02 00"), level_3),
            Command(WriteTime{{0x26, 0x11, 0x29, 0x20, 0x30, 0x00, 0x07, 0x48, 0x02, 0x00}}));
  EXPECT_EQ(command(checked("17 FF 01 02"), level_3), Command(Diagnostics{{0x01, 0x02}}));
  EXPECT_EQ(command(checked("17 00 42 50 46 30 30 30 30 30 30 30 30 30 30 30 31"
                            " 53 49 4D 2D 56 4D 43 20 20 20 20 20 01 23"),
                    level_2),
            Command(IdentityRequest{{"BPF", "000000000001", "SIM-VMC     ", 0x0123, {}}}));
}

TEST(CashlessCommand, ExpandedCurrencyHasLongFields) {
  EXPECT_EQ(command(checked("11 01 00 01 86 A0 00 00 00 64 19 78"), expanded),
            Command(PriceRange{100'000, 100, 0x1978}));
  EXPECT_EQ(command(checked("13 00 00 01 86 A0 00 01"), expanded),
            Command(VendRequest{100'000, 1, false}));
  EXPECT_EQ(command(checked("13 05 00 00 00 64 00 01 19 78"), expanded),
            Command(CashSale{100, 1, 0x1978}));
  EXPECT_EQ(command(checked("15 00 00 00 01 F4"), expanded), Command(RevalueRequest{500}));
  EXPECT_EQ(command("13* 00 00 64 00 01 78", expanded).error(),
            (Fault{6, "the block ends too early"}));
  EXPECT_EQ(command(checked("13 00 00 01 86 A0 00 01"), level_3).error(),
            (Fault{6, "the block goes on behind its last field"}));
}

TEST(CashlessCommand, TheSecondReaderHasTheSameCodes) {
  EXPECT_EQ(command("63* 00 00 64 00 01 C8", level_2), Command(VendRequest{100, 1, false}));
}

TEST(CashlessCommand, WhatIsNotKnownIsAFault) {
  EXPECT_EQ(command("16* 16", level_2).error().at, 0u);
  EXPECT_EQ(command(checked("13 07"), level_2).error().at, 1u);
  EXPECT_EQ(command(checked("14 04"), level_2).error().at, 1u);
  EXPECT_EQ(command(checked("11 00 04 00 00 00"), level_2).error(),
            (Fault{2, "a level is 1, 2 or 3"}));
  EXPECT_EQ(command("13* 00 00 64 00 01 78", not_known).error().why,
            "how long this is depends on the reader's level, and its SETUP was not heard");
}

TEST(CashlessReply, EachIsReadFromItsBytes) {
  EXPECT_EQ(reply("00 00*", not_known), Reply(Word::just_reset));
  EXPECT_EQ(reply("01 01 19 78 01 02 05 00 9B*", not_known),
            Reply(Configuration{1, 0x1978, {1, 2}, 5, 0}));
  EXPECT_EQ(reply("03 0D 48 58*", level_1), Reply(BeginSession{3400, {}, {}}));
  EXPECT_EQ(reply("03 03 E8 FF FF FF FF 00 00 00 EA*", level_2),
            Reply(BeginSession{1000, Medium{{0xFF, 0xFF, 0xFF, 0xFF}, 0, 0}, {}}));
  EXPECT_EQ(reply("05 00 64 69*", level_1), Reply(VendApproved{100}));
  EXPECT_EQ(reply("06 06*", level_1), Reply(Word::vend_denied));
  EXPECT_EQ(reply("07 07*", level_1), Reply(Word::end_session));
  EXPECT_EQ(reply("0B 05 10*", level_2), Reply(OutOfSequence{5}));
  EXPECT_EQ(reply("0A C0 CA*", level_2), Reply(Malfunction{0xC0}));
  EXPECT_EQ(reply("0D 0D*", level_2), Reply(Word::revalue_approved));
  EXPECT_EQ(reply("0F 27 10 46*", level_2), Reply(RevalueLimit{10'000}));
}

TEST(CashlessReply, ThoseWithoutAPrintedVectorAreReadToo) {
  EXPECT_EQ(reply("04 04", level_2), Reply(Word::session_cancel_request));
  EXPECT_EQ(reply("08 08", level_2), Reply(Word::cancelled));
  EXPECT_EQ(reply("0E 0E", level_2), Reply(Word::revalue_denied));
  EXPECT_EQ(reply("11 11", level_3), Reply(Word::time_request));
  EXPECT_EQ(reply("13 13", level_3), Reply(Word::data_entry_cancel));
  EXPECT_EQ(reply(checked("12 84"), level_3), Reply(DataEntryRequest{0x84}));
  EXPECT_EQ(reply("0B 0B", level_1), Reply(OutOfSequence{}));
  EXPECT_EQ(reply(checked("02 0A 48 49"), (Form{2, 2, false, 2, 1})),
            Reply(DisplayRequest{10, "HI"}));
  EXPECT_EQ(reply(checked("FF 01 02"), level_3), Reply(Diagnostics{{0x01, 0x02}}));
  EXPECT_EQ(reply(checked("05 FF FF"), level_2), Reply(VendApproved{}));  // a token
  EXPECT_EQ(reply(checked("03 FF FF"), level_1), Reply(BeginSession{}));  // funds unknown
}

TEST(CashlessReply, ExpandedCurrencyHasLongFields) {
  EXPECT_EQ(reply(checked("03 00 01 86 A0 01 A1 B2 C3 00 00 00 65 6E 19 78 00"), expanded),
            Reply(BeginSession{100'000, Medium{{0x01, 0xA1, 0xB2, 0xC3}, 0, 0},
                               Locale{0x656E, 0x1978, 0}}));
  EXPECT_EQ(reply(checked("05 00 01 86 A0"), expanded), Reply(VendApproved{100'000}));
  EXPECT_EQ(reply(checked("05 FF FF FF FF"), expanded), Reply(VendApproved{}));
  EXPECT_EQ(reply(checked("0F 00 00 27 10"), expanded), Reply(RevalueLimit{10'000}));
}

TEST(CashlessReply, AnIdentityTellsItsOptionsToAMachineOfLevel3) {
  const std::string plain =
      "09 42 50 46 30 30 30 30 30 30 30 30 30 30 30 31 53 49 4D 2D 52 45 41 44 45 52 20 20 01 00";
  const Identity identity{"BPF", "000000000001", "SIM-READER  ", 0x0100, {}};
  EXPECT_EQ(reply(checked(plain), level_2), Reply(identity));
  Identity with_options = identity;
  with_options.options = option_always_idle | option_money32;
  EXPECT_EQ(reply(checked(plain + " 00 00 00 22"), level_3), Reply(with_options));
}

TEST(CashlessReply, SeveralInOneBlockAreReadByTheirLengths) {
  const auto all = replies("06 0A 07 04 1B", level_2);
  ASSERT_TRUE(all);
  EXPECT_THAT(*all, ElementsAre(Reply(Word::vend_denied), Reply(Malfunction{0x07}),
                                Reply(Word::session_cancel_request)));
  const auto longer = replies(checked("06 05 00 64 07 0B 04 0A 01 04"), level_2);
  ASSERT_TRUE(longer);
  EXPECT_THAT(*longer, ElementsAre(Reply(Word::vend_denied), Reply(VendApproved{100}),
                                   Reply(Word::end_session), Reply(OutOfSequence{4}),
                                   Reply(Malfunction{1}), Reply(Word::session_cancel_request)));
}

// The same bytes are something else at another level: 0B has a state from level 2 on.
TEST(CashlessReply, TheLevelDecidesWhereAReplyEnds) {
  EXPECT_THAT(replies(checked("0B 04"), level_1).value(),
              ElementsAre(Reply(OutOfSequence{}), Reply(Word::session_cancel_request)));
  EXPECT_THAT(replies(checked("0B 04"), level_2).value(), ElementsAre(Reply(OutOfSequence{4})));
}

TEST(CashlessReply, WhatCannotBeReadMakesTheBlockAFault) {
  EXPECT_EQ(replies(checked("06 1B 07"), level_2).error(),
            (Fault{1, "no reply of a cashless reader has this code"}));
  EXPECT_EQ(replies(checked("06 05 00"), level_2).error(),
            (Fault{3, "the block ends within a reply"}));
  EXPECT_EQ(replies(checked("06 03 00 64"), not_known).error().at, 1u);
  EXPECT_EQ(replies(checked("01 00 19 78 01 02 05 00"), level_2).error(),
            (Fault{1, "a level is 1, 2 or 3"}));
  EXPECT_EQ(read_replies({}, level_2).error(), (Fault{0, "the block is empty"}));
}

struct Cut {
  const char* text;
  Form form;
};

// Without its last bytes no command is another one that says less.
TEST(CashlessCommand, TruncatedAtEachByteIsAFault) {
  for (const Cut& cut : {Cut{"11 00 02 00 00 00", level_2}, Cut{"11 01 00 C8 00 64", level_2},
                         Cut{"13 00 00 64 00 01", level_2}, Cut{"13 02 00 01", level_2},
                         Cut{"13 05 00 00 00 64 00 01 19 78", expanded}, Cut{"14 01", level_2},
                         Cut{"15 00 01 F4", level_2}, Cut{"17 04 00 00 00 20", level_3},
                         Cut{"14 03 31 32 33 34 35 36 37 38", level_3}}) {
    const Bytes whole = bytes_of(cut.text);
    ASSERT_TRUE(read_command(whole, cut.form)) << cut.text;
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const auto read = read_command(ByteView(whole).first(length), cut.form);
      ASSERT_FALSE(read) << cut.text << " cut at " << length;
      EXPECT_EQ(read.error().at, length);
    }
  }
}

TEST(CashlessReply, TruncatedAtEachByteIsAFault) {
  for (const Cut& cut :
       {Cut{"01 01 19 78 01 02 05 00", level_1}, Cut{"03 0D 48", level_1},
        Cut{"03 03 E8 FF FF FF FF 00 00 00", level_2},
        Cut{"03 00 01 86 A0 01 A1 B2 C3 00 00 00 65 6E 19 78 00", expanded},
        Cut{"05 00 64", level_2}, Cut{"0A C0", level_2}, Cut{"0B 05", level_2},
        Cut{"0F 27 10", level_2}, Cut{"12 84", level_3}, Cut{"02 0A 48 49", {2, 2, false, 2, 1}}}) {
    const Bytes whole = bytes_of(cut.text);
    ASSERT_TRUE(read_replies(whole, cut.form)) << cut.text;
    for (std::size_t length = 0; length < whole.size(); ++length)
      EXPECT_FALSE(read_replies(ByteView(whole).first(length), cut.form))
          << cut.text << " cut at " << length;
  }
}

}  // namespace
}  // namespace brewproof::mdb::cashless
