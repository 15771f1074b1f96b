// The small text parts of drivers: lines out of pieces, amounts of money, bytes shown to people.

#include <gtest/gtest.h>

#include "drivers/mdb/amount.h"
#include "drivers/quoted.h"
#include "drivers/transport/line_reader.h"
#include "tests/drivers/pty_peer.h"

namespace brewproof::testing {
namespace {

std::vector<std::string> lines_of(LineReader& reader) {
  std::vector<std::string> lines;
  while (auto line = reader.next()) lines.push_back(*line);
  return lines;
}

TEST(LineReader, LinesEndWithCrLfOrBoth) {
  LineReader reader;
  reader.feed(as_bytes("a\rb\nc\r\nd"));
  EXPECT_EQ(lines_of(reader), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(reader.unfinished(), "d");
}

TEST(LineReader, PiecesSplitAtAnyByteAreTheSameLines) {
  const std::string text = "CH1: ON\r\nCH2: OFF\r\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    LineReader reader;
    reader.feed(as_bytes(text.substr(0, cut)));
    reader.feed(as_bytes(text.substr(cut)));
    EXPECT_EQ(lines_of(reader), (std::vector<std::string>{"CH1: ON", "CH2: OFF"}));
  }
}

TEST(LineReader, ALineOfFiveHundredAndTwelveBytesIsTheLongest) {
  LineReader reader;
  reader.feed(as_bytes(std::string(512, 'a') + "\n" + std::string(513, 'b') + "\n" +
                       std::string(1'000'000, 'c') + "\nd\n"));
  EXPECT_EQ(lines_of(reader), (std::vector<std::string>{std::string(512, 'a'), "d"}));
}

TEST(Amount, IsDecimalTextWithAPoint) {
  EXPECT_EQ(amount_text(180, 2), "1.80");
  EXPECT_EQ(amount_text(5, 2), "0.05");
  EXPECT_EQ(amount_text(0, 2), "0.00");
  EXPECT_EQ(amount_text(180, 0), "180");
  EXPECT_EQ(amount_text(1234567, 3), "1234.567");
}

TEST(Amount, IsReadInMinorUnits) {
  EXPECT_EQ(parse_amount("1.80", 2), 180);
  EXPECT_EQ(parse_amount("1.8", 2), 180);
  EXPECT_EQ(parse_amount("2", 2), 200);
  EXPECT_EQ(parse_amount("0.05", 2), 5);
  EXPECT_EQ(parse_amount("655.35", 2), 65535);
  EXPECT_EQ(parse_amount("180", 0), 180);
  EXPECT_EQ(parse_amount("1.800", 2), 180);
}

TEST(Amount, AnythingElseIsNoAmount) {
  for (const char* text : {"", ".", ".5", "1.", "-1", "+1", "1,80", "1.2.3", "abc", "1.805", " 1",
                           "1e3", "9999999999999999", "1.80\n"})
    EXPECT_EQ(parse_amount(text, 2), std::nullopt) << text;
}

TEST(Quoted, TextIsInQuotesWithControlsEscaped) {
  EXPECT_EQ(quoted(as_bytes("CH1: ON\r\n")), R"("CH1: ON\r\n")");
  EXPECT_EQ(quoted(as_bytes("say \"hi\" \\ \x1b]0;x\x07")), R"("say \"hi\" \\ \x1b]0;x\x07")");
  EXPECT_EQ(quoted({}), R"("")");
}

TEST(Quoted, BinaryIsHexAndLongIsCut) {
  EXPECT_EQ(quoted(hex("A0 01 05 A6")), "A0 01 05 A6");
  EXPECT_EQ(quoted(as_bytes(std::string(70, 'a'))),
            "\"" + std::string(64, 'a') + "\" and 6 more bytes");
}

}  // namespace
}  // namespace brewproof::testing
