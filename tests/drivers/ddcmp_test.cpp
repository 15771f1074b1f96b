// The audit port that speaks DDCMP against a scripted machine. Frames as in the sources named in
// drivers/ddcmp.cpp, their checks worked out apart from it; what the faults of a line do is tried
// against the simulated machine (simulated/simulated_ddcmp_test.cpp).

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <termios.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <thread>

#include "drivers/ddcmp/frames.h"
#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Bytes start_as_it_is = hex("05 06 40 00 00 01 5C 55"),
            stack_as_it_is = hex("05 07 40 00 00 01 61 95"),
            start_115200 = hex("05 06 40 00 08 01 5B 95"),
            stack_115200 = hex("05 07 40 08 08 01 E7 97"),
            start_9600 = hex("05 06 40 00 04 01 5E 95"),
            stack_9600_of_115200 = hex("05 07 40 04 08 01 27 94"),
            stack_9600 = hex("05 07 40 04 04 01 22 94");
const Bytes ack_1 = hex("05 01 40 01 00 01 B8 55"), ack_2 = hex("05 01 40 02 00 01 48 55"),
            ack_3 = hex("05 01 40 03 00 01 19 95"), ack_4 = hex("05 01 40 04 00 01 A8 54");
const Bytes nack_header_2 = hex("05 02 41 02 00 01 0D A9"),
            nack_content_2 = hex("05 02 42 02 00 01 0D ED"),
            nack_buffer_0 = hex("05 02 48 00 00 01 AF F5");
const Bytes who_are_you =
    hex("81 10 40 00 01 01 0A 42 77 E0 00 00 00 00 00 01 01 70 00 00 00 00 00 0C 3A 00");
const Bytes known = hex("81 05 40 01 01 01 56 41 88 E0 01 00 00 86 1F");
const Bytes read_list_2 = hex("81 09 40 01 02 01 46 B0 77 E2 00 02 01 00 00 00 00 F0 41");
const Bytes list_2_follows = hex("81 09 40 02 02 01 B6 B0 88 E2 01 02 01 00 00 FF FF A4 C5");
const Bytes first_block = hex("81 07 40 02 03 01 DE E1 99 01 31 31 31 31 31 FE 6B");
const Bytes last_block = hex("81 0C C0 02 04 01 50 D0 99 02 32 32 32 32 32 33 33 33 33 33 02 C7");
const Bytes finish_after_4 = hex("81 02 40 04 03 01 F2 E0 77 FF 67 B0");
const std::string both_blocks = "111112222233333";

/// The beginning of the epoch, as the vectors have it, or another time.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(std::int64_t real_ns = 0) : at_{1, real_ns} {}
  [[nodiscard]] Instant now() const override { return at_; }
  void sleep_until(std::int64_t /*raw_ns*/) override {}

 private:
  Instant at_;
};

struct AuditWindow {
  FixedClock clock;
  std::string written;
  std::unique_ptr<Device> device;
  AuditReader* reader = nullptr;

  explicit AuditWindow(const PtyPeer& peer, std::map<std::string, std::string> options = {},
                       std::int64_t real_ns = 0)
      : clock(real_ns) {
    options["port"] = peer.path();
    options.emplace("speed", "2400");
    const DriverEntry* entry = find_driver(driver_table(), "ddcmp");
    auto opened = entry->open(
        {.name = "dev", .driver = "ddcmp", .options = std::move(options), .place = "b.yaml:1:1"},
        {clock, [this](const Exchange& e) { written += as_text(e.written); }});
    if (!opened) {
      ADD_FAILURE() << opened.error().message;
      return;
    }
    device = std::move(*opened);
    reader = device->as_audit_reader();
  }
};

void exchange(PtyPeer& m, const Bytes& asked, const Bytes& said) {
  m.expect(asked);
  m.say(said);
}

