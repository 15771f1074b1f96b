// The Qibixx adapter as a card reader, against a scripted adapter: the lines are those of the
// maker's session examples (see drivers/qibixx_mdb.cpp).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/card_till.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Outcome = PaymentReader::Outcome;

const std::string version = "v,4.0.2.0,00000000b0b0cafe00000001\n";

void fence(PtyPeer& adapter) {
  adapter.expect("V\r\n");
  adapter.say(version);
}

// What the driver says when it opens, to an adapter with a machine that enables the reader.
void start(PtyPeer& adapter) {
  adapter.expect("\r\nX,0\r\n");
  adapter.say("x,ACK\n");
  fence(adapter);
  adapter.expect("C,0\r\nV\r\n");
  adapter.say("c,0\n" + version);
  adapter.expect("C,1\r\nV\r\n");
  adapter.say("c,STATUS,INACTIVE\n" + version);
  adapter.say("c,STATUS,DISABLED\nc,STATUS,ENABLED\n");
}

// The same where the bus is to be sniffed. `left` is what an earlier sniffing had still to say.
void start_sniffing(PtyPeer& adapter, const std::string& left = "") {
  adapter.expect("\r\nX,0\r\n");
  adapter.expect("V\r\n");
  adapter.say(left + version);
  adapter.expect("C,0\r\nV\r\n");
  adapter.say(left + "c,0\n" + version);
  adapter.expect("X,0\r\nX,1\r\nV\r\n");
  adapter.say(left + "x,ACK\nx,ACK\n" + version);
  adapter.expect("C,1\r\nV\r\n");
  adapter.say("c,STATUS,INACTIVE\n" + version + "c,STATUS,ENABLED\n");
}

void show_card(PtyPeer& adapter) {
  adapter.expect("C,START,50.00,01a1b2c3\r\n");
  adapter.say("c,STATUS,IDLE,50.00\n");
}

void ask_vend(PtyPeer& adapter) {
  show_card(adapter);
  adapter.say("c,STATUS,VEND,1.00,5\n");
}

struct Till : CardTill {
  explicit Till(const PtyPeer& adapter, std::map<std::string, std::string> options = {})
      : CardTill("qibixx_mdb", adapter, std::move(options)) {}
};

TEST(QibixxMdb, APaymentFromCardToSuccess) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect("C,VEND,1.80\r\n");
    a.say("r,ACK\nc,VEND,SUCCESS\nc,STATUS,IDLE\nc,STATUS,ENABLED\n");
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
  EXPECT_EQ(till.reader->state().value(), PaymentReader::State::enabled);
}

TEST(QibixxMdb, TheAdapterTellsItsVersion) {
  PtyPeer adapter(start);
  Till till(adapter);
  ASSERT_TRUE(till.device);
  EXPECT_EQ(till.device->identity(), "Qibixx MDB adapter \"4.0.2.0,00000000b0b0cafe00000001\"");
}

TEST(QibixxMdb, AMachineThatFailsToDispenseIsAFailure) {
  for (const std::string line : {"c,ERR,VEND 3\n", "c,ERR,\"VEND 3\"\n"}) {
    PtyPeer adapter([&](PtyPeer& a) {
      start(a);
      ask_vend(a);
      a.expect("C,VEND,1.00\r\n");
      a.say(line);
    });
    Till till(adapter);
    ASSERT_TRUE(till.begin());
    const auto vend = till.reader->approve(100, seconds(2));
    ASSERT_TRUE(vend);
    EXPECT_EQ(vend->outcome, Outcome::failure);
  }
}

TEST(QibixxMdb, AnApprovalOutOfTurnIsRefusedByTheAdapter) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect("C,VEND,1.00\r\n");
    a.say("c,ERR,\"VEND -3\"\n");
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  EXPECT_FAILS(till.reader->approve(100, seconds(2)), ErrorCode::protocol, "VEND -3");
}

TEST(QibixxMdb, WithoutAVendRequestNothingIsApproved) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect_silence(milliseconds(100));
  });
  Till till(adapter);
  EXPECT_FAILS(till.reader->approve(100, seconds(1)), ErrorCode::protocol, "nothing was approved");
  adapter.wait();
}

