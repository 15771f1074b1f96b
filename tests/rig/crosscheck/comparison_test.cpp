#include "rig/crosscheck/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/crosscheck/lines.h"

namespace brewproof {
namespace {

using testing::IsEmpty;
using Standing = Comparison::Standing;

// Requests of one machine to 10.0.0.9:80 from its port 41000.
class TwoSides {
 public:
  void ours(const std::string& path, std::uint64_t first, std::uint64_t last,
            Standing standing = Standing::compared, std::uint32_t repeats = 0) {
    Message m;
    m.protocol = standing == Standing::opaque ? "tcp" : "http";
    m.message = standing == Standing::opaque ? "stream 10..19 B" : "GET " + path;
    m.from_dut = true;
    m.peer = {"", "10.0.0.9", 80};
    m.dut_port = 41000;
    m.repeats = repeats;
    messages_.push_back(std::move(m));
    places_.push_back({first, last, standing});
  }
  /// The last of ours was read inside TLS.
  void inside_tls() { messages_.back().tls = true; }
  void theirs(const std::string& path, std::uint64_t frame, const char* server = "10.0.0.9") {
    packets_.push_back(packet_json(fmt::format(
        R"("frame": {{"frame.number": "{}"}}, "ip": {{"ip.src": "10.0.0.1", "ip.dst": "{}"}},
           "tcp": {{"tcp.srcport": "41000", "tcp.dstport": "80"}},
           "http": {{"http.request.method": "GET", "http.request.uri": "{}"}})",
        frame, server, path)));
  }
  std::vector<Odd> odd() {
    Comparison comparison(messages_);
    for (std::size_t i = 0; i < places_.size(); ++i)
      comparison.add_ours(i, places_[i].first, places_[i].last, places_[i].standing);
    comparison.sort();
    for (const std::string& packet : packets_) {
      DissectionReader reader;
      EXPECT_TRUE(feed(reader, packet));
      comparison.add_theirs(reader.packet());
    }
    comparison.pair_the_rest();
    for (const std::string& packet : packets_) {
      DissectionReader reader;
      EXPECT_TRUE(feed(reader, packet));
      comparison.place(reader.packet(), true);
    }
    auto found = comparison.finish();
    tally = comparison.tallies()[0];
    return found;
  }
  KindTally tally;  // of the requests

 private:
  struct Place {
    std::uint64_t first, last;
    Standing standing;
  };
  std::vector<KeptMessage> messages_;
  std::vector<Place> places_;
  std::vector<std::string> packets_;
};

TEST(Comparison, TheSameOnBothSidesLeavesNothing) {
  TwoSides sides;
  sides.ours("/a", 1, 3);
  sides.ours("/b", 5, 5);
  sides.theirs("/a", 3);
  sides.theirs("/b", 5);
  EXPECT_THAT(sides.odd(), IsEmpty());
  EXPECT_EQ(sides.tally.ours, 2u);
  EXPECT_EQ(sides.tally.theirs, 2u);
}

TEST(Comparison, WhatTheOtherCouldNotOpenIsNotComparedAndWhatItOpenedIs) {
  TwoSides sides;
  for (const char* path : {"/a", "/b", "/c"}) {
    sides.ours(path, 1, 3);
    sides.inside_tls();
  }
  sides.theirs("/a", 3);
  EXPECT_THAT(sides.odd(), IsEmpty());
  EXPECT_EQ(sides.tally.ours, 1u);
  EXPECT_EQ(sides.tally.aside, 2u);

  TwoSides otherwise;
  otherwise.ours("/a", 1, 3);
  otherwise.inside_tls();
  otherwise.theirs("/b", 3);
  EXPECT_EQ(otherwise.odd().size(), 1u);
}

TEST(Comparison, AMessageThatIsReadOtherwiseIsOneDifferenceWithBothReadings) {
  TwoSides sides;
  sides.ours("/a", 1, 3);
  sides.theirs("/b", 3);
  const auto odd = sides.odd();
  ASSERT_EQ(odd.size(), 1u);
  EXPECT_EQ(odd[0].message, 0u);
  EXPECT_EQ(odd[0].frame, 3u);
  EXPECT_EQ(odd[0].ours, "method=GET path=/a");
  EXPECT_EQ(odd[0].theirs, "method=GET path=/b");
}

TEST(Comparison, OfEqualMessagesTheOneWithoutItsFrameIsMissing) {
  TwoSides sides;
  for (const std::uint64_t frame : {10, 20, 30}) sides.ours("/beat", frame, frame);
  sides.theirs("/beat", 10);
  sides.theirs("/beat", 30);
  const auto odd = sides.odd();
  ASSERT_EQ(odd.size(), 1u);
  EXPECT_EQ(odd[0].message, 1u);
  EXPECT_EQ(odd[0].frame, 20u);
  EXPECT_EQ(odd[0].theirs, "");
}

// tshark shows a repeat where it stands; we count it on the first copy.
TEST(Comparison, RepeatsAreFoundWhereverTheyStand) {
  TwoSides sides;
  sides.ours("/a", 1, 1, Standing::compared, 2);
  for (const std::uint64_t frame : {1, 50, 99}) sides.theirs("/a", frame);
  EXPECT_THAT(sides.odd(), IsEmpty());
  EXPECT_EQ(sides.tally.ours, 3u);
}

TEST(Comparison, ARepeatTooManyIsADifference) {
  TwoSides sides;
  sides.ours("/a", 1, 1, Standing::compared, 1);
  for (const std::uint64_t frame : {1, 50, 99}) sides.theirs("/a", frame);
  const auto odd = sides.odd();
  ASSERT_EQ(odd.size(), 1u);
  EXPECT_EQ(odd[0].message, Odd::nobody);
  EXPECT_EQ(odd[0].ours, "");
  EXPECT_EQ(odd[0].peer, "10.0.0.1 10.0.0.9");
  EXPECT_EQ(odd[0].port, 80);
}

TEST(Comparison, WhatTheyShowBesideACutMessageIsSetAside) {
  TwoSides sides;
  sides.ours("/a", 1, 9, Standing::aside);
  sides.theirs("/other", 5);
  EXPECT_THAT(sides.odd(), IsEmpty());
  EXPECT_EQ(sides.tally.aside, 1u);
  EXPECT_EQ(sides.tally.theirs, 0u);
}

TEST(Comparison, WhatTheyShowInAnUnclaimedStreamTheyReadAlone) {
  TwoSides sides;
  sides.ours("", 1, 9, Standing::opaque);
  sides.theirs("/a", 5);
  EXPECT_THAT(sides.odd(), IsEmpty());
  EXPECT_EQ(sides.tally.alone, 1u);
}

TEST(Comparison, AnotherConversationExcusesNothing) {
  TwoSides sides;
  sides.ours("", 1, 9, Standing::opaque);
  sides.theirs("/a", 5, "10.0.0.8");
  EXPECT_EQ(sides.odd().size(), 1u);
}

TEST(Comparison, ManyEqualMessagesTakeNoLongTime) {
  TwoSides sides;
  for (std::uint64_t frame = 1; frame <= 20'000; ++frame) sides.ours("/beat", frame, frame);
  sides.theirs("/beat", 20'000);
  EXPECT_EQ(sides.odd().size(), 19'999u);
}

}  // namespace
}  // namespace brewproof
