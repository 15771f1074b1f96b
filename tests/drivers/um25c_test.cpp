// RDTech meters in a USB lead against scripted ones. Frames by the table in drivers/um25c.cpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;

const Bytes ask = hex("F0");

// A frame of zeros with some bytes set.
Bytes frame_of(std::string_view begin, std::string_view energy, std::string_view end) {
  Bytes frame(130);
  std::ranges::copy(hex(begin), frame.begin());
  std::ranges::copy(hex(energy), frame.begin() + 106);
  std::ranges::copy(hex(end), frame.end() - 2);
  return frame;
}

// 5.071 V, 0.1234 A, 27 degrees Celsius, 65 mWh.
const Bytes um25c = frame_of("09C9 13CF 04D2 00000000 001B", "00000041", "FFF1");
// 5.07 V, 0.123 A, 27 degrees Celsius, 65,536 mWh.
const Bytes um24c = frame_of("0963 01FB 007B 00000000 001B", "00010000", "FFF1");
// The same. The XOR is 4C ^ FB = B7: of the others set here no place counts.
const Bytes um34c = frame_of("0D4C 01FB 007B 00000000 001B", "00010000", "00B7");

void answer(PtyPeer& meter, ByteView bytes) {
  meter.expect(ask);
  meter.say(bytes);
}

// Opened; the script begins with the question that opening asks.
struct Lead {
  Station station;
  std::unique_ptr<Device> device;
  Meter* meter = nullptr;

  explicit Lead(const PtyPeer& peer) {
    device = station.opened("um25c", {{"port", peer.path()}});
    if (device) meter = device->as_meter();
  }
};

PtyPeer::Script known_meter(const std::function<void(PtyPeer&)>& script) {
  return [script](PtyPeer& m) {
    answer(m, um25c);
    script(m);
  };
}

TEST(Um25c, QuantitiesComeInSiUnits) {
  PtyPeer peer(known_meter([](PtyPeer& m) {
    for (int i = 0; i < 5; ++i) answer(m, um25c);
  }));
  Lead lead(peer);
  ASSERT_TRUE(lead.meter);
  EXPECT_EQ(lead.device->identity(), "RDTech UM25C");
  EXPECT_DOUBLE_EQ(lead.meter->read("voltage").value().value, 5.071);
  EXPECT_DOUBLE_EQ(lead.meter->read("current").value().value, 0.1234);
  EXPECT_NEAR(lead.meter->read("power").value().value, 0.6257614, 1e-12);
  EXPECT_DOUBLE_EQ(lead.meter->read("energy").value().value, 65 * 3.6);  // joules
  EXPECT_DOUBLE_EQ(lead.meter->read("temperature").value().value, 27);   // degrees Celsius
}

TEST(Um25c, AUm24cCountsInCentivoltsAndMilliamperes) {
  PtyPeer peer([](PtyPeer& m) {
    for (int i = 0; i < 4; ++i) answer(m, um24c);
  });
  Lead lead(peer);
  ASSERT_TRUE(lead.meter);
  EXPECT_EQ(lead.device->identity(), "RDTech UM24C");
  EXPECT_DOUBLE_EQ(lead.meter->read("voltage").value().value, 5.07);
  EXPECT_DOUBLE_EQ(lead.meter->read("current").value().value, 0.123);
  EXPECT_DOUBLE_EQ(lead.meter->read("energy").value().value, 65536 * 3.6);
}

TEST(Um25c, AUm34cHasACheckAndItIsHeld) {
  Bytes wrong = um34c;
  wrong[3] ^= 0x10;  // of the voltage
  PtyPeer peer([&](PtyPeer& m) {
    answer(m, um34c);
    answer(m, um34c);
    answer(m, wrong);
  });
  Lead lead(peer);
  ASSERT_TRUE(lead.meter);
  EXPECT_EQ(lead.device->identity(), "RDTech UM34C");
  EXPECT_DOUBLE_EQ(lead.meter->read("voltage").value().value, 5.07);
  EXPECT_FAILS(lead.meter->read("voltage"), ErrorCode::protocol, "no whole frame");
}

