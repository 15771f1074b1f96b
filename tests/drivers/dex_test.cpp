// The audit port against a scripted machine. Frames with their checks as in the sources named in
// drivers/dex.cpp; what the faults of a line do is tried against the simulated machine
// (simulated/simulated_dex_test.cpp).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "drivers/dex/frames.h"
#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Bytes enq = hex("05"), eot = hex("04"), ack0 = hex("10 30"), ack1 = hex("10 31"),
            nak = hex("15");
// 'XYZ1234567' 'R' 'R00L06', and the machine's '00' 'QRS7654321' 'R00L06'.
const Bytes our_handshake =
    hex("10 01 58 59 5A 31 32 33 34 35 36 37 52 52 30 30 4C 30 36 10 03 7B 06");
const Bytes its_handshake =
    hex("10 01 30 30 51 52 53 37 36 35 34 33 32 31 52 30 30 4C 30 36 10 03 53 11");
const Bytes block_1 = hex("10 02 31 31 31 31 31 10 17 73 48");
const Bytes block_2 = hex("10 02 32 32 32 32 32 33 33 33 33 33 10 17 23 90");
const Bytes block_3 = hex("10 02 34 34 34 34 34 35 35 35 35 35 36 36 36 36 36 10 03 AF 20");
const std::string all_books = "111112222233333444445555566666";

/// The driver begins: its handshake, then this one of the machine's.
void hand_shake(PtyPeer& m, const Bytes& answer = its_handshake) {
  m.expect(enq);
  m.say(ack0);
  m.expect(our_handshake);
  m.say(ack1);
  m.expect(eot);
  m.say(enq);
  m.expect(ack0);
  m.say(answer);
  m.expect(ack1);
  m.say(eot);
}

/// The second block and the last one.
void tell_rest(PtyPeer& m) {
  m.say(block_2);
  m.expect(ack0);
  m.say(block_3);
  m.expect(ack1);
  m.say(eot);
}

void tell_all(PtyPeer& m) {
  m.say(enq);
  m.expect(ack0);
  m.say(block_1);
  m.expect(ack1);
  tell_rest(m);
}

struct AuditJack {
  Station station;
  std::unique_ptr<Device> device;
  AuditReader* reader = nullptr;

  explicit AuditJack(const PtyPeer& peer) {
    device = station.opened("dex", {{"port", peer.path()}, {"id", "XYZ1234567"}});
    if (device) reader = device->as_audit_reader();
  }
};

TEST(Dex, TwoHandshakesAndThenTheBooks) {
  PtyPeer peer([](PtyPeer& m) {
    hand_shake(m);
    tell_all(m);
  });
  AuditJack jack(peer);
  ASSERT_TRUE(jack.reader);
  EXPECT_EQ(jack.device->identity(), "DEX audit port, not yet read");
  const auto audit = jack.reader->read_audit(seconds(60));
  ASSERT_TRUE(audit) << audit.error().message;
  EXPECT_EQ(audit->text, all_books);
  EXPECT_EQ(jack.device->identity(), "DEX audit port of \"QRS7654321\"");
}

TEST(Dex, NothingIsSaidBeforeItIsRead) {
  PtyPeer peer([](PtyPeer& m) { m.expect_silence(milliseconds(300)); });
  AuditJack jack(peer);
  peer.wait();
}

TEST(Dex, ADamagedBlockIsRefusedAndASilentAnswerSaidAgain) {
  PtyPeer peer([](PtyPeer& m) {
    hand_shake(m);
    m.say(enq);
    m.expect(ack0);
    Bytes damaged = block_1;
    damaged[4] ^= 0x01;
    m.say(damaged);
    m.expect(nak);
    m.say_split(block_1, 6);
    m.expect(ack1);
    m.say(enq);  // it did not hear that
    m.expect(ack1);
    m.say(hex("10 16"));
    tell_rest(m);
  });
  AuditJack jack(peer);
  const auto audit = jack.reader->read_audit(seconds(60));
  ASSERT_TRUE(audit) << audit.error().message;
  EXPECT_EQ(audit->text, all_books);
}

// Both want to begin; the machine insists, and tells its books by itself.
TEST(Dex, AMachineThatBeginsIsHeard) {
  PtyPeer peer([](PtyPeer& m) {
    m.expect(enq);
    m.say(enq);
    m.expect(enq);
    m.say(enq);
    m.expect(ack0);
    m.say(dex::handshake("QRS7654321SR00L06"));
    m.expect(ack1);
    m.say(eot);
    m.expect(enq);
    m.say(ack0);
    m.expect(dex::handshake("00XYZ1234567R00L06"));
    m.say(ack1);
    m.expect(eot);
    tell_all(m);
  });
  AuditJack jack(peer);
  const auto audit = jack.reader->read_audit(seconds(60));
  ASSERT_TRUE(audit) << audit.error().message;
  EXPECT_EQ(audit->text, all_books);
}

