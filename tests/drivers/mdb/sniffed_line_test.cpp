// Lines of a sniffing Qibixx adapter.

#include "drivers/mdb/sniffed_line.h"

#include <gtest/gtest.h>

#include "tests/drivers/mdb/transcript.h"

namespace brewproof::mdb {
namespace {

using testing::bytes_of;

TEST(SniffedLine, BlocksGetTheirCheckByteBack) {
  EXPECT_EQ(read_sniffed_line("x,00,0000012500,13,0000640001").value(),
            (SniffedLine{From::master, 12500, bytes_of("13 00 00 64 00 01 78")}));
  EXPECT_EQ(read_sniffed_line("x,80,0000012346,050064").value(),
            (SniffedLine{From::peripheral, 12346, bytes_of("05 00 64 69")}));
  EXPECT_EQ(read_sniffed_line("x,00,9999999999,12").value(),
            (SniffedLine{From::master, 9'999'999'999, bytes_of("12 12")}));
  EXPECT_EQ(read_sniffed_line("x,00,0000000001,10,").value(),
            (SniffedLine{From::master, 1, bytes_of("10 10")}));
  EXPECT_EQ(read_sniffed_line("x,80,0000000001,0d").value().bytes, bytes_of("0D 0D"));
}

TEST(SniffedLine, AcknowledgementsStandAlone) {
  EXPECT_EQ(read_sniffed_line("x,80,0000012346,ACK").value(),
            (SniffedLine{From::peripheral, 12346, bytes_of("00")}));
  EXPECT_EQ(read_sniffed_line("x,00,0000012346,ACK").value().bytes, bytes_of("00"));
  EXPECT_EQ(read_sniffed_line("x,00,0000012346,NAK").value().bytes, bytes_of("FF"));
  EXPECT_EQ(read_sniffed_line("x,00,0000012346,RET").value().bytes, bytes_of("AA"));
  // JUST RESET is a block.
  EXPECT_EQ(read_sniffed_line("x,80,0000012346,00").value().bytes, bytes_of("00 00"));
}

struct Wrong {
  const char* line;
  std::size_t at;
  const char* why;
};

TEST(SniffedLine, AFaultNamesTheCharacter) {
  for (const Wrong& wrong :
       {Wrong{"y,00,0000012346,ACK", 0, "a sniffed line begins with x"},
        Wrong{"x,ACK", 2, "the status is two hex digits"},
        Wrong{"x,081,0000012346,ACK", 2, "the status is two hex digits"},
        Wrong{"x,01,0000012346,12", 2, "the adapter marks the block as damaged"},
        Wrong{"x,81,0000012346,ACK", 2, "the adapter marks the block as damaged"},
        Wrong{"x,00,12346,12", 5, "the time is ten digits"},
        Wrong{"x,00,-000012346,12", 5, "the time is ten digits"},
        Wrong{"x,00,00000123x6,12", 5, "the time is ten digits"},
        Wrong{"x,80,0000012346,", 16, "hex digits, ACK, NAK or RET are expected"},
        Wrong{"x,80,0000012346,RET", 16, "hex digits, ACK, NAK or RET are expected"},
        Wrong{"x,80,0000012346,AC", 0, ""},
        Wrong{"x,80,0000012346,050", 16, "hex digits, ACK, NAK or RET are expected"},
        Wrong{"x,80,0000012346,0g", 16, "hex digits, ACK, NAK or RET are expected"},
        Wrong{"x,80,0000012346,05,64", 19, "the line goes on behind its last field"},
        Wrong{"x,80,0000012346,ACK,64", 20, "the line goes on behind its last field"},
        Wrong{"x,00,0000012346,1300,00", 16, "a command is one byte"},
        Wrong{"x,00,0000012346,00", 16, "no device has address 0"},
        Wrong{"x,00,0000012346,13,6", 19, "hex digits are expected"},
        Wrong{"x,00,0000012346,13,64,1", 22, "the line goes on behind its last field"}}) {
    const auto read = read_sniffed_line(wrong.line);
    if (*wrong.why == '\0') {
      EXPECT_TRUE(read) << wrong.line;
    } else {
      ASSERT_FALSE(read) << wrong.line;
      EXPECT_EQ(read.error().at, wrong.at) << wrong.line;
      EXPECT_EQ(read.error().why, wrong.why) << wrong.line;
    }
  }
}

TEST(SniffedLine, ABlockHasUpTo36Bytes) {
  const std::string head = "x,80,0000012346,";
  EXPECT_EQ(read_sniffed_line(head + std::string(70, '1')).value().bytes.size(), 36u);
  EXPECT_EQ(read_sniffed_line(head + std::string(72, '1')).error().why,
            "the block is longer than 36 bytes");
}

// Digits may be missing and the block still whole: of bytes that a cut leaves, no reply is read
// that is not as long as its code says (CashlessReply.TruncatedAtEachByteIsAFault).
TEST(SniffedLine, TruncatedBeforeItsBlockIsAFault) {
  const std::string line = "x,00,0000012500,13,0000640001";
  for (std::size_t length = 0; length < 18; ++length)
    EXPECT_FALSE(read_sniffed_line(std::string_view(line).substr(0, length))) << length;
}

}  // namespace
}  // namespace brewproof::mdb
