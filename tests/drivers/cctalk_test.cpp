// A coin acceptor on ccTalk against a scripted one: frames as in the specification and in the
// makers' manuals (see drivers/cctalk.cpp), sums worked out by hand. What the driver says is heard
// again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;

const Bytes ask_category = hex("02 00 01 F5 08"), ask_maker = hex("02 00 01 F6 07"),
            ask_product = hex("02 00 01 F4 09"), ask_credits = hex("02 00 01 E5 18");
const Bytes category = hex("01 0D 02 00 43 6F 69 6E 20 41 63 63 65 70 74 6F 72 16");
const Bytes maker = hex("01 03 02 00 42 50 53 15"), product = hex("01 02 02 00 53 52 56");
const Bytes taken = hex("01 00 02 00 FD");

// Counter, then coin and path or 00 and an error, the newest first.
Bytes credits(std::string_view told) {
  Bytes frame = hex("01 0B 02 00");
  Bytes events = hex(told);
  events.resize(11);
  frame.insert(frame.end(), events.begin(), events.end());
  unsigned sum = 0;
  for (const std::uint8_t byte : frame) sum += byte;
  frame.push_back(static_cast<std::uint8_t>(0x100 - sum % 0x100));
  return frame;
}

// One wire: the question comes back first.
void answer(PtyPeer& acceptor, const Bytes& question, ByteView frame) {
  acceptor.expect(question);
  acceptor.say(question);
  acceptor.say(frame);
}

void open_up(PtyPeer& acceptor, const Bytes& now) {
  answer(acceptor, ask_category, category);
  answer(acceptor, ask_maker, maker);
  answer(acceptor, ask_product, product);
  answer(acceptor, ask_credits, now);
}

// From now on, whatever comes between.
void go_on(PtyPeer& acceptor, const Bytes& now) {
  while (!acceptor.is_over()) {
    const auto asked = acceptor.receive(milliseconds(100));
    if (asked) acceptor.say(now);
  }
}

struct Slot {
  Station station;
  std::unique_ptr<Device> device;
  Meter* meter = nullptr;

  explicit Slot(const PtyPeer& peer, std::map<std::string, std::string> options = {}) {
    options["port"] = peer.path();
    const std::vector<std::string> values{"5", "10", "20", "50", "100", "200"};
    for (std::size_t i = 0; i < values.size(); ++i) options[fmt::format("coins.{}", i)] = values[i];
    device = station.opened("cctalk", options);
    if (device) meter = device->as_meter();
  }

  // Reads until it has that value; the last one where it never had.
  double reaches(const std::string& quantity, double value) const {
    double last = -1;
    for (int i = 0; i < 400; ++i) {
      last = meter->read(quantity).value_or(Meter::Reading{-1, {}, false}).value;
      if (last == value) break;
      std::this_thread::sleep_for(milliseconds(10));
    }
    return last;
  }
  Error fails_at_last(const std::string& quantity) const {
    for (int i = 0; i < 400; ++i) {
      if (auto reading = meter->read(quantity); !reading) return reading.error();
      std::this_thread::sleep_for(milliseconds(10));
    }
    return {};
  }
};

TEST(CcTalk, CountsCoinsFromTheMomentItWasOpened) {
  PtyPeer peer([](PtyPeer& a) {
    open_up(a, credits("07 06 04"));  // what was accepted before does not count
    answer(a, ask_credits, credits("07 06 04"));
    answer(a, ask_credits, credits("08 03 01 06 04"));
    answer(a, ask_credits, credits("0B 00 14 00 17 06 04 03 01 06 04"));
    go_on(a, credits("0B 00 14 00 17 06 04 03 01 06 04"));
  });
  Slot slot(peer);
  ASSERT_TRUE(slot.meter);
  EXPECT_EQ(slot.device->identity(), "coin acceptor \"BPS\" \"SR\"");
  EXPECT_EQ(slot.reaches("coins", 0), 0);
  EXPECT_EQ(slot.reaches("coins", 1), 1);
  EXPECT_EQ(slot.reaches("credit", 20), 20);
  EXPECT_EQ(slot.reaches("coins", 2), 2) << "two of three events are errors";
  EXPECT_EQ(slot.reaches("credit", 220), 220);
}

// Azkoyen's example: six events, of which five are told; opened after the first.
TEST(CcTalk, TheMakersExampleIsReadEventByEvent) {
  const Bytes example = hex("01 0B 02 00 06 06 04 00 14 00 17 06 04 0D 02 9E");
  EXPECT_EQ(example, credits("06 06 04 00 14 00 17 06 04 0D 02"));
  PtyPeer peer([&](PtyPeer& a) {
    open_up(a, credits("01"));
    go_on(a, example);
  });
  Slot slot(peer);
  ASSERT_TRUE(slot.meter);
  EXPECT_EQ(slot.reaches("coins", 3), 3);
  EXPECT_THAT(slot.fails_at_last("credit").message,
              ::testing::HasSubstr("coin 13 was accepted, and `coins` does not say"));
}

