// Bench meters with SCPI, scripted: literal lines.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;

const std::string who = "*IDN?\n", identity = "HEWLETT-PACKARD,34401A,0,11-5-2\n";
const std::string next_error = "SYST:ERR?\n", no_error = "+0,\"No error\"\n";
const std::string undefined = "-113,\"Undefined header\"\n";
const std::string now = "READ?\n", milliamperes = "+1.23456789E-03\n";

void answer(PtyPeer& meter, const std::string& question, std::string_view text) {
  meter.expect(question);
  meter.say(text);
}

void open_up(PtyPeer& meter) {
  answer(meter, "\n" + who, identity);
  meter.expect("SYST:REM\n");
  answer(meter, next_error, no_error);
}

PtyPeer::Script known_meter(const std::function<void(PtyPeer&)>& script) {
  return [script](PtyPeer& m) {
    open_up(m);
    m.expect("CONF:CURR:DC\n");
    answer(m, next_error, no_error);
    script(m);
  };
}

// Opened; the script begins with what opening asks.
struct Desk {
  Station station;
  std::unique_ptr<Device> device;
  Meter* meter = nullptr;

  explicit Desk(const PtyPeer& peer, std::map<std::string, std::string> options = {}) {
    options["port"] = peer.path();
    options.try_emplace("measures", "current_dc");
    device = station.opened("scpi", options);
    if (device) meter = device->as_meter();
  }
};

TEST(Scpi, IsSetUpOnceAndAskedInSiUnits) {
  PtyPeer peer(known_meter([](PtyPeer& m) {
    answer(m, now, milliamperes);
    answer(m, now, "-2.5E+0\r\n");
    answer(m, now, " 0.125\n");
  }));
  Desk desk(peer);
  ASSERT_TRUE(desk.meter);
  EXPECT_EQ(desk.device->identity(), "\"HEWLETT-PACKARD,34401A,0,11-5-2\"");
  EXPECT_DOUBLE_EQ(desk.meter->read("current").value().value, 1.23456789e-3);
  EXPECT_DOUBLE_EQ(desk.meter->read("current").value().value, -2.5);
  EXPECT_DOUBLE_EQ(desk.meter->read("current").value().value, 0.125);
}

TEST(Scpi, WithSeveralFunctionsEachReadingSaysWhich) {
  PtyPeer peer([](PtyPeer& m) {
    open_up(m);
    answer(m, "MEAS:VOLT:AC?\n", "+2.301E+02\n");
    answer(m, "MEAS:FREQ?\n", "+5.0E+01\n");
    answer(m, "MEAS:TEMP?\n", "+2.15E+01\n");
  });
  Desk desk(peer, {{"measures", "voltage_ac frequency temperature"}});
  ASSERT_TRUE(desk.meter);
  EXPECT_DOUBLE_EQ(desk.meter->read("voltage").value().value, 230.1);
  EXPECT_DOUBLE_EQ(desk.meter->read("frequency").value().value, 50);
  EXPECT_DOUBLE_EQ(desk.meter->read("temperature").value().value, 21.5);
}

TEST(Scpi, EachFunctionHasItsHeader) {
  for (const auto& [name, header] : std::map<std::string, std::string>{{"voltage_dc", "VOLT:DC"},
                                                                       {"voltage_ac", "VOLT:AC"},
                                                                       {"current_dc", "CURR:DC"},
                                                                       {"current_ac", "CURR:AC"},
                                                                       {"frequency", "FREQ"},
                                                                       {"temperature", "TEMP"}}) {
    PtyPeer peer([header](PtyPeer& m) {
      open_up(m);
      m.expect("CONF:" + header + "\n");
      answer(m, next_error, no_error);
    });
    Desk desk(peer, {{"measures", name}});
    EXPECT_TRUE(desk.meter) << name;
  }
}

TEST(Scpi, OldErrorsAreReadAndAMeterThatKnowsNoRemoteIsLetBe) {
  PtyPeer peer([](PtyPeer& m) {
    answer(m, "\n" + who, identity);
    m.expect("SYST:REM\n");
    answer(m, next_error, "-410,\"Query INTERRUPTED\"\n");
    answer(m, next_error, undefined);
    answer(m, next_error, no_error);
    m.expect("CONF:CURR:DC\n");
    answer(m, next_error, no_error);
  });
  Desk desk(peer);
  EXPECT_TRUE(desk.meter);
}

TEST(Scpi, RemoteOffIsNotSaid) {
  PtyPeer peer([](PtyPeer& m) {
    answer(m, "\n" + who, identity);
    answer(m, next_error, no_error);
    m.expect("CONF:CURR:DC\n");
    answer(m, next_error, no_error);
  });
  Desk desk(peer, {{"remote", "off"}});
  EXPECT_TRUE(desk.meter);
}