/// Up to the acknowledgement of the answer to READ.
void begin_reading(PtyPeer& m) {
  exchange(m, start_as_it_is, stack_as_it_is);
  exchange(m, who_are_you, ack_1);
  m.say(known);
  m.expect(ack_1);
  exchange(m, read_list_2, ack_2);
  m.say(list_2_follows);
  m.expect(ack_2);
}

void tell_last_block(PtyPeer& m) {
  m.say(last_block);
  m.expect(ack_4);
  exchange(m, finish_after_4, ack_3);
}

void tell_blocks(PtyPeer& m) {
  m.say(first_block);
  m.expect(ack_3);
  tell_last_block(m);
}

void expect_books(const PtyPeer& peer) {
  AuditWindow window(peer);
  ASSERT_TRUE(window.reader);
  const auto audit = window.reader->read_audit(seconds(60));
  ASSERT_TRUE(audit) << audit.error().message;
  EXPECT_EQ(audit->text, both_blocks);
}

TEST(Ddcmp, List2IsReadBlockByBlock) {
  PtyPeer peer([](PtyPeer& m) {
    begin_reading(m);
    tell_blocks(m);
  });
  AuditWindow window(peer);
  ASSERT_TRUE(window.reader);
  EXPECT_EQ(window.device->identity(), "DDCMP audit port, not yet read");
  const auto audit = window.reader->read_audit(seconds(60));
  ASSERT_TRUE(audit) << audit.error().message;
  EXPECT_EQ(audit->text, both_blocks);
  EXPECT_EQ(window.device->identity(), "DDCMP audit port, read at 2400 baud");
}

TEST(Ddcmp, NothingIsSaidBeforeItIsRead) {
  PtyPeer peer([](PtyPeer& m) { m.expect_silence(milliseconds(300)); });
  AuditWindow window(peer);
  peer.wait();
}

// Low byte first; 5 March 2021, 14:07:09 UTC, in BCD.
TEST(Ddcmp, TheMachineIsToldCodesAndTime) {
  PtyPeer peer([](PtyPeer& m) {
    exchange(m, start_as_it_is, stack_as_it_is);
    m.expect(hex("81 10 40 00 01 01 0A 42 77 E0 00 34 12 CD AB 05 03 21 14 07 09 00 00 0C BB 10"));
    m.say(ack_1);
    m.say(hex("81 05 40 01 01 01 56 41 88 E0 00 00 00 D7 DF"));
    m.expect(ack_1);
  });
  AuditWindow window(peer, {{"security", "1234"}, {"password", "abcd"}},
                     1'614'953'229LL * 1'000'000'000);
  ASSERT_TRUE(window.reader);
  EXPECT_FAILS(window.reader->read_audit(seconds(3)), ErrorCode::protocol,
               "dev: the machine does not let us in: give the codes that it expects as `security` "
               "and `password` (it answers 88 E0 00 00 00)");
}

TEST(Ddcmp, AListThatIsRefusedIsNotReplacedByAnother) {
  PtyPeer peer([](PtyPeer& m) {
    exchange(m, start_as_it_is, stack_as_it_is);
    exchange(m, who_are_you, ack_1);
    m.say(known);
    m.expect(ack_1);
    exchange(m, read_list_2, ack_2);
    m.say(hex("81 09 40 02 02 01 B6 B0 88 E2 00 02 01 00 00 00 00 B5 B5"));
    m.expect(ack_2);
    m.expect_silence(milliseconds(300));
  });
  AuditWindow window(peer);
  ASSERT_TRUE(window.reader);
  EXPECT_FAILS(window.reader->read_audit(seconds(3)), ErrorCode::protocol,
               "does not give list 2, the one that is not cleared by reading");
  peer.wait();
}

int speed_of(const PtyPeer& peer) {
  termios settings{};
  ::tcgetattr(peer.device_end(), &settings);
  const speed_t speed = ::cfgetospeed(&settings);
  return speed == B2400 ? 2400 : speed == B9600 ? 9600 : speed == B115200 ? 115200 : -1;
}