TEST(CcTalk, TheCounterWrapsFrom255To1) {
  PtyPeer peer([](PtyPeer& a) {
    open_up(a, credits("FE"));
    answer(a, ask_credits, credits("FF 01 01"));
    answer(a, ask_credits, credits("02 02 01 01 01 01 01"));
    go_on(a, credits("02 02 01 01 01 01 01"));
  });
  Slot slot(peer);
  ASSERT_TRUE(slot.meter);
  EXPECT_EQ(slot.reaches("coins", 3), 3);
  EXPECT_EQ(slot.reaches("credit", 20), 20);
}

TEST(CcTalk, EventsThatWereLostMakeEveryLaterReadingAnError) {
  PtyPeer peer([](PtyPeer& a) {
    open_up(a, credits("01"));
    answer(a, ask_credits, credits("07 01 01 01 01 01 01 01 01 01 01"));  // six
    go_on(a, credits("07 01 01 01 01 01 01 01 01 01 01"));
  });
  Slot slot(peer);
  ASSERT_TRUE(slot.meter);
  EXPECT_THAT(slot.fails_at_last("coins").message,
              ::testing::HasSubstr("6 events came between two answers and only 5 are told"));
  EXPECT_FALSE(slot.meter->read("coins"));
}

TEST(CcTalk, AfterALossOfPowerItIsLetAcceptAgainAndCountsOn) {
  PtyPeer peer([](PtyPeer& a) {
    answer(a, ask_category, category);
    answer(a, ask_maker, maker);
    answer(a, ask_product, product);
    answer(a, hex("02 02 01 E7 FF FF 16"), taken);
    answer(a, hex("02 01 01 E4 01 17"), taken);
    answer(a, ask_credits, credits("09"));
    answer(a, ask_credits, credits("0A 01 01"));
    answer(a, ask_credits, credits("00"));
    answer(a, hex("02 02 01 E7 FF FF 16"), taken);
    answer(a, hex("02 01 01 E4 01 17"), taken);
    answer(a, ask_credits, credits("01 02 01"));
    go_on(a, credits("01 02 01"));
  });
  Slot slot(peer, {{"accept", "on"}});
  ASSERT_TRUE(slot.meter);
  EXPECT_EQ(slot.reaches("coins", 2), 2);
  EXPECT_EQ(slot.reaches("credit", 15), 15);
}

// An acceptor that nobody asks for a second takes no coins.
TEST(CcTalk, ItIsAskedWhetherAnybodyReadsOrNot) {
  std::vector<std::chrono::steady_clock::time_point> asked;
  PtyPeer peer([&](PtyPeer& a) {
    open_up(a, credits("01"));
    for (int i = 0; i < 4; ++i) {
      answer(a, ask_credits, credits("01"));
      asked.push_back(std::chrono::steady_clock::now());
    }
  });
  Slot slot(peer);
  peer.wait();
  for (std::size_t i = 1; i < asked.size(); ++i) {
    EXPECT_GT(asked[i] - asked[i - 1], milliseconds(100));
    EXPECT_LT(asked[i] - asked[i - 1], milliseconds(900));
  }
}

TEST(CcTalk, OnlyAnswersThatTellSomethingNewAreKept) {
  PtyPeer peer([](PtyPeer& a) {
    open_up(a, credits("01"));
    for (int i = 0; i < 5; ++i) answer(a, ask_credits, credits("01"));
    go_on(a, credits("02 01 01"));
  });
  Slot slot(peer);
  ASSERT_TRUE(slot.meter);
  EXPECT_EQ(slot.reaches("coins", 1), 1);
  int asked = 0;
  for (const Exchange& exchange : slot.station.exchanges) asked += exchange.written == ask_credits;
  EXPECT_GE(asked, 2);
  EXPECT_LE(asked, 3);
}

TEST(CcTalk, AnotherDeviceIsNotOpened) {
  PtyPeer peer([](PtyPeer& a) {
    answer(a, ask_category, hex("01 06 02 00 50 61 79 6F 75 74 75"));  // Payout
  });
  Station station;
  EXPECT_FAILS(station.open("cctalk", {{"port", peer.path()}}), ErrorCode::protocol,
               "at address 2 is a \"Payout\", no Coin Acceptor");
}

TEST(CcTalk, ItsOwnAddress) {
  PtyPeer peer([](PtyPeer& a) { a.expect(hex("07 00 01 F5 03")); });
  Station station;
  EXPECT_FAILS(station.open("cctalk", {{"port", peer.path()}, {"address", "7"}}),
               ErrorCode::timeout, "nothing at address 7 answers");
}

TEST(CcTalk, AnEchoAloneIsNoAnswer) {
  PtyPeer peer([](PtyPeer& a) {
    a.expect(ask_category);
    a.say(ask_category);
  });
  Station station;
  EXPECT_FAILS(station.open("cctalk", {{"port", peer.path()}}), ErrorCode::protocol,
               "no whole frame of address 2");
}