TEST(Scpi, AFunctionThatTheMeterRefusesIsToldInItsWords) {
  PtyPeer peer([](PtyPeer& m) {
    open_up(m);
    m.expect("CONF:TEMP\n");
    answer(m, next_error, undefined);
    answer(m, next_error, "-221,\"Settings conflict\"\n");
    answer(m, next_error, no_error);
  });
  Station station;
  EXPECT_FAILS(
      station.open("scpi", {{"port", peer.path()}, {"measures", "temperature"}}),
      ErrorCode::protocol,
      R"(dev refuses CONF:TEMP: "-113,\"Undefined header\""; "-221,\"Settings conflict\"")");
}

TEST(Scpi, AnErrorQueueThatDoesNotEndIsAnError) {
  PtyPeer peer([](PtyPeer& m) {
    answer(m, "\n" + who, identity);
    m.expect("SYST:REM\n");
    for (int i = 0; i < 64; ++i) answer(m, next_error, undefined);
  });
  Station station;
  EXPECT_FAILS(station.open("scpi", {{"port", peer.path()}, {"measures", "current_dc"}}),
               ErrorCode::protocol, "its error queue does not end");
}

TEST(Scpi, OptionsThatCannotBe) {
  PtyPeer peer;
  Station station;
  const auto opening = [&](std::map<std::string, std::string> options) {
    options["port"] = peer.path();
    return station.open("scpi", std::move(options));
  };
  EXPECT_FAILS(opening({}), ErrorCode::bad_file, "measures is missing");
  EXPECT_FAILS(opening({{"measures", "current"}}), ErrorCode::bad_file,
               "measures has \"current\": voltage_dc");
  EXPECT_FAILS(opening({{"measures", "current_dc current_ac"}}), ErrorCode::bad_file,
               "two kinds of current");
  EXPECT_FAILS(opening({{"measures", "current_dc"}, {"baud", "fast"}}), ErrorCode::bad_file,
               "a whole number from 1200");
  EXPECT_FAILS(opening({{"measures", "current_dc"}, {"remote", "maybe"}}), ErrorCode::bad_file,
               "on or off");
}

TEST(Scpi, AnUnknownQuantityIsAskedOfNobody) {
  PtyPeer peer(known_meter([](PtyPeer& m) { m.expect_silence(milliseconds(50)); }));
  Desk desk(peer);
  ASSERT_TRUE(desk.meter);
  EXPECT_FAILS(desk.meter->read("voltage"), ErrorCode::usage, "its `measures` has current_dc");
  peer.wait();
}

TEST(Scpi, AnOverloadIsNoValue) {
  PtyPeer peer(known_meter([](PtyPeer& m) {
    answer(m, now, "+9.90000000E+37\n");
    answer(m, now, "-9.90000000E+37\n");
    answer(m, now, "+9.91E37\n");
    answer(m, now, milliamperes);
  }));
  Desk desk(peer);
  ASSERT_TRUE(desk.meter);
  for (int i = 0; i < 3; ++i)
    EXPECT_FAILS(desk.meter->read("current"), ErrorCode::protocol, "dev is overloaded");
  EXPECT_TRUE(desk.meter->read("current"));
}

TEST(Scpi, WhatIsNoNumberToItsEndIsNoAnswer) {
  PtyPeer peer(known_meter([](PtyPeer& m) {
    for (const char* none : {"+1.2E-03 A\n", "1.2.3\n", "1E\n", "1,2\n", "nan\xF1\n", "\x80\n"}) {
      answer(m, now, none);
      answer(m, next_error, no_error);
    }
    answer(m, now, milliamperes);
  }));
  Desk desk(peer);
  ASSERT_TRUE(desk.meter);
  for (int i = 0; i < 6; ++i)
    EXPECT_FAILS(desk.meter->read("current"), ErrorCode::protocol, "where a number was expected");
  EXPECT_TRUE(desk.meter->read("current"));
}

// A question that the meter refuses has no answer: its queue says why, at the next reading.
TEST(Scpi, AfterASilenceTheErrorQueueIsAsked) {
  PtyPeer peer(known_meter([](PtyPeer& m) {
    m.expect(now);
    m.pause(milliseconds(4500));
    m.expect(next_error);
    m.say("-410,\"Query INTERRUPTED\"\n");
    answer(m, next_error, no_error);
    answer(m, now, milliamperes);
  }));
  Desk desk(peer);
  ASSERT_TRUE(desk.meter);
  EXPECT_FAILS(desk.meter->read("current"), ErrorCode::timeout, "did not answer READ?");
  EXPECT_FAILS(desk.meter->read("current"), ErrorCode::protocol,
               R"(dev refuses its last question: "-410,\"Query INTERRUPTED\"")");
  EXPECT_TRUE(desk.meter->read("current"));
}

TEST(Scpi, SilenceIsATimeoutThatSaysWhatToLookAt) {
  PtyPeer peer;
  Station station;
  EXPECT_FAILS(station.open("scpi", {{"port", peer.path()}, {"measures", "current_dc"}}),
               ErrorCode::timeout, "is its serial port chosen in its menu");
}