TEST(QibixxMdb, ARequestThatTheMachineTookBackIsACancelledVend) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.pause(milliseconds(20));
    a.say("c,STATUS,IDLE\n");
    a.expect_silence(milliseconds(200));
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  std::this_thread::sleep_for(milliseconds(60));
  const auto vend = till.reader->approve(100, seconds(1));
  ASSERT_TRUE(vend) << vend.error().message;
  EXPECT_EQ(vend->outcome, Outcome::cancelled);
  adapter.wait();  // nothing was written
}

// In one piece with the request, before anybody could have answered it.
TEST(QibixxMdb, ARequestThatIsTakenBackAtOnceIsARequestAllTheSame) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect("C,START,50.00,01a1b2c3\r\n");
    a.say("c,STATUS,IDLE,50.00\nc,STATUS,VEND,1.00,5\nc,STATUS,IDLE\nc,STATUS,ENABLED\n");
  });
  Till till(adapter);
  EXPECT_EQ(till.begin().value().price, 100);
  EXPECT_EQ(till.reader->approve(100, seconds(1)).value().outcome, Outcome::cancelled);
}

TEST(QibixxMdb, AfterAResetARequestIsNotOpenAndNotCancelled) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.pause(milliseconds(20));
    a.say("c,STATUS,INACTIVE\n");
    a.expect_silence(milliseconds(200));
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  std::this_thread::sleep_for(milliseconds(60));
  EXPECT_FAILS(till.reader->approve(100, seconds(1)), ErrorCode::protocol, "nothing was approved");
  adapter.wait();
}

TEST(QibixxMdb, WhatWasDeniedHereIsNotCancelledByTheMachine) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect("C,STOP\r\n");
    a.say("c,STATUS,IDLE\nc,STATUS,ENABLED\n");
    fence(a);
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  ASSERT_TRUE(till.reader->deny());
  EXPECT_FAILS(till.reader->approve(100, seconds(1)), ErrorCode::protocol, "nothing was approved");
}

TEST(QibixxMdb, ACardIsTakenBackAsSoonAsTheSessionIsOpen) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    show_card(a);
    a.expect("C,STOP\r\n");
    fence(a);
    a.say("c,STATUS,ENABLED\n");
  });
  Till till(adapter);
  const auto taken = till.reader->withdraw(5000, card, seconds(2));
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_LE(taken->before_write.raw_ns, till.station.clock.now().raw_ns);
  EXPECT_EQ(till.reader->state().value(), PaymentReader::State::enabled);
}

TEST(QibixxMdb, ACardThatTheMachineNeverTakesIsATimeout) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect("C,START,50.00,01a1b2c3\r\n");
  });
  Till till(adapter);
  EXPECT_FAILS(till.reader->withdraw(5000, card, milliseconds(200)), ErrorCode::timeout,
               "opened no session within the time");
}

TEST(QibixxMdb, ASessionThatTheMachineEndsFirstIsTold) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect("C,START,50.00,01a1b2c3\r\n");
    a.say("c,STATUS,IDLE,50.00\nc,STATUS,ENABLED\n");
  });
  Till till(adapter);
  EXPECT_FAILS(till.reader->withdraw(5000, card, seconds(5)), ErrorCode::timeout,
               "ended the session before the card was taken back");
}

TEST(QibixxMdb, AMachineThatNeverAsksIsATimeout) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    show_card(a);
  });
  Till till(adapter);
  EXPECT_FAILS(till.begin(milliseconds(400)), ErrorCode::timeout, "asked for no vend");
}

TEST(QibixxMdb, AMachineThatEndsTheSessionUnaskedIsToldAtOnce) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    show_card(a);
    a.say("c,STATUS,ENABLED\n");
  });
  Till till(adapter);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FAILS(till.begin(seconds(5)), ErrorCode::timeout, "ended the session without asking");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(2));
}

TEST(QibixxMdb, AReaderThatTheMachineHasNotEnabledShowsNoCard) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.say("c,STATUS,DISABLED\n");
    a.expect_silence(milliseconds(300));
  });
  Till till(adapter);
  std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(till.reader->state().value(), PaymentReader::State::disabled);
  EXPECT_FAILS(till.begin(milliseconds(100)), ErrorCode::timeout, "it is DISABLED");
  adapter.wait();
}