// Each of the 32 places, by a frame in which nothing else is set.
TEST(Um25c, TheCheckOfAUm34cIsOverThirtyTwoPlaces) {
  const std::vector<std::size_t> places{3,  7,  9,  15,  17,  19,  23,  31,  39, 41, 45,
                                        49, 53, 55, 57,  59,  63,  67,  69,  73, 79, 83,
                                        89, 97, 99, 109, 111, 113, 119, 121, 127};
  PtyPeer peer([&](PtyPeer& m) {
    answer(m, um34c);
    for (const std::size_t place : places) {
      Bytes frame = frame_of("0D4C", "00000000", "0000");
      frame[place] = 0x5A;
      frame[129] = 0x4C ^ 0x5A;
      answer(m, frame);
    }
  });
  Lead lead(peer);
  ASSERT_TRUE(lead.meter);
  for (const std::size_t place : places) EXPECT_TRUE(lead.meter->read("voltage")) << place;
}

TEST(Um25c, AnotherModelInItsPlaceIsAnError) {
  PtyPeer peer(known_meter([](PtyPeer& m) { answer(m, um24c); }));
  Lead lead(peer);
  ASSERT_TRUE(lead.meter);
  EXPECT_FAILS(lead.meter->read("power"), ErrorCode::protocol,
               "dev answers as UM24C, and was opened as UM25C");
}

TEST(Um25c, AnUnknownModelIsNotOpened) {
  PtyPeer peer([](PtyPeer& m) { answer(m, frame_of("0D4D 01FB", "00000000", "FFF1")); });
  Station station;
  EXPECT_FAILS(station.open("um25c", {{"port", peer.path()}}), ErrorCode::protocol,
               "dev answered 130 bytes (0D 4D");
}

TEST(Um25c, AnUnknownQuantityIsAskedOfNobody) {
  PtyPeer peer(known_meter([](PtyPeer& m) { m.expect_silence(milliseconds(150)); }));
  Lead lead(peer);
  ASSERT_TRUE(lead.meter);
  EXPECT_FAILS(lead.meter->read("mass"), ErrorCode::usage, "does not measure \"mass\"");
  peer.wait();
}

TEST(Um25c, SilenceIsATimeoutThatSaysWhatToLookAt) {
  PtyPeer peer;
  Station station;
  EXPECT_FAILS(station.open("um25c", {{"port", peer.path()}}), ErrorCode::timeout,
               "is its Bluetooth on");
}

// Poll no faster than every 100 ms.
TEST(Um25c, QuestionsAreATenthOfASecondApart) {
  PtyPeer peer(known_meter([](PtyPeer& m) {
    for (int i = 0; i < 3; ++i) answer(m, um25c);
  }));
  Lead lead(peer);
  ASSERT_TRUE(lead.meter);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(lead.meter->read("power"));
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(290));
}

// One meter for each byte at which an answer can end, all at once.
TEST(Um25c, ATruncatedAnswerAtAnyByteIsNoAnswer) {
  std::vector<std::thread> meters;
  meters.reserve(um25c.size());
  for (std::size_t cut = 1; cut < um25c.size(); ++cut)
    meters.emplace_back([cut] {
      PtyPeer peer(known_meter([cut](PtyPeer& m) { answer(m, ByteView(um25c).first(cut)); }));
      Lead lead(peer);
      ASSERT_TRUE(lead.meter);
      EXPECT_FAILS(lead.meter->read("power"), ErrorCode::protocol, "no whole frame");
    });
  for (std::thread& meter : meters) meter.join();
}

TEST(Um25c, AnAnswerThatLostAnyByteIsNoAnswer) {
  std::vector<std::thread> meters;
  meters.reserve(um34c.size());
  for (std::size_t lost = 0; lost < um25c.size(); ++lost)
    meters.emplace_back([lost] {
      Bytes frame = um25c;
      frame.erase(frame.begin() + static_cast<std::ptrdiff_t>(lost));
      PtyPeer peer(known_meter([&](PtyPeer& m) { answer(m, frame); }));
      Lead lead(peer);
      ASSERT_TRUE(lead.meter);
      EXPECT_FAILS(lead.meter->read("power"), ErrorCode::protocol, "no whole frame");
    });
  for (std::thread& meter : meters) meter.join();
}

// All at once: questions are a tenth of a second apart.
TEST(Um25c, AnAnswerSplitAtAnyByteIsRead) {
  std::vector<std::thread> meters;
  meters.reserve(um25c.size());
  for (std::size_t cut = 1; cut < um25c.size(); ++cut)
    meters.emplace_back([cut] {
      PtyPeer peer(known_meter([cut](PtyPeer& m) {
        m.expect(ask);
        m.say_split(um25c, cut);
      }));
      Lead lead(peer);
      ASSERT_TRUE(lead.meter);
      EXPECT_DOUBLE_EQ(lead.meter->read("voltage").value().value, 5.071) << "split after " << cut;
    });
  for (std::thread& meter : meters) meter.join();
}

