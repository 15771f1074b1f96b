// Waferstar's RS232-MDB adapter as a card reader, against a scripted adapter: frames as real ones
// were heard to say (see drivers/waferstar_mdb.cpp), check bytes worked out by hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/mdb/hex_frame.h"
#include "tests/drivers/card_till.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Outcome = PaymentReader::Outcome;
using State = PaymentReader::State;

// Level 2, 1978 (EUR), scale 1, 2 decimals, 5 s, no options; 01+02+19+78+01+02+05+00 = 9C.
const Bytes description = hex("01 02 19 78 01 02 05 00"),
            described = hex("01 02 19 78 01 02 05 00 9C");
const Bytes cancel_request = hex("04 04"), denial = hex("06 06"), session_end = hex("07 07");
const Bytes shown = hex("03 13 88 01 A1 B2 C3 00 00 00 B5");  // 50.00
const Bytes approval = hex("05 00 B4 B9");                    // 1.80

std::string frame(std::string_view text) { return "\x02" + std::string(text) + "\x03"; }
const std::string taken = frame("00");
const std::string enabled = frame("140115"), disabled = frame("140014");
const std::string asked = frame(
    "130000640005"
    "7C");  // 1.00, item 5
const std::string succeeded = frame(
                      "13020005"
                      "1A"),
                  failed = frame("130316");
const std::string vend_cancel = frame("130114"), complete = frame("130417");

// What the driver says when it opens; the machine has no session.
void start(PtyPeer& adapter) {
  adapter.expect(description);
  adapter.say(frame("9C"));
  adapter.expect(described);
  adapter.expect(cancel_request);
  adapter.say(taken + enabled);
}

void fence(PtyPeer& adapter) {
  adapter.expect(description);
  adapter.say(frame("9C"));
}

void ask_vend(PtyPeer& adapter) {
  adapter.expect(shown);
  adapter.say(taken + asked);
}

void end_session(PtyPeer& adapter) {
  adapter.say(complete);
  adapter.expect(session_end);
}

struct Till : CardTill {
  explicit Till(const PtyPeer& adapter, std::map<std::string, std::string> options = {})
      : CardTill("waferstar_mdb", adapter, std::move(options)) {}
};

TEST(HexFrames, AreReadSplitAnywhereAndNoiseIsPassedOver) {
  const std::string said = "\xF1\x01" + frame("140115") + "zz" + frame("00") +
                           "\x02"
                           "13" +
                           frame("9c");
  for (std::size_t cut = 0; cut <= said.size(); ++cut) {
    mdb::HexFrameReader reader;
    reader.feed(as_bytes(said.substr(0, cut)));
    reader.feed(as_bytes(said.substr(cut)));
    EXPECT_EQ(reader.next()->bytes, hex("14 01 15"));
    EXPECT_EQ(reader.next()->bytes, hex("00"));
    EXPECT_EQ(reader.next()->bytes, hex("9C")) << "a frame that began anew";
    EXPECT_FALSE(reader.next());
  }
}

TEST(HexFrames, WhatIsNoHexIsText) {
  mdb::HexFrameReader reader;
  reader.feed(as_bytes(frame("CN0999-WFV") + frame("123") + frame("")));
  const auto text = reader.next();
  EXPECT_EQ(text->text, "CN0999-WFV");
  EXPECT_TRUE(text->bytes.empty());
  EXPECT_TRUE(reader.next()->bytes.empty());
  EXPECT_TRUE(reader.next()->bytes.empty());
  reader.feed(as_bytes("\x02" + std::string(200, '0') + "\x03"));
  EXPECT_FALSE(reader.next());
}

TEST(WaferstarMdb, APaymentFromCardToSuccess) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect(approval);
    a.say(taken + succeeded);
    end_session(a);
    a.say(taken);
  });
  Till till(adapter);
  ASSERT_TRUE(till.reader);
  const auto request = till.begin();
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->price, 100);
  EXPECT_EQ(request->item, 5);
  const auto vend = till.reader->approve(180, seconds(2));
  ASSERT_TRUE(vend) << vend.error().message;
  EXPECT_EQ(vend->outcome, Outcome::success);
  EXPECT_LE(vend->contact.before_write.raw_ns, vend->contact.after_drain.raw_ns);
  EXPECT_GE(vend->at.raw_ns, vend->contact.after_drain.raw_ns);
  adapter.wait();
  EXPECT_EQ(till.reader->state().value(), State::enabled);
}