TEST(QibixxMdb, ARefusedCardIsToldInTheAdaptersWords) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect("C,START,50.00,01a1b2c3\r\n");
    a.say("c,ERR,\"START -3\"\n");
  });
  Till till(adapter);
  EXPECT_FAILS(till.begin(), ErrorCode::protocol, "START -3");
}

TEST(QibixxMdb, DenyingARequestEndsTheSession) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect("C,STOP\r\n");
    fence(a);
    a.pause(milliseconds(30));
    a.say("c,STATUS,IDLE\nc,STATUS,ENABLED\n");
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  ASSERT_TRUE(till.reader->deny());
  EXPECT_EQ(till.reader->state().value(), PaymentReader::State::enabled);
}

TEST(QibixxMdb, ASessionThatStaysOpenAfterTheDenialIsCancelled) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect("C,STOP\r\n");
    fence(a);
    a.say("c,STATUS,IDLE\n");
    a.expect("C,STOP\r\n");
    a.say("c,STATUS,ENABLED\n");
    fence(a);
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  EXPECT_TRUE(till.reader->deny());
}

TEST(QibixxMdb, DenyingWithoutASessionIsNoFault) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect("C,STOP\r\n");
    a.say("c,ERR,\"STOP -3\"\n");
    fence(a);
  });
  Till till(adapter);
  EXPECT_TRUE(till.reader->deny());
}

TEST(QibixxMdb, ASessionThatCannotBeEndedIsATimeout) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    for (int i = 0; i < 3; ++i) {
      a.expect("C,STOP\r\n");
      fence(a);
    }
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  EXPECT_FAILS(till.reader->deny(), ErrorCode::timeout, "the reader is still VEND");
}

TEST(QibixxMdb, AnAdapterThatLostItsPowerIsTurnedOnAgainByDeny) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect("C,STOP\r\n");
    a.say("c,ERR,\"cashless is off\"\n");
    fence(a);
    a.expect("C,1\r\nV\r\n");
    a.say("c,STATUS,INACTIVE\n" + version + "c,STATUS,ENABLED\n");
  });
  Till till(adapter);
  ASSERT_TRUE(till.reader->deny());
  adapter.wait();
  EXPECT_EQ(till.reader->state().value(), PaymentReader::State::enabled);
}

// While the adapter was silent it may have told a state that nobody heard.
TEST(QibixxMdb, AfterASilenceDenyLetsEveryStateBeToldAgain) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect("V\r\n");
    a.pause(milliseconds(550));
    a.expect("C,STOP\r\n");
    a.say("c,ERR,\"STOP -3\"\n");
    a.expect("V\r\n");
    a.say(version + version);
    a.expect("C,0\r\nV\r\n");
    a.say("c,0\n" + version);
    a.expect("C,1\r\nV\r\n");
    a.say("c,STATUS,INACTIVE\n" + version + "c,STATUS,DISABLED\nc,STATUS,ENABLED\n");
  });
  Till till(adapter);
  ASSERT_FALSE(till.device->harmless_exchange());
  ASSERT_TRUE(till.reader->deny());
  adapter.wait();
  EXPECT_EQ(till.reader->state().value(), PaymentReader::State::enabled);
}

TEST(QibixxMdb, AFloodOfNoiseIsAnErrorInBoundedTime) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect("C,START,50.00,01a1b2c3\r\n");
    while (!a.is_over()) a.say(std::string(199, 'x') + "\n");
  });
  Till till(adapter);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FAILS(till.begin(milliseconds(200)), ErrorCode::timeout, "asked for no vend");
  EXPECT_FALSE(till.reader->deny());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(4));
}

TEST(QibixxMdb, AMachineThatSaysNothingAfterTheApprovalIsNoOutcome) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect("C,VEND,1.00\r\n");
    fence(a);  // the adapter lives, and the approval is not repeated
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  const auto vend = till.reader->approve(100, milliseconds(100));
  ASSERT_TRUE(vend);
  EXPECT_EQ(vend->outcome, Outcome::none);
}

TEST(QibixxMdb, AnAdapterThatIsSilentAfterTheApprovalIsATimeoutAndNothingIsRepeated) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect("C,VEND,1.00\r\n");
    a.expect("V\r\n");
    a.expect_silence(milliseconds(600));
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  EXPECT_FAILS(till.reader->approve(100, milliseconds(100)), ErrorCode::timeout,
               "does not answer V");
  adapter.wait();
}