TEST(Um25c, EchoAndNoiseBeforeAnAnswerArePassedOver) {
  PtyPeer peer(known_meter([](PtyPeer& m) {
    m.expect(ask);
    m.say(ask);
    m.say(um25c);
    m.expect(ask);
    m.say(hex("00 FF F1 09 C9 13"));
    m.say(um25c);
  }));
  Lead lead(peer);
  ASSERT_TRUE(lead.meter);
  EXPECT_DOUBLE_EQ(lead.meter->read("voltage").value().value, 5.071);
  EXPECT_DOUBLE_EQ(lead.meter->read("voltage").value().value, 5.071);
}

TEST(Um25c, ALateAnswerIsNotTakenForTheNextOne) {
  PtyPeer peer(known_meter([](PtyPeer& m) {
    m.expect(ask);
    m.pause(milliseconds(1300));
    m.say(frame_of("09C9 2710", "00000000", "FFF1"));  // of the question that has timed out
    answer(m, um25c);
  }));
  Lead lead(peer);
  ASSERT_TRUE(lead.meter);
  EXPECT_FAILS(lead.meter->read("voltage"), ErrorCode::timeout, "did not answer within 1000 ms");
  EXPECT_DOUBLE_EQ(lead.meter->read("voltage").value().value, 5.071);
}

TEST(Um25c, OfTwoAnswersThatComeTogetherTheLaterIsTheOneToThisQuestion) {
  PtyPeer peer(known_meter([](PtyPeer& m) {
    Bytes both = frame_of("09C9 2710", "00000000", "FFF1");
    both.insert(both.end(), um25c.begin(), um25c.end());
    answer(m, both);
    answer(m, um25c);
  }));
  Lead lead(peer);
  ASSERT_TRUE(lead.meter);
  EXPECT_DOUBLE_EQ(lead.meter->read("voltage").value().value, 5.071);
  EXPECT_DOUBLE_EQ(lead.meter->read("voltage").value().value, 5.071);
}

TEST(Um25c, AFloodOfNoiseIsAnErrorInBoundedTime) {
  PtyPeer peer(known_meter([](PtyPeer& m) {
    m.expect(ask);
    while (!m.is_over()) m.say(std::string(200, '\x01'));
  }));
  Lead lead(peer);
  ASSERT_TRUE(lead.meter);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FAILS(lead.meter->read("power"), ErrorCode::protocol, "no whole frame");
  EXPECT_FALSE(lead.meter->read("power"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(6000));
}

TEST(Um25c, UnpluggedInMidFrameIsAnIoErrorAndStaysOne) {
  PtyPeer peer(known_meter([](PtyPeer& m) {
    answer(m, ByteView(um25c).first(70));
    m.pause(milliseconds(20));
    m.hang_up();
  }));
  Lead lead(peer);
  ASSERT_TRUE(lead.meter);
  EXPECT_FAILS(lead.meter->read("power"), ErrorCode::io, "the device is gone");
  EXPECT_FAILS(lead.meter->read("power"), ErrorCode::io, "the device is gone");
}

TEST(Um25c, AReadingCarriesTheTimeOfItsLastByteAndIsOnRecord) {
  Instant last_part;
  PtyPeer peer(known_meter([&](PtyPeer& m) {
    m.expect(ask);
    m.say(ByteView(um25c).first(100));
    m.pause(milliseconds(10));
    last_part = SystemClock().now();
    m.say(ByteView(um25c).subspan(100));
  }));
  Lead lead(peer);
  ASSERT_TRUE(lead.meter);
  const auto power = lead.meter->read("power");
  ASSERT_TRUE(power);
  peer.wait();
  EXPECT_GE(power->at.raw_ns, last_part.raw_ns);
  EXPECT_EQ(lead.station.exchanges.back().written, ask);
  EXPECT_EQ(lead.station.exchanges.back().received, um25c);
}

TEST(Um25c, HarmlessIsAReading) {
  PtyPeer peer(known_meter([](PtyPeer& m) { answer(m, um25c); }));
  Lead lead(peer);
  ASSERT_TRUE(lead.device);
  EXPECT_TRUE(lead.device->harmless_exchange());
}

}  // namespace
}  // namespace brewproof::testing