TEST(Ddcmp, ASpeedIsAgreedConfirmedAndGivenBack) {
  PtyPeer peer([](PtyPeer& m) {
    m.expect(start_115200);  // before it nobody has opened the port
    EXPECT_EQ(speed_of(m), 2400);
    m.say(stack_9600_of_115200);
    m.expect(start_9600);
    EXPECT_EQ(speed_of(m), 9600);
    m.say(stack_9600);
    exchange(m, who_are_you, ack_1);
    m.say(known);
    m.expect(ack_1);
    exchange(m, read_list_2, ack_2);
    m.say(list_2_follows);
    m.expect(ack_2);
    tell_blocks(m);
  });
  AuditWindow window(peer, {{"speed", "115200"}});
  ASSERT_TRUE(window.reader);
  const auto audit = window.reader->read_audit(seconds(60));
  ASSERT_TRUE(audit) << audit.error().message;
  EXPECT_EQ(audit->text, both_blocks);
  EXPECT_EQ(window.device->identity(), "DDCMP audit port, read at 9600 baud");
  EXPECT_EQ(speed_of(peer), 2400);
}

TEST(Ddcmp, ASpeedThatTheLineDoesNotCarryIsGivenUp) {
  PtyPeer peer([](PtyPeer& m) {
    exchange(m, start_115200, stack_115200);
    for (int i = 0; i < 3; ++i) m.expect(start_115200);
    EXPECT_EQ(speed_of(m), 115200);
    m.expect(start_as_it_is);
    EXPECT_EQ(speed_of(m), 2400);
    m.say(stack_as_it_is);
    exchange(m, who_are_you, ack_1);
  });
  AuditWindow window(peer, {{"speed", "115200"}});
  ASSERT_TRUE(window.reader);
  EXPECT_FALSE(window.reader->read_audit(seconds(4)));
}

TEST(Ddcmp, ASilentMachineIsSaidToBeSilent) {
  PtyPeer peer([](PtyPeer& m) { m.expect(start_as_it_is); });
  AuditWindow window(peer);
  ASSERT_TRUE(window.reader);
  EXPECT_FAILS(window.reader->read_audit(milliseconds(500)), ErrorCode::timeout,
               "dev: the machine does not answer START at its audit port");
}

TEST(Ddcmp, WhatIsRefusedOrNotHeardIsSaidAgain) {
  PtyPeer peer([](PtyPeer& m) {
    m.expect(start_as_it_is);
    exchange(m, start_as_it_is, stack_as_it_is);
    exchange(m, who_are_you, nack_buffer_0);
    m.expect(who_are_you);
    exchange(m, who_are_you, ack_1);
    m.say(known);
    m.expect(ack_1);
    m.expect(read_list_2);
    m.say(known);  // it did not hear that
    m.expect(ack_1);
    exchange(m, read_list_2, ack_2);
    m.say(list_2_follows);
    m.expect(ack_2);
    tell_blocks(m);
  });
  expect_books(peer);
}

// An answer says that its question was heard.
TEST(Ddcmp, AnAnswerWithoutAcknowledgementIsTaken) {
  PtyPeer peer([](PtyPeer& m) {
    exchange(m, start_as_it_is, stack_as_it_is);
    exchange(m, who_are_you, known);
    m.expect(ack_1);
    exchange(m, read_list_2, list_2_follows);
    m.expect(ack_2);
    tell_blocks(m);
  });
  expect_books(peer);
}

TEST(Ddcmp, ADamagedBlockIsRefusedByWhatIsWrongWithIt) {
  PtyPeer peer([](PtyPeer& m) {
    begin_reading(m);
    Bytes damaged = first_block;
    damaged[11] ^= 0x01;
    m.say(damaged);
    m.expect(nack_content_2);
    damaged = first_block;
    damaged[1] ^= 0x01;
    m.say(damaged);
    m.expect(nack_header_2);
    m.say_split(first_block, 12);
    m.expect(ack_3);
    m.expect(ack_3);  // and nothing for a while: did it hear that?
    tell_last_block(m);
  });
  expect_books(peer);
}