TEST(QibixxMdb, AnOutcomeThatComesAfterTheWaitButBeforeTheFenceCounts) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect("C,VEND,1.00\r\n");
    a.expect("V\r\n");
    a.say("c,VEND,SUCCESS\n" + version);
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  const auto vend = till.reader->approve(100, milliseconds(100));
  ASSERT_TRUE(vend);
  EXPECT_EQ(vend->outcome, Outcome::success);
}

TEST(QibixxMdb, AMachineThatResetsAfterTheApprovalIsNoOutcome) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect("C,VEND,1.00\r\n");
    a.say("c,STATUS,INACTIVE\n");
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(till.reader->approve(100, seconds(5)).value().outcome, Outcome::none);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(2));
}

// A payment whose every line from the adapter comes in two pieces, split at every byte.
TEST(QibixxMdb, LinesSplitAtAnyByteAreRead) {
  const std::string asked = "c,STATUS,IDLE,50.00\r\nc,STATUS,VEND,1.00,5\r\n";
  const std::string sold = "c,VEND,SUCCESS\r\nc,STATUS,IDLE\r\nc,STATUS,ENABLED\r\n";
  PtyPeer adapter([&](PtyPeer& a) {
    start(a);
    for (std::size_t cut = 1; cut < sold.size(); ++cut) {
      a.expect("C,START,50.00,01a1b2c3\r\n");
      a.say_split(as_bytes(asked), std::min(cut, asked.size()));
      a.expect("C,VEND,1.00\r\n");
      a.say_split(as_bytes(sold), cut);
    }
  });
  Till till(adapter);
  for (std::size_t cut = 1; cut < sold.size(); ++cut) {
    ASSERT_TRUE(till.begin()) << "split after " << cut;
    EXPECT_EQ(till.reader->approve(100, seconds(2)).value().outcome, Outcome::success);
  }
}

TEST(QibixxMdb, ATruncatedOutcomeIsNoOutcome) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect("C,VEND,1.00\r\n");
    a.say("c,VEND,SUCC");
    a.expect("V\r\n");
    a.say("\n" + version);
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  EXPECT_EQ(till.reader->approve(100, milliseconds(100)).value().outcome, Outcome::none);
}

TEST(QibixxMdb, AGarbledOutcomeIsNoOutcome) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect("C,VEND,1.00\r\n");
    a.say("c,VEND,SUCCESR\n");
    fence(a);
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  EXPECT_EQ(till.reader->approve(100, milliseconds(100)).value().outcome, Outcome::none);
}

TEST(QibixxMdb, NoiseAndEchoBeforeALineArePassedOver) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect("C,START,50.00,01a1b2c3\r\n");
    a.say("C,START,50.00,01a1b2c3\r\n");
    a.say(
        "\xff\x80\x01"
        "c,STATUS,VEND,1.00,5\n");
  });
  Till till(adapter);
  EXPECT_TRUE(till.begin());
}

TEST(QibixxMdb, AVendRequestWithoutAPriceIsAProtocolError) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    show_card(a);
    a.say("c,STATUS,VEND,cheap,5\n");
  });
  Till till(adapter);
  EXPECT_FAILS(till.begin(), ErrorCode::protocol, "without a price");
}

TEST(QibixxMdb, ALateVersionIsNotTakenForTheNextFence) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect("V\r\n");
    a.pause(milliseconds(550));
    a.expect("V\r\n");
    a.say(version);  // of the first
    a.pause(milliseconds(100));
    a.say("c,STATUS,DISABLED\n" + version);
  });
  Till till(adapter);
  EXPECT_FAILS(till.device->harmless_exchange(), ErrorCode::timeout, "does not answer V");
  ASSERT_TRUE(till.device->harmless_exchange());
  EXPECT_EQ(till.reader->state().value(),
            PaymentReader::State::disabled);  // it read on to the second answer
}

TEST(QibixxMdb, ASilentAdapterIsATimeoutOnOpening) {
  PtyPeer adapter;
  Station station;
  EXPECT_FAILS(station.open("qibixx_mdb", {{"port", adapter.path()}}), ErrorCode::timeout,
               "does not answer V within 500 ms");
}