// One acceptor for each byte at which an answer can end, or be wrong, all at once.
TEST(CcTalk, ADamagedAnswerIsNone) {
  std::vector<std::thread> acceptors;
  std::vector<Bytes> damaged;
  for (std::size_t at = 1; at < category.size(); ++at) {
    damaged.emplace_back(category.begin(), category.begin() + static_cast<std::ptrdiff_t>(at));
    damaged.push_back(category);
    damaged.back()[at] ^= 0x01;
  }
  acceptors.reserve(damaged.size());
  for (const Bytes& frame : damaged)
    acceptors.emplace_back([&frame] {
      PtyPeer peer([&](PtyPeer& a) { answer(a, ask_category, frame); });
      Station station;
      EXPECT_FAILS(station.open("cctalk", {{"port", peer.path()}}), ErrorCode::protocol,
                   "no whole frame");
    });
  for (std::thread& acceptor : acceptors) acceptor.join();
}

TEST(CcTalk, AnAnswerSplitAtAnyByteIsReadBehindNoise) {
  std::vector<std::thread> acceptors;
  acceptors.reserve(category.size());
  for (std::size_t cut = 1; cut < category.size(); ++cut)
    acceptors.emplace_back([cut] {
      PtyPeer peer([cut](PtyPeer& a) {
        a.expect(ask_category);
        a.say(hex("F1 00 01"));
        a.say_split(category, cut);
        answer(a, ask_maker, maker);
        answer(a, ask_product, product);
        go_on(a, credits("01"));
      });
      Slot slot(peer);
      EXPECT_TRUE(slot.meter) << "split after " << cut;
    });
  for (std::thread& acceptor : acceptors) acceptor.join();
}

TEST(CcTalk, ALateAnswerIsNotTakenForTheNextOne) {
  PtyPeer peer([](PtyPeer& a) {
    open_up(a, credits("05"));
    a.expect(ask_credits);
    a.pause(milliseconds(250));
    a.say(credits("06 01 01"));  // of the question that has timed out
    answer(a, ask_credits, credits("07 01 01 01 01"));
    go_on(a, credits("07 01 01 01 01"));
  });
  Slot slot(peer);
  ASSERT_TRUE(slot.meter);
  EXPECT_EQ(slot.reaches("coins", 2), 2);
}

TEST(CcTalk, ASilentAcceptorIsATimeoutUntilItAnswersAgain) {
  PtyPeer peer([](PtyPeer& a) {
    open_up(a, credits("01"));
    const auto until = std::chrono::steady_clock::now() + milliseconds(2500);
    while (std::chrono::steady_clock::now() < until) (void)a.receive(milliseconds(50));
    go_on(a, credits("02 01 01"));
  });
  Slot slot(peer);
  ASSERT_TRUE(slot.meter);
  EXPECT_EQ(slot.fails_at_last("coins").code, ErrorCode::timeout);
  EXPECT_EQ(slot.reaches("coins", 1), 1);
}

TEST(CcTalk, UnpluggedItIsAnIoErrorAndStaysOne) {
  PtyPeer peer([](PtyPeer& a) {
    open_up(a, credits("01"));
    a.expect(ask_credits);
    a.say(ByteView(category).first(4));
    a.hang_up();
  });
  Slot slot(peer);
  ASSERT_TRUE(slot.meter);
  EXPECT_EQ(slot.fails_at_last("coins").code, ErrorCode::io);
  EXPECT_FAILS(slot.meter->read("coins"), ErrorCode::io, "dev");
}

TEST(CcTalk, WithoutValuesThereIsNoCredit) {
  PtyPeer peer([](PtyPeer& a) {
    open_up(a, credits("01"));
    go_on(a, credits("01"));
  });
  Station station;
  const auto device = station.open("cctalk", {{"port", peer.path()}});
  ASSERT_TRUE(device) << device.error().message;
  EXPECT_FAILS((*device)->as_meter()->read("credit"), ErrorCode::usage, "coins: [5, 10, 20]");
  EXPECT_FAILS((*device)->as_meter()->read("mass"), ErrorCode::usage, "it has coins and credit");
  EXPECT_TRUE((*device)->harmless_exchange());
}

TEST(CcTalk, OptionsThatCannotBe) {
  PtyPeer peer;
  Station station;
  EXPECT_FAILS(station.open("cctalk", {{"port", peer.path()}, {"address", "1"}}),
               ErrorCode::bad_file, "from 2 to 255");
  EXPECT_FAILS(station.open("cctalk", {{"port", peer.path()}, {"accept", "yes"}}),
               ErrorCode::bad_file, "on or off");
  EXPECT_FAILS(station.open("cctalk", {{"port", peer.path()}, {"coins.0", "much"}}),
               ErrorCode::bad_file, "a whole number");
}

}  // namespace
}  // namespace brewproof::testing
