#include "rig/crosscheck/pieces.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

Message at(std::uint32_t first_file, std::uint64_t first, std::uint32_t last_file,
           std::uint64_t last, std::uint64_t flow = 1) {
  Message message;
  message.first = {first_file, 0, first};
  message.last = {last_file, 0, last};
  message.flow = flow;
  return message;
}

std::string text_of(const std::vector<Piece>& pieces) {
  std::string text;
  for (const Piece& piece : pieces) {
    text += fmt::format("{}+{}:", piece.file, piece.before);
    for (const Piece::Part& part : piece.parts)
      text += fmt::format(" {}[{}-{}]{}", part.message, part.first, part.last, part.cut ? "!" : "");
    text += "\n";
  }
  return text;
}

TEST(Pieces, ASmallFileIsOnePieceAlsoWithoutPackets) {
  EXPECT_EQ(text_of(pieces_of({0, 10}, 10, {at(1, 1, 1, 10)})), "0+0:\n1+0: 0[1-10]\n");
}

TEST(Pieces, ALargeFileIsCutAndFramesCountFromOneInEach) {
  EXPECT_EQ(text_of(pieces_of({25}, 10, {at(0, 10, 0, 10), at(0, 11, 0, 12), at(0, 25, 0, 25)})),
            "0+0: 0[10-10]\n0+10: 1[1-2]\n0+20: 2[5-5]\n");
}

// Behind the cut tshark comes into the middle of something: it may read what follows wrongly.
TEST(Pieces, WhatRunsOverAnEndIsCutAndSoIsWhatFollowsInItsConversation) {
  EXPECT_EQ(text_of(pieces_of({30}, 10,
                              {at(0, 9, 0, 12, 1), at(0, 13, 0, 13, 1), at(0, 14, 0, 14, 2),
                               at(0, 21, 0, 21, 1)})),
            "0+0: 0[9-10]!\n0+10: 0[1-2]! 1[3-3]! 2[4-4]\n0+20: 3[1-1]\n");
}

TEST(Pieces, AMessageOverTwoFilesIsCutInBoth) {
  EXPECT_EQ(text_of(pieces_of({10, 10}, 100, {at(0, 10, 1, 1)})),
            "0+0: 0[10-100]!\n1+0: 0[1-1]!\n");
}

TEST(Pieces, PlacesThatCannotBeAreLeftOut) {
  EXPECT_EQ(text_of(pieces_of({10}, 10, {at(3, 1, 3, 1), at(0, 0, 0, 99)})), "0+0: 1[0-99]\n");
}

}  // namespace
}  // namespace brewproof