TEST(QibixxMdb, UnpluggedInMidLineIsAnIoErrorAndStaysOne) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    ask_vend(a);
    a.expect("C,VEND,1.00\r\n");
    a.say("c,VEND,SUC");
    a.pause(milliseconds(20));
    a.hang_up();
  });
  Till till(adapter);
  ASSERT_TRUE(till.begin());
  EXPECT_FAILS(till.reader->approve(100, seconds(2)), ErrorCode::io, "the device is gone");
  EXPECT_FAILS(till.reader->deny(), ErrorCode::io, "the device is gone");
  EXPECT_FAILS(till.reader->state(), ErrorCode::io, "the device is gone");
}

std::vector<std::string> texts(const BusTap::Heard& heard) {
  std::vector<std::string> all;
  all.reserve(heard.blocks.size());
  for (const BusBlock& block : heard.blocks)
    all.push_back((block.kind == BusBlock::Kind::from_machine ? "> " : "< ") + to_hex(block.bytes));
  return all;
}

TEST(QibixxMdb, SniffedLinesAreBlocksOfTheBusAndDisturbNothing) {
  PtyPeer adapter([](PtyPeer& a) {
    start_sniffing(a);
    a.say("x,00,0000012345,12\nx,80,0000012346,ACK\n");
    fence(a);
    a.say("x,00,0000012347,13,0000640001\n");
    fence(a);
  });
  Till till(adapter, {{"sniff", "on"}});
  ASSERT_TRUE(till.device->as_bus_tap());
  ASSERT_TRUE(till.device->harmless_exchange());
  EXPECT_EQ(till.reader->state().value(), PaymentReader::State::enabled);
  ASSERT_TRUE(till.device->harmless_exchange());
  const auto heard = till.device->as_bus_tap()->all_heard();
  ASSERT_TRUE(heard);
  EXPECT_THAT(texts(*heard), ::testing::ElementsAre("> 1212", "< 00", "> 13000064000178"));
  EXPECT_THAT(heard->faults, ::testing::IsEmpty());
  EXPECT_EQ(heard->blocks[1].address, 0x10);
  EXPECT_THAT(till.station.received(), ::testing::HasSubstr("x,80,0000012346,ACK"));
}

// A second reader on the bus would be set up and asked by the machine too.
TEST(QibixxMdb, BesideARealTerminalItSniffsAndIsNoReader) {
  PtyPeer adapter([](PtyPeer& a) {
    a.expect("\r\nX,0\r\n");
    a.expect("V\r\n");
    a.say(version);
    a.expect("C,0\r\nV\r\n");
    a.say("c,0\n" + version);
    a.expect("X,0\r\nX,1\r\nV\r\n");
    a.say("x,ACK\nx,ACK\n" + version);
    a.say("x,00,0000012345,12\nx,80,0000012346,050064\n");
    fence(a);
  });
  Till till(adapter, {{"sniff", "only"}, {"level", "2"}, {"scale", "1"}});
  ASSERT_TRUE(till.device);
  EXPECT_EQ(till.reader, nullptr);
  ASSERT_TRUE(till.device->as_bus_tap());
  ASSERT_TRUE(till.device->harmless_exchange());
  const auto heard = till.device->as_bus_tap()->all_heard();
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->blocks.size(), 2u);
}

TEST(QibixxMdb, WhatWasSettledBeforeIsOfATerminalThatIsThere) {
  Station station;
  EXPECT_FAILS(station.open("qibixx_mdb", {{"port", "/nowhere"}, {"level", "2"}}),
               ErrorCode::bad_file, "level is of a terminal that is there already");
  EXPECT_FAILS(
      station.open("qibixx_mdb", {{"port", "/nowhere"}, {"sniff", "only"}, {"level", "4"}}),
      ErrorCode::bad_file, "level is \"4\": a whole number from 1 to 3 is expected");
}

TEST(QibixxMdb, AnAdapterThatIsNotToSniffTapsNothing) {
  PtyPeer adapter(start);
  Till till(adapter);
  EXPECT_EQ(till.device->as_bus_tap(), nullptr);
}

TEST(QibixxMdb, WhatAnEarlierSniffingHadStillToSayIsNoBlock) {
  PtyPeer adapter([](PtyPeer& a) {
    start_sniffing(a, "x,00,0000000001,12\nx,80,0000000002,ACK\n");
    a.say("x,00,0000000003,12\n");
    fence(a);
  });
  Till till(adapter, {{"sniff", "on"}});
  ASSERT_TRUE(till.device->harmless_exchange());
  EXPECT_THAT(texts(till.device->as_bus_tap()->all_heard().value()),
              ::testing::ElementsAre("> 1212"));
}

