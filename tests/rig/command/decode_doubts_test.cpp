// What the decoder's totals leave in doubt, as reasons and in words.
#include "rig/command/analysis/decode_doubts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<AnalysisSource::Capture> captures = {{"/x/a.pcapng", "a.pcapng", ""}};

TEST(DecodeDoubts, ADecoderThatReadAllLeavesNone) {
  const DecodeDoubts doubts = decode_doubts(DecodeTotals{}, captures);
  EXPECT_THAT(doubts.reasons, IsEmpty());
  EXPECT_THAT(doubts.notes, IsEmpty());
}

TEST(DecodeDoubts, PacketsOfALinkTypeThatIsNotReadMayBeTheMachines) {
  DecodeTotals totals;
  totals.unread_links = {{127, {12, {0, 1234, 5}}}, {65535, {1, {3, 24, 1}}}};
  const DecodeDoubts doubts = decode_doubts(totals, captures);
  EXPECT_THAT(doubts.reasons, ElementsAre("link-unread"));
  EXPECT_THAT(
      doubts.notes,
      ElementsAre("12 packets of link type 127 could not be read, the first of them packet 5 of "
                  "a.pcapng (byte 1234): the machine's may be among them",
                  "1 packet of further link types could not be read, the first of them packet 1 of "
                  "capture 4 (byte 24): the machine's may be among them"));
}

TEST(DecodeDoubts, AFlowBeyondItsBoundIsToldTogether) {
  DecodeTotals totals;
  totals.folded_messages = 7;
  const DecodeDoubts doubts = decode_doubts(totals, captures);
  EXPECT_THAT(doubts.reasons, ElementsAre("messages-folded"));
  EXPECT_THAT(doubts.notes,
              ElementsAre("7 messages beyond the 10000000 that one flow may have were told "
                          "together, without their fields"));
}

TEST(DecodeDoubts, ALedgerThatDoesNotAddUpIsSaid) {
  DecodeTotals totals;
  totals.up_bytes = 81234;
  for (const auto& [lost, words] :
       {std::pair(std::int64_t{3}, "3 are of no class"), {-4, "4 are of two classes"}}) {
    totals.lost_bytes = lost;
    const DecodeDoubts doubts = decode_doubts(totals, captures);
    EXPECT_THAT(doubts.reasons, ElementsAre("byte-ledger"));
    EXPECT_THAT(doubts.notes,
                ElementsAre("of the 81234 bytes that the machine sent " + std::string(words) +
                            ": a defect of this program, please report it"));
  }
}

}  // namespace
}  // namespace brewproof