TEST(Ddcmp, EchoAndNoiseBeforeAnAnswerArePassedOver) {
  PtyPeer peer([](PtyPeer& m) {
    const auto with_echo = [&m](const Bytes& asked, const Bytes& said) {
      m.expect(asked);
      m.say(asked);
      m.say(said);
    };
    with_echo(start_as_it_is, stack_as_it_is);
    with_echo(who_are_you, ack_1);
    m.say(hex("F1 05 00"));
    m.say(known);
    m.expect(ack_1);
    m.say(ack_1);
    with_echo(read_list_2, ack_2);
    m.say(list_2_follows);
    m.expect(ack_2);
    m.say(ack_2);
    tell_blocks(m);
  });
  expect_books(peer);
}

TEST(Ddcmp, UnpluggedInTheMiddleItIsGone) {
  PtyPeer peer([](PtyPeer& m) {
    begin_reading(m);
    m.say(Bytes(first_block.begin(), first_block.begin() + 9));
    m.hang_up();
  });
  AuditWindow window(peer);
  ASSERT_TRUE(window.reader);
  const auto audit = window.reader->read_audit(seconds(60));
  ASSERT_FALSE(audit);
  EXPECT_EQ(audit.error().code, ErrorCode::io) << audit.error().message;
}

// One machine for each byte at which its last block can end, all at once.
TEST(Ddcmp, ABlockThatIsCutAtAnyByteIsNoAudit) {
  std::vector<std::thread> machines;
  machines.reserve(last_block.size());
  for (std::size_t cut = 0; cut < last_block.size(); ++cut)
    machines.emplace_back([cut] {
      PtyPeer peer([cut](PtyPeer& m) {
        begin_reading(m);
        m.say(first_block);
        m.expect(ack_3);
        m.say(Bytes(last_block.begin(), last_block.begin() + static_cast<std::ptrdiff_t>(cut)));
      });
      AuditWindow window(peer);
      ASSERT_TRUE(window.reader);
      EXPECT_FAILS(window.reader->read_audit(seconds(3)), ErrorCode::timeout,
                   "dev: the machine fell silent: block 2 did not come");
    });
  for (std::thread& machine : machines) machine.join();
}

TEST(Ddcmp, OptionsAreHeldToWhatTheyCanBe) {
  PtyPeer peer;
  Station station;
  EXPECT_FAILS(station.open("ddcmp", {{"port", peer.path()}, {"speed", "14400"}}),
               ErrorCode::bad_file, "speed is 14400: one of 1200, 2400");
  EXPECT_FAILS(station.open("ddcmp", {{"port", peer.path()}, {"security", "12345"}}),
               ErrorCode::bad_file, "security is \"12345\": a code of up to four hex digits");
}

using Kind = ddcmp::Frame::Kind;

std::vector<ddcmp::Frame> frames_in(ddcmp::FrameReader& reader) {
  std::vector<ddcmp::Frame> frames;
  while (auto frame = reader.next()) frames.push_back(std::move(*frame));
  return frames;
}

TEST(DdcmpFrames, AreThoseOfTheSources) {
  EXPECT_EQ(ddcmp::start(0), start_as_it_is);
  EXPECT_EQ(ddcmp::start(ddcmp::speed_code(115200)), start_115200);
  EXPECT_EQ(ddcmp::acknowledge(1), ack_1);
  EXPECT_EQ(ddcmp::refusal(ddcmp::Why::content_check, 2), nack_content_2);
  EXPECT_EQ(ddcmp::message(2, 1, hex("77 E2 00 02 01 00 00 00 00")), read_list_2);
  EXPECT_EQ(ddcmp::message(3, 2, hex("77 FF")), hex("81 02 40 02 03 01 12 E1 77 FF 67 B0"));
}