TEST(QibixxMdb, AnAdapterThatDoesNotSniffIsRefusedWhereItShould) {
  PtyPeer adapter([](PtyPeer& a) {
    a.expect("\r\nX,0\r\n");
    fence(a);
    a.expect("C,0\r\nV\r\n");
    a.say(version);
    a.expect("X,0\r\nX,1\r\nV\r\n");
    a.say("x,ACK\nx,NACK\n" + version);
  });
  Station station;
  EXPECT_FAILS(station.open("qibixx_mdb", {{"port", adapter.path()}, {"sniff", "on"}}),
               ErrorCode::protocol, "does not sniff");
}

// The card cannot be on the bus before it was shown, nor after its line came.
TEST(QibixxMdb, TheTimeOfABlockLiesBetweenItsCommandAndItsLine) {
  PtyPeer adapter([](PtyPeer& a) {
    start_sniffing(a);
    a.pause(milliseconds(150));
    a.expect("C,START,50.00,01a1b2c3\r\n");
    a.pause(milliseconds(20));
    a.say("x,00,0000100000,12\nx,80,0000100010,03138801a1b2c3000000\nx,00,0000100020,ACK\n");
    a.say("c,STATUS,IDLE,50.00\nc,STATUS,VEND,1.00,5\n");
  });
  Till till(adapter, {{"sniff", "on"}});
  const Instant before = till.station.clock.now();
  ASSERT_TRUE(till.begin());
  const Instant after = till.station.clock.now();
  const auto heard = till.device->as_bus_tap()->all_heard().value();
  ASSERT_EQ(heard.blocks.size(), 3u);
  const BusBlock& begun = heard.blocks[1];
  EXPECT_LE(begun.at.raw_ns, after.raw_ns);
  EXPECT_GE(begun.at.raw_ns - begun.uncertainty.count(), before.raw_ns - 200'000);
  EXPECT_LE(begun.at.real_ns, after.real_ns);
  EXPECT_GE(begun.at.real_ns, before.real_ns);
}

TEST(QibixxMdb, SniffedLinesSplitAtAnyByteAreRead) {
  const std::string lines = "x,00,0000012500,13,0000640001\nx,80,0000012510,ACK\n";
  for (std::size_t cut = 1; cut < lines.size(); cut += 3) {
    PtyPeer adapter([&](PtyPeer& a) {
      start_sniffing(a);
      a.say_split(as_bytes(lines), cut);
      fence(a);
    });
    Till till(adapter, {{"sniff", "on"}});
    ASSERT_TRUE(till.device->harmless_exchange()) << "split after " << cut;
    EXPECT_THAT(texts(till.device->as_bus_tap()->all_heard().value()),
                ::testing::ElementsAre("> 13000064000178", "< 00"))
        << "split after " << cut;
  }
}

TEST(QibixxMdb, ADamagedSniffedLineIsAFaultAndNoBlock) {
  PtyPeer adapter([](PtyPeer& a) {
    start_sniffing(a);
    a.say("x,00,0000012345,12\nx,81,0000012346,0500\nx,80,00000123,ACK\nx,80,0000012350,0g\n");
    fence(a);
  });
  Till till(adapter, {{"sniff", "on"}});
  ASSERT_TRUE(till.device->harmless_exchange());
  const auto heard = till.device->as_bus_tap()->all_heard().value();
  EXPECT_THAT(texts(heard), ::testing::ElementsAre("> 1212"));
  EXPECT_THAT(heard.faults,
              ::testing::ElementsAre(
                  ::testing::HasSubstr("character 2: the adapter marks the block as damaged"),
                  ::testing::HasSubstr("character 5: the time is ten digits"),
                  ::testing::HasSubstr("character 16: hex digits, ACK, NAK or RET")));
}

// Without power it forgot to sniff as well; its clock begins anew.
TEST(QibixxMdb, AnAdapterThatLostItsPowerSniffsAgainAfterDeny) {
  PtyPeer adapter([](PtyPeer& a) {
    start_sniffing(a);
    a.say("x,00,0000900000,12\n");
    a.expect("C,STOP\r\n");
    a.say("c,ERR,\"cashless is off\"\n");
    fence(a);
    a.expect("X,0\r\nX,1\r\nV\r\n");
    a.say("x,ACK\nx,ACK\n" + version);
    a.expect("C,1\r\nV\r\n");
    a.say("c,STATUS,INACTIVE\n" + version + "c,STATUS,ENABLED\nx,00,0000000100,12\n");
    fence(a);
  });
  Till till(adapter, {{"sniff", "on"}});
  ASSERT_TRUE(till.reader->deny());
  ASSERT_TRUE(till.device->harmless_exchange());
  const auto heard = till.device->as_bus_tap()->all_heard().value();
  EXPECT_THAT(texts(heard), ::testing::ElementsAre("> 1212", "> 1212"));
  EXPECT_THAT(heard.faults, ::testing::IsEmpty());
}

TEST(QibixxMdb, NothingIsHeardOfAnAdapterThatIsGone) {
  PtyPeer adapter([](PtyPeer& a) {
    start_sniffing(a);
    a.say("x,00,000001");
    a.pause(milliseconds(20));
    a.hang_up();
  });
  Till till(adapter, {{"sniff", "on"}});
  adapter.wait();
  EXPECT_FAILS(till.device->as_bus_tap()->heard(), ErrorCode::io, "the device is gone");
}

TEST(QibixxMdb, ASessionThatWasNotBegunHereIsToldOnceAlsoWhenItIsOver) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.pause(milliseconds(20));
    a.say("c,STATUS,IDLE,5.00\nc,STATUS,VEND,1.80,5\nc,STATUS,ENABLED\n");
  });
  Till till(adapter);
  std::this_thread::sleep_for(milliseconds(60));
  EXPECT_EQ(till.reader->state().value(), PaymentReader::State::stray);
  EXPECT_EQ(till.reader->state().value(), PaymentReader::State::enabled);
}