// One meter for each byte at which an answer can end, all at once.
TEST(Scpi, ATruncatedAnswerAtAnyByteIsNoAnswer) {
  std::vector<std::thread> meters;
  meters.reserve(milliamperes.size());
  for (std::size_t cut = 1; cut < milliamperes.size(); ++cut)
    meters.emplace_back([cut] {
      PtyPeer peer(known_meter([cut](PtyPeer& m) { answer(m, now, milliamperes.substr(0, cut)); }));
      Desk desk(peer);
      ASSERT_TRUE(desk.meter);
      EXPECT_FAILS(desk.meter->read("current"), ErrorCode::protocol, "where a number was expected");
    });
  for (std::thread& meter : meters) meter.join();
}

TEST(Scpi, AnAnswerSplitAtAnyByteIsRead) {
  PtyPeer peer(known_meter([](PtyPeer& m) {
    for (std::size_t cut = 1; cut < milliamperes.size(); ++cut) {
      m.expect(now);
      m.say_split(as_bytes(milliamperes), cut);
    }
  }));
  Desk desk(peer);
  ASSERT_TRUE(desk.meter);
  for (std::size_t cut = 1; cut < milliamperes.size(); ++cut)
    EXPECT_DOUBLE_EQ(desk.meter->read("current").value().value, 1.23456789e-3) << cut;
}

TEST(Scpi, EchoAndNoiseBeforeAnAnswerArePassedOver) {
  PtyPeer peer(known_meter([](PtyPeer& m) {
    m.expect(now);
    m.say(now);
    m.say(milliamperes);
    answer(m, now, "\xF1\x01\n" + milliamperes);
  }));
  Desk desk(peer);
  ASSERT_TRUE(desk.meter);
  EXPECT_DOUBLE_EQ(desk.meter->read("current").value().value, 1.23456789e-3);
  EXPECT_DOUBLE_EQ(desk.meter->read("current").value().value, 1.23456789e-3);
}

TEST(Scpi, ALateAnswerIsNotTakenForTheNextOne) {
  PtyPeer peer(known_meter([](PtyPeer& m) {
    m.expect(now);
    m.pause(milliseconds(3300));
    m.say("+9.0E+00\n");  // of the question that has timed out
    answer(m, next_error, no_error);
    answer(m, now, milliamperes);
  }));
  Desk desk(peer);
  ASSERT_TRUE(desk.meter);
  EXPECT_FAILS(desk.meter->read("current"), ErrorCode::timeout, "within 3000 ms");
  EXPECT_DOUBLE_EQ(desk.meter->read("current").value().value, 1.23456789e-3);
}

TEST(Scpi, OfTwoAnswersThatComeTogetherTheLaterIsTheOneToThisQuestion) {
  PtyPeer peer(known_meter([](PtyPeer& m) { answer(m, now, "+9.0E+00\n" + milliamperes); }));
  Desk desk(peer);
  ASSERT_TRUE(desk.meter);
  EXPECT_DOUBLE_EQ(desk.meter->read("current").value().value, 1.23456789e-3);
}

TEST(Scpi, AFloodOfNoiseIsAnErrorInBoundedTime) {
  PtyPeer peer(known_meter([](PtyPeer& m) {
    m.expect(now);
    while (!m.is_over()) m.say(std::string(200, '\x01'));
  }));
  Desk desk(peer);
  ASSERT_TRUE(desk.meter);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FAILS(desk.meter->read("current"), ErrorCode::protocol, "where a number was expected");
  EXPECT_FALSE(desk.meter->read("current"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(9000));
}

TEST(Scpi, UnpluggedInMidLineIsAnIoErrorAndStaysOne) {
  PtyPeer peer(known_meter([](PtyPeer& m) {
    answer(m, now, milliamperes.substr(0, 7));
    m.pause(milliseconds(20));
    m.hang_up();
  }));
  Desk desk(peer);
  ASSERT_TRUE(desk.meter);
  EXPECT_FAILS(desk.meter->read("current"), ErrorCode::io, "the device is gone");
  EXPECT_FAILS(desk.meter->read("current"), ErrorCode::io, "the device is gone");
}

TEST(Scpi, AReadingCarriesTheTimeOfItsLastByteAndIsOnRecord) {
  Instant last_part;
  PtyPeer peer(known_meter([&](PtyPeer& m) {
    m.expect(now);
    m.say(milliamperes.substr(0, 10));
    m.pause(milliseconds(10));
    last_part = SystemClock().now();
    m.say(milliamperes.substr(10));
  }));
  Desk desk(peer);
  ASSERT_TRUE(desk.meter);
  const auto current = desk.meter->read("current");
  ASSERT_TRUE(current);
  peer.wait();
  EXPECT_GE(current->at.raw_ns, last_part.raw_ns);
  EXPECT_EQ(as_text(desk.station.exchanges.back().written), now);
  EXPECT_EQ(as_text(desk.station.exchanges.back().received), milliamperes);
}

TEST(Scpi, HarmlessIsToAskWhoItIs) {
  PtyPeer peer(known_meter([](PtyPeer& m) { answer(m, who, identity); }));
  Desk desk(peer);
  ASSERT_TRUE(desk.device);
  EXPECT_TRUE(desk.device->harmless_exchange());
}

}  // namespace
}  // namespace brewproof::testing