TEST(WaferstarMdb, WhenItGetsPowerItTellsItsNameAndIsToldAgainWhatTheReaderIs) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.say(frame("CN0999-WFV-Jul  6 2021,17:31:43") + frame("010109720A02070D9D"));
    a.expect(described);
  });
  Till till(adapter);
  ASSERT_TRUE(till.device);
  for (int i = 0; i < 100 && till.reader->state().value() != State::disabled; ++i)
    std::this_thread::sleep_for(milliseconds(10));
  adapter.wait();
  EXPECT_EQ(till.device->identity(),
            "Waferstar RS232-MDB adapter \"CN0999-WFV-Jul  6 2021,17:31:43\"");
  EXPECT_EQ(till.reader->state().value(), State::disabled) << "until the machine has set it up";
}

TEST(WaferstarMdb, AMachineThatFailsToDispenseIsAFailure) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect(approval);
    a.say(failed);
    end_session(a);
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  EXPECT_EQ(till.reader->approve(180, seconds(2)).value().outcome, Outcome::failure);
}

// MDB/ICP 7.4.8.
TEST(WaferstarMdb, AResetBetweenApprovalAndOutcomeIsASuccess) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect(approval);
    a.say(frame("1010"));
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  EXPECT_EQ(till.reader->approve(180, seconds(2)).value().outcome, Outcome::success);
  EXPECT_EQ(till.reader->state().value(), State::disabled);
}

TEST(WaferstarMdb, WithoutAVendRequestNothingIsApproved) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect_silence(milliseconds(100));
  });
  Till till(adapter);
  EXPECT_FAILS(till.reader->approve(100, seconds(1)), ErrorCode::protocol, "nothing was approved");
  adapter.wait();
}

TEST(WaferstarMdb, ARequestThatTheMachineTookBackIsACancelledVend) {
  for (const std::string& how : {vend_cancel, failed}) {
    PtyPeer adapter([&](PtyPeer& a) {
      start(a);
      ask_vend(a);
      a.pause(milliseconds(30));
      a.say(how);
      if (how == vend_cancel) a.expect(denial);
      end_session(a);
    });
    Till till(adapter);
    ASSERT_TRUE(till.begin());
    std::this_thread::sleep_for(milliseconds(100));
    const auto vend = till.reader->approve(100, seconds(1));
    ASSERT_TRUE(vend) << vend.error().message;
    EXPECT_EQ(vend->outcome, Outcome::cancelled);
    for (int i = 0; i < 100 && till.reader->state().value() != State::enabled; ++i)
      std::this_thread::sleep_for(milliseconds(10));
    adapter.wait();
  }
}

TEST(WaferstarMdb, ACardIsTakenBackAsSoonAsTheMachineHasTakenIt) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect(shown);
    a.say(taken);
    a.expect(cancel_request);
    a.say(taken);
    end_session(a);
  });
  Till till(adapter);
  const auto sent = till.reader->withdraw(5000, card, seconds(2));
  ASSERT_TRUE(sent) << sent.error().message;
  adapter.wait();
  EXPECT_EQ(till.reader->state().value(), State::enabled);
}

TEST(WaferstarMdb, ACardThatTheMachineNeverTakesIsATimeout) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect(shown);
  });
  Till till(adapter);
  EXPECT_FAILS(till.reader->withdraw(5000, card, milliseconds(100)), ErrorCode::timeout,
               "opened no session");
}

TEST(WaferstarMdb, AMachineThatNeverAsksIsATimeoutAndTheSessionCanBeEnded) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect(shown);
    a.say(taken);
    a.expect(cancel_request);
    end_session(a);
  });
  Till till(adapter);
  EXPECT_FAILS(till.begin(milliseconds(100)), ErrorCode::timeout, "asked for no vend");
  ASSERT_TRUE(till.reader->deny());
  EXPECT_EQ(till.reader->state().value(), State::enabled);
}

TEST(WaferstarMdb, AMachineThatEndsTheSessionUnaskedIsToldAtOnce) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect(shown);
    a.say(taken);
    end_session(a);
  });
  Till till(adapter);
  EXPECT_FAILS(till.begin(seconds(20)), ErrorCode::timeout, "ended the session");
}

TEST(WaferstarMdb, AReaderThatTheMachineHasDisabledShowsNoCard) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.say(disabled);
    a.expect_silence(milliseconds(300));
  });
  Till till(adapter);
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_FAILS(till.begin(milliseconds(100)), ErrorCode::timeout, "has not enabled");
  EXPECT_EQ(till.reader->state().value(), State::disabled);
  adapter.wait();
}