TEST(QibixxMdb, WhatComesUnaskedIsAnExchangeThatWroteNothing) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.pause(milliseconds(20));
    a.say("c,STATUS,DISABLED\n");
    fence(a);
  });
  Till till(adapter);
  std::this_thread::sleep_for(milliseconds(60));
  ASSERT_EQ(till.reader->state().value(), PaymentReader::State::disabled);
  ASSERT_TRUE(till.device->harmless_exchange());
  const auto& exchanges = till.station.exchanges;
  const Exchange& unasked = exchanges[exchanges.size() - 2];
  EXPECT_THAT(unasked.written, ::testing::IsEmpty());
  EXPECT_THAT(std::string(as_text(unasked.received)), ::testing::HasSubstr("c,STATUS,DISABLED\n"));
  EXPECT_EQ(unasked.sent.first_reply, unasked.sent.before_write);
}

TEST(QibixxMdb, AmountsFollowTheDecimalsOfTheCurrency) {
  PtyPeer adapter([](PtyPeer& a) {
    start(a);
    a.expect("C,START,5000,01a1b2c3\r\n");
    a.say("c,STATUS,VEND,180,5\n");
    a.expect("C,VEND,200\r\n");
    a.say("c,VEND,SUCCESS\n");
  });
  Till till(adapter, {{"decimals", "0"}});
  EXPECT_EQ(till.begin().value().price, 180);
  EXPECT_TRUE(till.reader->approve(200, seconds(1)));
}

TEST(QibixxMdb, ACardHasAMediaIdOfFourBytesAndNoDebt) {
  PtyPeer adapter(start);
  Till till(adapter);
  EXPECT_FAILS(till.reader->begin(100, hex("01"), seconds(1)), ErrorCode::usage, "4 bytes");
  EXPECT_FAILS(till.reader->begin(-1, card, seconds(1)), ErrorCode::usage, "0 or more");
}

TEST(QibixxMdb, WrongOptionsAreRefused) {
  Station station;
  EXPECT_FAILS(station.open("qibixx_mdb", {{"port", "/nowhere"}, {"decimals", "two"}}),
               ErrorCode::bad_file, "decimals is \"two\"");
  EXPECT_FAILS(station.open("qibixx_mdb", {{"port", "/nowhere"}, {"sniff", "maybe"}}),
               ErrorCode::bad_file, "on, off or only is expected");
}

}  // namespace
}  // namespace brewproof::testing
