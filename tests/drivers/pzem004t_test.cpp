// The PZEM-004T meter against a scripted one. Frames with their CRC as in the sources named in
// drivers/pzem004t.cpp; 230.1 V, 5.432 A, 1249.9 W, 1234 Wh, 50.0 Hz, power factor 1.00.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;

const Bytes ask_1 = hex("01 04 00 00 00 0A 70 0D");
const Bytes ask_any = hex("F8 04 00 00 00 0A 64 64");
const Bytes reading =
    hex("01 04 14 08 FD 15 38 00 00 30 D3 00 00 04 D2 00 00 01 F4 00 64 00 00 90 7C");
const Bytes refusal = hex("01 84 02 C2 C1");

void answer(PtyPeer& meter, ByteView bytes) {
  meter.expect(ask_1);
  meter.say(bytes);
}

struct Plug {
  Station station;
  std::unique_ptr<Device> device;
  Meter* meter = nullptr;

  explicit Plug(const PtyPeer& peer,
                std::map<std::string, std::string> options = {{"address", "1"}}) {
    options["port"] = peer.path();
    device = station.opened("pzem004t", options);
    if (device) meter = device->as_meter();
  }
};

TEST(Pzem004t, QuantitiesComeInSiUnits) {
  PtyPeer peer([](PtyPeer& m) {
    for (int i = 0; i < 7; ++i) answer(m, reading);
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.meter);
  EXPECT_DOUBLE_EQ(plug.meter->read("voltage").value().value, 230.1);
  EXPECT_DOUBLE_EQ(plug.meter->read("current").value().value, 5.432);
  EXPECT_DOUBLE_EQ(plug.meter->read("power").value().value, 1249.9);
  EXPECT_DOUBLE_EQ(plug.meter->read("energy").value().value, 1234.0 * 3600);  // joules
  EXPECT_DOUBLE_EQ(plug.meter->read("frequency").value().value, 50.0);
  EXPECT_DOUBLE_EQ(plug.meter->read("power_factor").value().value, 1.0);
}

// 0x00010000 counts of 0.1 W: low word 0000, high word 0001.
TEST(Pzem004t, TheLowWordComesFirst) {
  PtyPeer peer([](PtyPeer& m) {
    answer(m, reading);
    answer(m, hex("01 04 14 00 00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 91 7D"));
  });
  Plug plug(peer);
  const auto power = plug.meter->read("power");
  ASSERT_TRUE(power) << power.error().message;
  EXPECT_DOUBLE_EQ(power->value, 6553.6);
}

TEST(Pzem004t, WithoutAnAddressTheGeneralOneIsAsked) {
  PtyPeer peer([](PtyPeer& m) {
    m.expect(ask_any);
    m.say(reading);
  });
  Plug plug(peer, {});
  ASSERT_TRUE(plug.device);
  EXPECT_EQ(plug.device->identity(), "PZEM-004T, answers at address 01");
}

TEST(Pzem004t, AnotherMetersAnswerIsNotTaken) {
  PtyPeer peer([](PtyPeer& m) {
    m.expect(hex("02 04 00 00 00 0A 70 3E"));
    m.say(reading);
  });
  Station station;
  EXPECT_FAILS(station.open("pzem004t", {{"port", peer.path()}, {"address", "2"}}),
               ErrorCode::protocol, "address 02 was asked");
}

TEST(Pzem004t, AnUnknownQuantityIsAskedOfNobody) {
  PtyPeer peer([](PtyPeer& m) {
    answer(m, reading);
    m.expect_silence(milliseconds(50));
  });
  Plug plug(peer);
  EXPECT_FAILS(plug.meter->read("temperature"), ErrorCode::usage, "does not measure");
  peer.wait();
}

TEST(Pzem004t, AnExceptionIsToldInTheStandardsWords) {
  PtyPeer peer([](PtyPeer& m) {
    answer(m, reading);
    answer(m, refusal);
  });
  Plug plug(peer);
  EXPECT_FAILS(plug.meter->read("power"), ErrorCode::protocol, "Illegal data address (02)");
}

TEST(Pzem004t, AnExceptionWithAWrongCheckIsNoAnswer) {
  PtyPeer peer([](PtyPeer& m) {
    answer(m, reading);
    answer(m, hex("01 84 02 C2 C0"));
  });
  Plug plug(peer);
  EXPECT_FAILS(plug.meter->read("power"), ErrorCode::protocol, "no whole answer");
}

TEST(Pzem004t, SilenceIsATimeoutThatSaysWhatToLookAt) {
  PtyPeer peer;
  Station station;
  EXPECT_FAILS(station.open("pzem004t", {{"port", peer.path()}}), ErrorCode::timeout, "mains side");
}

TEST(Pzem004t, AWrongByteAnywhereIsNoAnswer) {
  PtyPeer peer([](PtyPeer& m) {
    answer(m, reading);
    for (std::size_t i = 0; i < 3; ++i) {
      Bytes broken = reading;
      broken[i * 12] ^= 0x10;
      answer(m, broken);
    }
  });
  Plug plug(peer);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_FAILS(plug.meter->read("power"), ErrorCode::protocol, "no whole answer");
}

// One meter for each byte at which an answer can end, all at once.
TEST(Pzem004t, ATruncatedAnswerAtAnyByteIsNoAnswer) {
  std::vector<std::thread> meters;
  for (std::size_t cut = 1; cut < reading.size(); ++cut)
    meters.emplace_back([cut] {
      PtyPeer peer([cut](PtyPeer& m) {
        answer(m, reading);
        answer(m, ByteView(reading).first(cut));
      });
      Plug plug(peer);
      ASSERT_TRUE(plug.meter);
      EXPECT_FAILS(plug.meter->read("power"), ErrorCode::protocol, "no whole answer");
    });
  for (std::thread& meter : meters) meter.join();
}

TEST(Pzem004t, AnAnswerSplitAtAnyByteIsRead) {
  PtyPeer peer([](PtyPeer& m) {
    answer(m, reading);
    for (std::size_t cut = 1; cut < reading.size(); ++cut) {
      m.expect(ask_1);
      m.say_split(reading, cut);
    }
  });
  Plug plug(peer);
  for (std::size_t cut = 1; cut < reading.size(); ++cut)
    EXPECT_DOUBLE_EQ(plug.meter->read("power").value().value, 1249.9) << "split after " << cut;
}

TEST(Pzem004t, EchoAndNoiseBeforeAnAnswerArePassedOver) {
  PtyPeer peer([](PtyPeer& m) {
    m.expect(ask_1);
    m.say(ask_1);
    m.say(reading);
    m.expect(ask_1);
    m.say(hex("00 FF 01 04 14"));
    m.say(reading);
  });
  Plug plug(peer);
  EXPECT_DOUBLE_EQ(plug.meter->read("power").value().value, 1249.9);
}

TEST(Pzem004t, ALateAnswerIsNotTakenForTheNextOne) {
  const Bytes idle =
      hex("01 04 14 08 FD 00 00 00 00 00 00 00 00 04 D2 00 00 01 F4 00 64 00 00 1D DB");
  PtyPeer peer([&](PtyPeer& m) {
    answer(m, reading);
    m.expect(ask_1);
    m.pause(milliseconds(250));
    m.say(idle);  // of the request that has timed out
    answer(m, reading);
  });
  Plug plug(peer);
  EXPECT_FAILS(plug.meter->read("power"), ErrorCode::timeout, "did not answer within 100 ms");
  EXPECT_DOUBLE_EQ(plug.meter->read("power").value().value, 1249.9);
}

TEST(Pzem004t, WhatIsGluedToAnAnswerIsNotTheNextOne) {
  PtyPeer peer([](PtyPeer& m) {
    answer(m, reading);
    m.expect(ask_1);
    Bytes twice = reading;
    twice.insert(twice.end(), refusal.begin(), refusal.end());
    m.say(twice);
    answer(m, reading);
  });
  Plug plug(peer);
  EXPECT_TRUE(plug.meter->read("power"));
  EXPECT_TRUE(plug.meter->read("power"));
}

TEST(Pzem004t, ABrokenAnswerDoesNotDelayTheNextReading) {
  PtyPeer peer([](PtyPeer& m) {
    answer(m, reading);
    answer(m, ByteView(reading).first(12));
    answer(m, reading);
  });
  Plug plug(peer);
  ASSERT_FALSE(plug.meter->read("power"));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(plug.meter->read("power"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(450));
}

TEST(Pzem004t, AFloodOfNoiseIsAnErrorInBoundedTime) {
  PtyPeer peer([](PtyPeer& m) {
    answer(m, reading);
    m.expect(ask_1);
    while (!m.is_over()) m.say(std::string(200, '\x01'));
  });
  Plug plug(peer);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FAILS(plug.meter->read("power"), ErrorCode::protocol, "no whole answer");
  EXPECT_FALSE(plug.meter->read("power"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(4000));
}

TEST(Pzem004t, UnpluggedInMidFrameIsAnIoErrorAndStaysOne) {
  PtyPeer peer([](PtyPeer& m) {
    answer(m, reading);
    answer(m, ByteView(reading).first(7));
    m.pause(milliseconds(20));
    m.hang_up();
  });
  Plug plug(peer);
  EXPECT_FAILS(plug.meter->read("power"), ErrorCode::io, "the device is gone");
  EXPECT_FAILS(plug.meter->read("power"), ErrorCode::io, "the device is gone");
}

TEST(Pzem004t, AReadingCarriesTheTimeOfItsLastByte) {
  Instant last_part;
  PtyPeer peer([&](PtyPeer& m) {
    answer(m, reading);
    m.expect(ask_1);
    m.say(ByteView(reading).first(20));
    m.pause(milliseconds(10));
    last_part = SystemClock().now();
    m.say(ByteView(reading).subspan(20));
  });
  Plug plug(peer);
  const auto power = plug.meter->read("power");
  ASSERT_TRUE(power);
  peer.wait();
  EXPECT_GE(power->at.raw_ns, last_part.raw_ns);
  const Exchange& exchange = plug.station.exchanges.back();
  EXPECT_EQ(exchange.written, ask_1);
  EXPECT_EQ(exchange.received, reading);
  ASSERT_TRUE(exchange.sent.first_reply);
}

TEST(Pzem004t, BrokenAnswersAreKeptInTheRecord) {
  PtyPeer peer([](PtyPeer& m) {
    answer(m, reading);
    answer(m, hex("01 04 14 08"));
  });
  Plug plug(peer);
  ASSERT_FALSE(plug.meter->read("power"));
  EXPECT_EQ(plug.station.exchanges.back().received, hex("01 04 14 08"));
}

TEST(Pzem004t, HarmlessIsAReading) {
  PtyPeer peer([](PtyPeer& m) {
    answer(m, reading);
    answer(m, reading);
  });
  Plug plug(peer);
  EXPECT_TRUE(plug.device->harmless_exchange());
}

}  // namespace
}  // namespace brewproof::testing