TEST(WaferstarMdb, AMachineOfLevelOneHasNoRoomForACardsId) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.say(frame("11000100000012") + enabled);
    a.expect_silence(milliseconds(100));
  });
  Till till(adapter);
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_FAILS(till.begin(), ErrorCode::protocol, "level 1, in which a card has no id");
  adapter.wait();
}

TEST(WaferstarMdb, DenyingARequestEndsTheSession) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect(denial);
    a.say(taken);
    end_session(a);
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  ASSERT_TRUE(till.reader->deny());
  adapter.wait();
  EXPECT_EQ(till.reader->state().value(), State::enabled);
}

TEST(WaferstarMdb, DenyingWithoutASessionAsksTheAdapterAlone) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    fence(a);
  });
  Till till(adapter);
  EXPECT_TRUE(till.reader->deny());
}

TEST(WaferstarMdb, ASessionThatCannotBeEndedIsATimeout) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect(denial);
    a.expect(cancel_request);
    a.expect(cancel_request);
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  EXPECT_FAILS(till.reader->deny(), ErrorCode::timeout, "does not end");
}

TEST(WaferstarMdb, ASessionThatAnEarlierProgramLeftOpenIsEnded) {
  PtyPeer adapter([](PtyPeer& a) {
    a.expect(description);
    a.say(frame("9C"));
    a.expect(described);
    a.expect(cancel_request);
    a.say(taken);
    end_session(a);
  });
  Till till(adapter);
  ASSERT_TRUE(till.reader);
  adapter.wait();
  EXPECT_EQ(till.reader->state().value(), State::enabled);
}

TEST(WaferstarMdb, ASessionThatWasNotBegunHereIsTold) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.say(asked);
  });
  Till till(adapter);
  adapter.wait();
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(till.reader->state().value(), State::stray);
}

TEST(WaferstarMdb, AMachineThatSaysNothingAfterTheApprovalIsNoOutcome) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect(approval);
    fence(a);
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  const auto vend = till.reader->approve(180, milliseconds(100));
  ASSERT_TRUE(vend) << vend.error().message;
  EXPECT_EQ(vend->outcome, Outcome::none);
}

TEST(WaferstarMdb, AnAdapterThatIsSilentAfterTheApprovalIsATimeoutAndNothingIsRepeated) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect(approval);
    a.expect(description);
    a.expect_silence(milliseconds(200));
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  EXPECT_FAILS(till.reader->approve(180, milliseconds(100)), ErrorCode::timeout,
               "does not compute a check byte");
  adapter.wait();
}

TEST(WaferstarMdb, FramesSplitAtAnyByteAreRead) {
  const std::string said = taken + asked;
  std::vector<std::thread> adapters;
  adapters.reserve(said.size());
  for (std::size_t cut = 1; cut < said.size(); ++cut)
    adapters.emplace_back([&said, cut] {
      PtyPeer adapter([&](PtyPeer& a) {
        start(a);
        a.expect(shown);
        a.say_split(as_bytes(said), cut);
      });
      Till till(adapter);
      EXPECT_EQ(till.begin().value().price, 100) << "split after " << cut;
    });
  for (std::thread& adapter : adapters) adapter.join();
}

// Truncated anywhere, or with any digit wrong: the check byte tells.
TEST(WaferstarMdb, ADamagedOutcomeIsNoOutcome) {
  std::vector<std::string> said;
  for (std::size_t cut = 1; cut < succeeded.size(); ++cut) said.push_back(succeeded.substr(0, cut));
  for (std::size_t at = 1; at + 1 < succeeded.size(); ++at) {
    said.push_back(succeeded);
    said.back()[at] = said.back()[at] == '7' ? '8' : '7';
  }
  std::vector<std::thread> adapters;
  adapters.reserve(said.size());
  for (const std::string& text : said)
    adapters.emplace_back([&text] {
      PtyPeer adapter([&text](PtyPeer& a) {
        start(a);
        ask_vend(a);
        a.expect(approval);
        a.say(text);
        fence(a);
      });
      Till till(adapter);
      ASSERT_TRUE(till.begin());
      const auto vend = till.reader->approve(180, milliseconds(200));
      ASSERT_TRUE(vend) << vend.error().message;
      EXPECT_EQ(vend->outcome, Outcome::none) << text;
    });
  for (std::thread& adapter : adapters) adapter.join();
}

