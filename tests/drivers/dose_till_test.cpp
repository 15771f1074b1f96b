// The till at a cash-register socket, against a scripted machine.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;

const Bytes dose = hex("41"), other_dose = hex("42"), released = hex("06"), refused = hex("15");

struct Till {
  Station station;
  std::unique_ptr<Device> device;
  Meter* meter = nullptr;

  explicit Till(const PtyPeer& peer, std::map<std::string, std::string> options = {}) {
    options["port"] = peer.path();
    device = station.opened("dose_till", std::move(options));
    if (device) meter = device->as_meter();
  }
  // Reads until it has that value; the last one where it never had.
  double reaches(double value) const {
    double last = -1;
    for (int i = 0; i < 300 && last != value; ++i) {
      last = meter->read("doses").value_or(Meter::Reading{-1, {}, false}).value;
      std::this_thread::sleep_for(milliseconds(10));
    }
    return last;
  }
};

TEST(DoseTill, ReleasesEachDoseAndCountsIt) {
  PtyPeer peer([](PtyPeer& m) {
    for (int i = 0; i < 3; ++i) {
      m.say(dose);
      m.expect(released);
      m.pause(milliseconds(60));
    }
  });
  Till till(peer);
  ASSERT_TRUE(till.meter);
  EXPECT_EQ(till.device->identity(), "till of a cash-register socket, releases doses");
  EXPECT_EQ(till.reaches(3), 3);
}

TEST(DoseTill, RefusesWhereItIsToRefuseAndCountsAllTheSame) {
  PtyPeer peer([](PtyPeer& m) {
    m.say(dose);
    m.expect(refused);
  });
  Till till(peer, {{"answer", "refuse"}});
  ASSERT_TRUE(till.meter);
  EXPECT_EQ(till.reaches(1), 1);
}

// The machine waits for it, whether anybody reads or not.
TEST(DoseTill, TheAnswerComesAtOnceThoughNobodyReads) {
  std::chrono::steady_clock::duration took{};
  PtyPeer peer([&](PtyPeer& m) {
    m.pause(milliseconds(200));
    const auto asked = std::chrono::steady_clock::now();
    m.say(dose);
    m.expect(released);
    took = std::chrono::steady_clock::now() - asked;
  });
  Till till(peer);
  peer.wait();
  EXPECT_LT(took, milliseconds(200));
}

TEST(DoseTill, SaysNothingUnasked) {
  PtyPeer peer([](PtyPeer& m) { m.expect_silence(milliseconds(300)); });
  Till till(peer);
  ASSERT_TRUE(till.device);
  EXPECT_FAILS(till.device->harmless_exchange(), ErrorCode::usage, "says nothing unasked");
  peer.wait();
  EXPECT_EQ(till.meter->read("doses").value().value, 0);
}

TEST(DoseTill, DosesThatComeTogetherAreEachAnswered) {
  PtyPeer peer([](PtyPeer& m) {
    m.say(hex("41 42"));
    m.expect(hex("06 06"));
  });
  Till till(peer);
  EXPECT_EQ(till.reaches(2), 2);
}

TEST(DoseTill, WithCodesOnlyTheseAreDosesAndNoiseIsNotAnswered) {
  PtyPeer peer([](PtyPeer& m) {
    m.say(hex("F1 00 43"));
    m.expect_silence(milliseconds(150));
    m.say(other_dose);
    m.expect(released);
    m.say(hex("FF 41"));
    m.expect(released);
  });
  Till till(peer, {{"codes", "41 42"}});
  EXPECT_EQ(till.reaches(2), 2);
}

// Or the two would talk for ever.
TEST(DoseTill, AnEchoOfItsAnswerIsNoDose) {
  PtyPeer peer([](PtyPeer& m) {
    m.say(dose);
    m.expect(released);
    m.say(released);
    m.expect_silence(milliseconds(150));
    m.say(released);  // later it is a code like any other
    m.expect(released);
  });
  Till till(peer);
  EXPECT_EQ(till.reaches(2), 2);
}

TEST(DoseTill, WhatWasSaidIsOnRecord) {
  PtyPeer peer([](PtyPeer& m) {
    m.say(dose);
    m.expect(released);
  });
  Till till(peer);
  EXPECT_EQ(till.reaches(1), 1);
  peer.wait();
  ASSERT_TRUE(till.meter->read("doses"));
  EXPECT_EQ(till.station.received(), "A");
  till.device.reset();
  EXPECT_EQ(till.station.written(), "\x06");
  EXPECT_LE(till.station.exchanges[0].sent.before_write.raw_ns,
            till.station.exchanges[1].sent.before_write.raw_ns);
}

TEST(DoseTill, UnpluggedItIsAnIoErrorAndStaysOne) {
  PtyPeer peer([](PtyPeer& m) {
    m.say(dose);
    m.expect(released);
    m.hang_up();
  });
  Till till(peer);
  peer.wait();
  for (int i = 0; i < 100 && till.meter->read("doses"); ++i)
    std::this_thread::sleep_for(milliseconds(10));
  EXPECT_FAILS(till.meter->read("doses"), ErrorCode::io, "dev");
  EXPECT_FAILS(till.meter->read("doses"), ErrorCode::io, "dev");
}

TEST(DoseTill, OptionsAndQuantitiesThatCannotBe) {
  PtyPeer peer([](PtyPeer& m) { m.expect_silence(milliseconds(100)); });
  Station station;
  EXPECT_FAILS(station.open("dose_till", {{"port", peer.path()}, {"answer", "maybe"}}),
               ErrorCode::bad_file, "release or refuse");
  for (const char* codes : {"4", "411", "4G", "41,42"})
    EXPECT_FAILS(station.open("dose_till", {{"port", peer.path()}, {"codes", codes}}),
                 ErrorCode::bad_file, "two hex digits");
  Till till(peer);
  EXPECT_FAILS(till.meter->read("power"), ErrorCode::usage, "it has doses");
}

}  // namespace
}  // namespace brewproof::testing