TEST(Dex, ARefusalNamesItsCode) {
  PtyPeer peer([](PtyPeer& m) { hand_shake(m, dex::handshake("02QRS7654321R01L01")); });
  AuditJack jack(peer);
  EXPECT_FAILS(jack.reader->read_audit(seconds(2)), ErrorCode::protocol,
               "the machine \"QRS7654321\" refuses with code \"02\": it does not speak this "
               "revision: give its own as `revision`");
}

TEST(Dex, ASilentMachineIsSaidToBeSilent) {
  PtyPeer peer([](PtyPeer& m) { m.expect(enq); });
  AuditJack jack(peer);
  EXPECT_FAILS(jack.reader->read_audit(milliseconds(500)), ErrorCode::timeout,
               "dev: the machine does not answer at its audit port");
}

TEST(Dex, AnEndBeforeTheLastBlockIsNoAudit) {
  PtyPeer peer([](PtyPeer& m) {
    hand_shake(m);
    m.say(enq);
    m.expect(ack0);
    m.say(block_1);
    m.expect(ack1);
    m.say(eot);
  });
  AuditJack jack(peer);
  EXPECT_FAILS(jack.reader->read_audit(seconds(2)), ErrorCode::protocol,
               "the machine ended after 1 blocks, before the last one");
}

TEST(Dex, UnpluggedInTheMiddleItIsGone) {
  PtyPeer peer([](PtyPeer& m) {
    hand_shake(m);
    m.say(enq);
    m.expect(ack0);
    m.say(Bytes(block_1.begin(), block_1.begin() + 5));
    m.hang_up();
  });
  AuditJack jack(peer);
  const auto audit = jack.reader->read_audit(seconds(60));
  ASSERT_FALSE(audit);
  EXPECT_EQ(audit.error().code, ErrorCode::io) << audit.error().message;
}

TEST(Dex, OptionsAreHeldToTheirLength) {
  PtyPeer peer;
  Station station;
  EXPECT_FAILS(station.open("dex", {{"port", peer.path()}, {"id", "SHORT"}}), ErrorCode::bad_file,
               "id is \"SHORT\": 10 characters without blanks are expected");
}

// Of every frame, bytes cut anywhere are the same frames; and what is longer than a block may be is
// damaged, not kept.
TEST(DexFrames, MayComeInPiecesAndHaveABound) {
  Bytes all = enq;
  for (const Bytes* more : {&its_handshake, &block_1, &ack1, &block_3, &eot})
    all.insert(all.end(), more->begin(), more->end());
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    dex::FrameReader reader;
    reader.feed(ByteView(all).first(cut));
    reader.feed(ByteView(all).subspan(cut));
    std::vector<dex::Frame> frames;
    while (auto frame = reader.next()) frames.push_back(*frame);
    using Kind = dex::Frame::Kind;
    EXPECT_THAT(frames,
                ::testing::ElementsAre(dex::Frame{Kind::enquiry, 0, false, ""},
                                       dex::Frame{Kind::handshake, 0, true, "00QRS7654321R00L06"},
                                       dex::Frame{Kind::block, 0, false, "11111"},
                                       dex::Frame{Kind::acknowledge, 1, false, ""},
                                       dex::Frame{Kind::block, 0, true, "444445555566666"},
                                       dex::Frame{Kind::end, 0, false, ""}))
        << "cut at " << cut;
  }
  dex::FrameReader reader;
  reader.feed(hex("10 02"));
  reader.feed(Bytes(dex::longest_content + 1, 'x'));
  const auto frame = reader.next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->kind, dex::Frame::Kind::damaged);
}

TEST(DexFrames, TruncatedAtAnyByteAreNone) {
  for (const Bytes* whole : {&its_handshake, &block_1, &block_3})
    for (std::size_t cut = 0; cut < whole->size(); ++cut) {
      dex::FrameReader reader;
      reader.feed(ByteView(*whole).first(cut));
      EXPECT_FALSE(reader.next()) << cut;
      reader.break_off();
    }
}

// A check of 16 bits finds whatever is wrong within 16 bits that stand together; damage that ends a
// frame early has it against it too.
TEST(DexFrames, OfAMillionDamagedOnesNoneIsTakenForAnother) {
  using Kind = dex::Frame::Kind;
  std::mt19937_64 random(7);
  std::size_t damaged = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    const Bytes& whole = i % 3 == 0 ? its_handshake : i % 3 == 1 ? block_1 : block_3;
    Bytes frame = whole;
    const std::size_t at = 2 + random() % (frame.size() - 3);
    const auto first = static_cast<std::uint8_t>(random());
    const auto second = static_cast<std::uint8_t>(random());
    if (first == 0 && second == 0) continue;
    frame[at] ^= first;
    frame[at + 1] ^= second;
    dex::FrameReader reader;
    reader.feed(frame);
    reader.break_off();  // what waits for more is damaged, too
    while (const auto read = reader.next()) {
      ASSERT_TRUE(read->kind != Kind::handshake && read->kind != Kind::block) << to_hex(frame);
      damaged += read->kind == Kind::damaged ? 1 : 0;
    }
  }
  EXPECT_GT(damaged, 900'000u);
}

}  // namespace
}  // namespace brewproof::testing