// Of every frame, bytes cut anywhere are the same frames; noise between them is passed over.
TEST(DdcmpFrames, MayComeInPiecesWithNoiseBetween) {
  Bytes all = hex("F1 05 81 00");
  for (const Bytes* more : {&stack_115200, &ack_1, &first_block, &nack_content_2, &last_block})
    all.insert(all.end(), more->begin(), more->end());
  const std::vector<ddcmp::Frame> expected{
      {.kind = Kind::stack, .speed = 8, .content = {}},
      {.kind = Kind::acknowledge, .heard = 1, .content = {}},
      {.kind = Kind::message, .number = 3, .heard = 2, .content = hex("99 01 31 31 31 31 31")},
      {.kind = Kind::refusal, .heard = 2, .why = 2, .content = {}},
      {.kind = Kind::message,
       .number = 4,
       .heard = 2,
       .last = true,
       .content = hex("99 02 32 32 32 32 32 33 33 33 33 33")}};
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    ddcmp::FrameReader reader;
    reader.feed(ByteView(all).first(cut));
    std::vector<ddcmp::Frame> frames = frames_in(reader);
    reader.feed(ByteView(all).subspan(cut));
    std::ranges::move(frames_in(reader), std::back_inserter(frames));
    EXPECT_EQ(frames, expected) << "cut at " << cut;
    EXPECT_FALSE(reader.within_frame());
  }
}

TEST(DdcmpFrames, TruncatedAtAnyByteAreNone) {
  for (const Bytes* whole : {&stack_115200, &ack_1, &known, &last_block})
    for (std::size_t cut = 0; cut < whole->size(); ++cut) {
      ddcmp::FrameReader reader;
      reader.feed(ByteView(*whole).first(cut));
      EXPECT_FALSE(reader.next()) << cut;
      EXPECT_EQ(reader.within_frame(), cut != 0);
      EXPECT_EQ(reader.break_off().kind, Kind::damaged);
      EXPECT_FALSE(reader.within_frame());
    }
}

// A check of 16 bits finds whatever is wrong within 16 bits that stand together, wherever they are.
TEST(DdcmpFrames, OfAMillionDamagedOnesNoneIsTaken) {
  std::mt19937_64 random(7);
  const auto below = [&random](std::size_t bound) { return random() % bound; };
  std::size_t damaged = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    Bytes frame = i % 4 == 0 ? known : i % 4 == 1 ? first_block : i % 4 == 2 ? last_block : ack_3;
    const std::size_t at = below(frame.size() - 1);
    const auto first = static_cast<std::uint8_t>(random());
    const auto second = static_cast<std::uint8_t>(random());
    frame[at] ^= first;
    frame[at + 1] ^= second;
    if (first == 0 && second == 0) continue;
    // A header and what follows it have a check each: what is wrong in both is two faults.
    if (at == 7) continue;
    ddcmp::FrameReader reader;
    reader.feed(frame);
    for (const ddcmp::Frame& each : frames_in(reader)) {
      ASSERT_EQ(each.kind, Kind::damaged) << to_hex(frame);
      ++damaged;
    }
    if (reader.within_frame()) damaged += reader.break_off().kind == Kind::damaged ? 1 : 0;
  }
  EXPECT_GT(damaged, 900'000u);
}

// Whatever comes, nothing is read beyond it, and nothing is kept for ever.
TEST(DdcmpFrames, AnyBytesAreSurvived) {
  std::mt19937_64 random(11);
  ddcmp::FrameReader reader;
  for (int i = 0; i < 20'000; ++i) {
    Bytes noise(random() % 40);
    for (std::uint8_t& byte : noise) {
      const auto drawn = random();
      byte = drawn % 4 == 0   ? std::uint8_t{0x05}
             : drawn % 4 == 1 ? std::uint8_t{0x81}
                              : static_cast<std::uint8_t>(drawn >> 8);
    }
    reader.feed(noise);
    (void)frames_in(reader);
    if (i % 50 == 0 && reader.within_frame()) (void)reader.break_off();
  }
  if (reader.within_frame()) (void)reader.break_off();
  reader.feed(first_block);
  EXPECT_EQ(frames_in(reader).size(), 1u);
}

}  // namespace
}  // namespace brewproof::testing