TEST(WaferstarMdb, NoiseAndEchoBeforeAFrameArePassedOver) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect(shown);
    a.say(hex("03 13 88 01 A1 B2 C3 00 00 00 B5"));
    a.say("\xF1\xF1");
    a.say(asked);
  });
  Till till(adapter);
  EXPECT_EQ(till.begin().value().price, 100);
}

TEST(WaferstarMdb, AFloodOfNoiseIsAnErrorInBoundedTime) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect(shown);
    while (!a.is_over()) a.say(std::string(200, '\x01'));
  });
  Till till(adapter);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FAILS(till.begin(milliseconds(300)), ErrorCode::timeout, "asked for no vend");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(3));
}

TEST(WaferstarMdb, ASilentAdapterIsATimeoutOnOpening) {
  PtyPeer adapter([](PtyPeer& a) { a.expect(description); });
  Station station;
  EXPECT_FAILS(station.open("waferstar_mdb", {{"port", adapter.path()}}), ErrorCode::timeout,
               "is it an RS232-MDB");
}

// An MDB-RS232, which is a master, answers everything with NAK.
TEST(WaferstarMdb, TheOtherKindOfAdapterIsNotOpened) {
  PtyPeer adapter([](PtyPeer& a) {
    a.expect(description);
    a.say("FF \r\n");
  });
  Station station;
  EXPECT_FAILS(station.open("waferstar_mdb", {{"port", adapter.path()}}), ErrorCode::timeout,
               "An MDB-RS232 is for the other end of the bus");
}

TEST(WaferstarMdb, UnpluggedInMidFrameIsAnIoErrorAndStaysOne) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect(shown);
    a.say(asked.substr(0, 5));
    a.pause(milliseconds(20));
    a.hang_up();
  });
  Till till(adapter);
  EXPECT_FAILS(till.begin(), ErrorCode::io, "the device is gone");
  EXPECT_FAILS(till.reader->state(), ErrorCode::io, "the device is gone");
}

TEST(WaferstarMdb, BlocksToTheAdapterAreApart) {
  std::vector<std::chrono::steady_clock::time_point> came;
  PtyPeer adapter([&](PtyPeer& a) {
    start(a);
    for (int i = 0; i < 3; ++i) {
      fence(a);
      came.push_back(std::chrono::steady_clock::now());
    }
  });
  Till till(adapter);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(till.device->harmless_exchange());
  adapter.wait();
  for (std::size_t i = 1; i < came.size(); ++i) EXPECT_GE(came[i] - came[i - 1], milliseconds(45));
}

TEST(WaferstarMdb, PricesFollowTheScale) {
  PtyPeer adapter([](PtyPeer& a) {
    // Level 2, 840 (USD), scale 10: 01+02+18+40+0A+02+05 = 6C.
    a.expect(hex("01 02 18 40 0A 02 05 00"));
    a.say(frame("6C"));
    a.expect(hex("01 02 18 40 0A 02 05 00 6C"));
    a.expect(cancel_request);
    a.say(enabled);
    a.expect(hex("03 01 F4 01 A1 B2 C3 00 00 00 0F"));  // 5000 / 10
    a.say(asked);
    a.expect(hex("05 00 12 17"));
    a.say(succeeded);
    end_session(a);
  });
  Till till(adapter, {{"currency", "840"}, {"scale", "10"}});
  ASSERT_TRUE(till.reader);
  EXPECT_EQ(till.begin().value().price, 1000);
  EXPECT_FAILS(till.reader->approve(185, seconds(1)), ErrorCode::usage, "in steps of 10");
  EXPECT_EQ(till.reader->approve(180, seconds(1)).value().outcome, Outcome::success);
}

TEST(WaferstarMdb, ACardHasAMediaIdOfFourBytesAndNoDebt) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect_silence(milliseconds(100));
  });
  Till till(adapter);
  EXPECT_FAILS(till.reader->begin(5000, hex("01 02 03"), seconds(1)), ErrorCode::usage, "4 bytes");
  EXPECT_FAILS(till.reader->begin(-1, card, seconds(1)), ErrorCode::usage, "cannot be said");
  EXPECT_FAILS(till.reader->begin(65535, card, seconds(1)), ErrorCode::usage, "cannot be said");
  adapter.wait();
}

}  // namespace
}  // namespace brewproof::testing
